using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Rooms;

/// <summary>Telephones and room systems that speak Opus: payload types of either side, key presses by either clock, loss, levels.</summary>
public sealed class OpusPhoneTests
{
    /// <summary>The clock of telephone-event as it is negotiated, and what its senders count by: some give timestamps of the audio's clock with lengths of the other.</summary>
    [Theory]
    [InlineData(110, 48_000, 48_000)]
    [InlineData(101, 8_000, 8_000)]
    [InlineData(101, 48_000, 8_000)]
    public void KeyPresses_ByAnyClock_AreEachToldOnce_AndTheSoundStays(byte type, int timestampClock, int durationClock)
    {
        var room = new TestRoom();
        var listener = new TestPhone(AudioCodec.G722, 100) { Talks = false };
        room.Add(listener, 1);
        var phone = new TestPhone(AudioCodec.Opus, 440);
        var leg = room.Add(phone, 2, static options => options with { ReceiveTelephoneEvents = [101, 110] });
        room.Run(1000);
        foreach (var digit in "12#2")
        {
            var sender = default(TelephoneEventSender);
            var timestamp = (uint)(room.NowNs * timestampClock / MonotonicTime.Second);
            sender.Start((byte)TelephoneEvent.CodeOf(digit), 20, timestamp);
            while (sender.IsActive)
            {
                room.NowNs += MediaRoomOptions.TickNs;
                room.Room.OnRtp(leg, phone.KeyPacket(sender.Next(durationClock / 50, out _), timestamp, type), room.NowNs).ShouldBeTrue();
                room.Room.Tick(room.NowNs);
            }

            room.Run(300);
        }

        room.Run(500);
        new string([.. room.Events.Where(static e => e.Kind == MediaEventKind.Dtmf).Select(static e => e.Digit)]).ShouldBe("12#2");
        listener.Hears(440).ShouldBeTrue();
        leg.Receiver.Jitter.Jumps.ShouldBe(0, "a press is no jump of the source's clock");
        leg.Statistics.PacketsLost.ShouldBe(0);
        leg.Statistics.JitterMs.ShouldBeLessThan(5, "the timestamp of a press says nothing of when it was sent");
    }

    [Theory]
    [InlineData(48_000, 4800)]
    [InlineData(8_000, 800)]
    public void AKeyToThePeer_HasTheTimestampOfTheSound_AndItsLengthByTheClockThatIsNegotiated(int clock, int length)
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Opus, 440) { KeepsPackets = true };
        var leg = room.Add(phone, 1, options => options with { TelephoneEventClockRate = clock });
        room.Run(100);
        MediaRoom.SendDigit(leg, '7').ShouldBeTrue();
        room.Run(400);

        var (before, ended) = (0u, false);
        foreach (var datagram in phone.Packets)
        {
            RtpPacket.TryParse(datagram, out var packet, out _).ShouldBeTrue();
            if (packet.PayloadType != 101)
            {
                before = ended || before == 0 || packet.Timestamp == before + 960 ? packet.Timestamp : before;
                continue;
            }

            packet.Timestamp.ShouldBe(before + 960, "it begins a packet after the last sound");
            TelephoneEvent.TryParse(packet.Payload, out var key).ShouldBeTrue();
            if (!key.End)
                continue;
            (key.Digit, (int)key.Duration).ShouldBe(('7', length));
            ended = true;
        }

        ended.ShouldBeTrue("the key was sent to its end");
    }

    [Fact]
    public void EachSide_NumbersWhatItReceives()
    {
        // We send Opus as 101, which is what they call it; by us 101 is a key, and Opus is 111.
        var room = new TestRoom();
        var listener = new TestPhone(AudioCodec.G722, 100) { Talks = false };
        room.Add(listener, 1);
        var phone = new TestPhone(AudioCodec.Opus, 440) { KeepsPackets = true };
        var leg = room.Add(phone, 2, static options => options with
        {
            Send = new PayloadFormat(101, AudioCodec.Opus),
            Receive = [new PayloadFormat(111, AudioCodec.Opus)],
            TelephoneEventPayloadType = 111,
            ReceiveTelephoneEvents = [101],
        });
        room.Run(1000);
        room.Room.OnRtp(leg, phone.KeyPacket(new TelephoneEvent(5, false, 10, 960), 77), room.NowNs).ShouldBeTrue();
        room.Run(100);

        listener.Hears(440).ShouldBeTrue("what comes as 111 is sound");
        room.Events.Single(static e => e.Kind == MediaEventKind.Dtmf).Digit.ShouldBe('5');
        RtpPacket.TryParse(phone.Packets[^1], out var sent, out _).ShouldBeTrue();
        sent.PayloadType.ShouldBe((byte)101);
    }

    [Fact]
    public void ACodecOfAnotherClock_IsAnotherSource_AndOneOfTheSameClockIsNot()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.G722, 440) { KeepsPackets = true };
        var leg = room.Add(phone, 1);
        var (wide, opus, narrow) = (new PayloadFormat(9, AudioCodec.G722), new PayloadFormat(111, AudioCodec.Opus), new PayloadFormat(0, AudioCodec.Pcmu));
        var sources = new List<uint>();
        ushort? last = null;
        foreach (var format in (PayloadFormat[])[wide, narrow, opus, opus, wide])
        {
            room.Room.Reconfigure(leg, phone.Options(1) with { Send = format, Receive = [wide, opus] });
            phone.Packets.Clear();
            room.Run(100);
            RtpPacket.TryParse(phone.Packets[0], out var first, out _).ShouldBeTrue();
            if (last is { } before)
                first.SequenceNumber.ShouldBe((ushort)(before + 1), "the sequence goes on");
            RtpPacket.TryParse(phone.Packets[^1], out var sent, out _).ShouldBeTrue();
            last = sent.SequenceNumber;
            sources.Add(sent.Ssrc);
        }

        sources[1].ShouldBe(sources[0], "G.711 and G.722 have one clock");
        sources[2].ShouldNotBe(sources[1]);
        sources[3].ShouldBe(sources[2]);
        sources[4].ShouldNotBe(sources[3]);
        sources[4].ShouldNotBe(sources[0], "a source that is over does not come back");
    }

    [Fact]
    public void OfATenthLost_TheOthersHearNothing()
    {
        var room = new TestRoom(new MediaRoomOptions { HasGainControl = false });
        var listener = new TestPhone(AudioCodec.G722, 100) { Talks = false };
        room.Add(listener, 1);
        var leg = room.Add(new TestPhone(AudioCodec.Opus, 440), 2);
        using var encoder = AudioCodec.Opus.CreateEncoder();
        encoder.Tune(new EncodeTarget(AudioCodec.Opus, OpusFormat.DefaultBitrate, LossPercent: 25));
        var voice = new TestVoice();
        // Up to 60 ms late, as on a radio link: the buffer then holds the packet after a lost one when that is due.
        var random = new Random(1);
        var underWay = new PriorityQueue<byte[], long>();
        var (pcm, packet) = (new short[960], new byte[500]);
        for (ushort i = 0; i < 500; i++)
        {
            var length = new RtpHeader(111, false, i, i * 960u, 4711).Write(packet);
            length += encoder.Encode(voice.Speak(pcm), packet.AsSpan(length));
            if (i % 10 != 7)
                underWay.Enqueue(packet[..length], room.NowNs + (random.Next(0, 60) * MonotonicTime.Millisecond));
            while (underWay.TryPeek(out var next, out var dueNs) && dueNs < room.NowNs + MediaRoomOptions.TickNs)
                room.Room.OnRtp(leg, underWay.Dequeue(), dueNs).ShouldBeTrue($"{next.Length} bytes");
            room.Run(20, other => other != leg);
        }

        leg.Statistics.PacketsLost.ShouldBeInRange(49, 50);
        var recovered = leg.Receiver.Jitter.RecoveredSamples / 960;
        recovered.ShouldBeGreaterThan(25, "of 50 lost frames, by the copies in the packets after them");
        (recovered + (leg.Statistics.ConcealedMs / 20)).ShouldBeInRange(45, 55, "the rest is made up");
        // Half a second at a time, words and pauses: nowhere is there less than the half of what there is on the whole.
        var heard = listener.Heard.ToArray().AsSpan(16_000);
        var whole = Power(heard);
        for (var at = 0; at + 16_000 <= heard.Length; at += 16_000)
            Power(heard.Slice(at, 16_000)).ShouldBeGreaterThan(whole / 2, $"power in the second from {at / 16_000}");

        static double Power(ReadOnlySpan<short> samples)
        {
            var sum = 0.0;
            foreach (var sample in samples)
                sum += (double)sample * sample;
            return sum / samples.Length;
        }
    }

    [Fact]
    public void TheFloor_FollowsWhoTalks_ByTheLevelsThatTheyTell()
    {
        var room = new TestRoom();
        TestPhone[] phones = [new(AudioCodec.Opus, 440), new(AudioCodec.Opus, 660), new(AudioCodec.G722, 880)];
        var legs = phones.Select((phone, i) => room.Add(phone, (uint)i + 1, options => options with { SenderLevelExtensionId = phone.Codec == AudioCodec.Opus ? 1 : 0 })).ToArray();
        foreach (var talker in (int[])[0, 1, 2, 0])
        {
            for (var i = 0; i < phones.Length; i++)
            {
                phones[i].Talks = i == talker;
                phones[i].Levels = phones[i].Codec == AudioCodec.Opus ? [(byte)(i == talker ? 20 : 127)] : [];
            }

            room.Run(4000);
            room.Room.ActiveSpeaker.ShouldBe((uint)talker + 1);
        }

        legs[1].Receiver.Jitter.UndecodedSamples.ShouldBeGreaterThan(48_000, "what says that it is silence is not decoded");
        legs[2].Receiver.Jitter.UndecodedSamples.ShouldBe(0);
    }

    [Theory]
    [InlineData("maxplaybackrate=8000", 0, 16)]
    [InlineData("maxplaybackrate=16000", 8, 20)]
    [InlineData("maxplaybackrate=32000", 12, 24)]
    [InlineData("", 14, 28)]
    public void WhatThePeerCannotPlay_IsNotSent(string format, int speechMode, int musicMode)
    {
        var room = new TestRoom();
        var talker = room.Add(new TestPhone(AudioCodec.Opus, 1), 1);
        var phone = new TestPhone(AudioCodec.Opus, 100) { Talks = false, Opus = OpusFormat.Parse(format), KeepsPackets = true };
        room.Add(phone, 2);
        using var encoder = AudioCodec.Opus.CreateEncoder();
        encoder.Tune(new EncodeTarget(AudioCodec.Opus, OpusFormat.MaxBitrate));
        var random = new Random(1);
        var (pcm, packet) = (new short[960], new byte[500]);
        for (ushort i = 0; i < 100; i++)
        {
            for (var j = 0; j < pcm.Length; j++)
                pcm[j] = (short)random.Next(-9000, 9000); // of every frequency
            var length = new RtpHeader(111, false, i, i * 960u, 4711).Write(packet);
            length += encoder.Encode(pcm, packet.AsSpan(length));
            room.Room.OnRtp(talker, packet.AsSpan(0, length), room.NowNs + (15 * MonotonicTime.Millisecond));
            room.Run(20, leg => leg != talker);
        }

        // The configuration number that each packet begins with (RFC 6716 section 3.1): four, or two, to a band.
        var mode = phone.Packets[^1][RtpPacket.FixedHeaderLength] >> 3;
        (mode & ~3).ShouldBeOneOf(speechMode & ~3, musicMode & ~3);
        if (speechMode >= 12)
            mode.ShouldBeInRange(mode < 16 ? speechMode : musicMode, mode < 16 ? speechMode + 1 : musicMode + 3);
    }
}
