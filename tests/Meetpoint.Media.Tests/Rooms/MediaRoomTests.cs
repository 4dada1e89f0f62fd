using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Rooms;

public sealed class MediaRoomTests
{
    [Fact]
    public void OnRtp_KeyPresses_EachToldOnceInOrder()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Pcmu, 440) { Talks = false };
        var leg = room.Add(phone, 7);
        room.Run(200);
        foreach (var digit in "1*#")
        {
            var sender = default(TelephoneEventSender);
            sender.Start((byte)TelephoneEvent.CodeOf(digit), 5, (uint)(room.NowNs / 125_000));
            while (sender.IsActive)
            {
                room.NowNs += MediaRoomOptions.TickNs;
                room.Room.OnRtp(leg, phone.KeyPacket(sender.Next(160, out _), sender.Timestamp), room.NowNs);
                room.Room.Tick(room.NowNs);
            }

            room.Run(100);
        }

        var keys = room.Events.Where(e => e.Kind == MediaEventKind.Dtmf).ToArray();
        new string(keys.Select(e => e.Digit).ToArray()).ShouldBe("1*#");
        keys.ShouldAllBe(e => e.ParticipantId == 7 && e.LegId == leg.Id);
        leg.Statistics.PacketsLost.ShouldBe(0);
        leg.Statistics.ConcealedMs.ShouldBeLessThanOrEqualTo(40);
    }

    [Fact]
    public void SendDigit_ToPeer_GoesOutAsTelephoneEvent()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Pcmu, 440) { KeepsPackets = true };
        var leg = room.Add(phone, 1);
        room.Run(100);
        MediaRoom.SendDigit(leg, '5').ShouldBeTrue();
        MediaRoom.SendDigit(leg, 'x').ShouldBeFalse();
        room.Run(400);

        var receiver = default(TelephoneEventReceiver);
        var heard = "";
        ushort? previous = null;
        foreach (var datagram in phone.Packets)
        {
            RtpPacket.TryParse(datagram, out var packet, out _).ShouldBeTrue();
            if (previous is { } before)
                packet.SequenceNumber.ShouldBe((ushort)(before + 1));
            previous = packet.SequenceNumber;
            if (packet.PayloadType == 101 && receiver.OnPacket(packet.Timestamp, packet.Payload, out var value, out _))
                heard += value.Digit;
        }

        heard.ShouldBe("5");
    }

    [Fact]
    public void Tick_SpeakersTakeTurns_FloorFollowsWithHold()
    {
        var room = new TestRoom();
        var phones = new[] { 400, 500, 600 }.Select(hz => new TestPhone(AudioCodec.Pcmu, hz) { Talks = false }).ToArray();
        for (var i = 0; i < phones.Length; i++)
            room.Add(phones[i], (uint)(i + 10));

        Say(0, 3000);
        Say(1, 3000);
        Say(2, 400); // too short to take the floor from one who just had it
        Say(1, 3000);
        room.Run(4000);

        room.Events.Where(e => e.Kind == MediaEventKind.ActiveSpeaker).Select(e => e.ParticipantId).ShouldBe([10u, 11u, 0u]);
        room.Events.ShouldContain(e => e.Kind == MediaEventKind.Level && e.ParticipantId == 12);

        void Say(int who, int milliseconds)
        {
            phones[who].Talks = true;
            room.Run(milliseconds);
            phones[who].Talks = false;
        }
    }

    [Fact]
    public void Tick_PeerFallsSilent_ToldOnceAndResumed()
    {
        var room = new TestRoom(new MediaRoomOptions { SilentAfterNs = MonotonicTime.Second });
        var leg = room.Add(new TestPhone(AudioCodec.Pcma, 440), 3);
        room.Run(500);
        room.Run(3000, _ => false);
        room.Run(500);

        room.Events.Where(e => e.Kind is MediaEventKind.FirstPacket or MediaEventKind.LegSilent or MediaEventKind.LegResumed)
            .Select(e => e.Kind).ShouldBe([MediaEventKind.FirstPacket, MediaEventKind.LegSilent, MediaEventKind.LegResumed]);
        leg.Statistics.FirstPacketNs.ShouldBeLessThan(leg.Statistics.LastPacketNs);
    }

    [Fact]
    public void Play_OneLeg_OnlyItHearsAndEndIsTold()
    {
        var room = new TestRoom();
        var one = new TestPhone(AudioCodec.Pcmu, 300) { Talks = false };
        var other = new TestPhone(AudioCodec.G722, 300) { Talks = false };
        var leg = room.Add(one, 1);
        room.Add(other, 2);
        room.Run(100);
        var from = one.Heard.Count;
        MediaRoom.Play(leg, Prompt.PinRequest);
        room.Run(600);

        ToneMeter.Contains(one.Heard.ToArray().AsSpan(from, 1200), 523, 8000).ShouldBeTrue();
        ToneMeter.Contains(one.Heard.ToArray().AsSpan(from + 1600, 1800), 784, 8000).ShouldBeTrue();
        AudioLevel.Measure(other.Heard.ToArray()).ShouldBeGreaterThan((byte)70);
        room.Events.Count(e => e.Kind == MediaEventKind.PromptEnded && e.LegId == leg.Id).ShouldBe(1);
    }

    [Fact]
    public void PlayToAll_CascadeToo_OnlyLocalLegsHear()
    {
        var room = new TestRoom();
        var local = new TestPhone(AudioCodec.Pcmu, 300) { Talks = false };
        var far = new TestPhone(AudioCodec.Pcmu, 310) { Talks = false };
        room.Add(local, 1);
        room.Add(far, 2, options => options with { IsCascade = true });
        room.Run(100);
        room.Room.PlayToAll(Prompt.Joined);
        room.Run(400);

        ToneMeter.Contains(local.Last(400), 587, 8000).ShouldBeTrue();
        ToneMeter.Contains(far.Last(400), 587, 8000).ShouldBeFalse();
    }

    [Fact]
    public void OnRtp_StrayPackets_CountedAndNotHeard()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Pcmu, 440);
        var leg = room.Add(phone, 1);
        room.Run(200);
        var before = leg.Statistics;

        var stray = new TestPhone(AudioCodec.Pcmu, 900, ssrc: 99);
        room.Room.OnRtp(leg, stray.NextPacket(), room.NowNs).ShouldBeFalse(); // another source while the first still sends
        var unknownType = phone.NextPacket();
        unknownType[1] = 96;
        room.Room.OnRtp(leg, unknownType, room.NowNs).ShouldBeFalse();
        room.Room.OnRtp(leg, new byte[] { 1, 2, 3 }, room.NowNs).ShouldBeFalse();

        leg.Statistics.PacketsRejected.ShouldBe(before.PacketsRejected + 3);
        leg.Statistics.PacketsReceived.ShouldBe(before.PacketsReceived);
        leg.RemoteSsrc.ShouldBe(phone.Ssrc);
    }

    [Fact]
    public void OnRtp_PeerChangesSource_IsHeardAgain()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Pcmu, 440);
        var listener = new TestPhone(AudioCodec.Pcmu, 100) { Talks = false };
        var leg = room.Add(phone, 1);
        room.Add(listener, 2);
        room.Run(1000);
        phone.Ssrc = 4242;
        phone.Sequence = 17;
        room.Run(1000);

        leg.RemoteSsrc.ShouldBe(4242u);
        listener.Hears(440).ShouldBeTrue();
    }

    [Fact]
    public void OnRtp_OurOwnSource_TakesAnother()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Pcmu, 440);
        var leg = room.Add(phone, 1);
        phone.Ssrc = leg.Ssrc;
        room.Run(100);

        leg.Ssrc.ShouldNotBe(phone.Ssrc);
        room.Reports.ShouldNotBeEmpty(); // the goodbye of the number that was given up
    }

    [Fact]
    public void OnRtp_Flood_IsLimitedAndOthersGoOn()
    {
        var room = new TestRoom();
        var flooder = new TestPhone(AudioCodec.Pcmu, 440);
        var other = new TestPhone(AudioCodec.Pcmu, 880);
        var leg = room.Add(flooder, 1);
        room.Add(other, 2);
        for (var i = 0; i < 10_000; i++)
            room.Room.OnRtp(leg, flooder.NextPacket(), room.NowNs);
        room.Run(1000);

        leg.Statistics.PacketsRejected.ShouldBeGreaterThan(9_000);
        flooder.Hears(880).ShouldBeTrue();
    }

    [Fact]
    public void Reports_BothWays_GiveLossAndRoundTrip()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Pcmu, 440);
        var leg = room.Add(phone, 1);
        room.Run(20_000);
        room.Reports.Count.ShouldBeInRange(3, 9);
        RtcpReader.TryOpen(room.Reports[^1], false, out var reader, out _).ShouldBeTrue();
        reader.TryRead(out var report).ShouldBeTrue();
        report.Type.ShouldBe(RtcpType.SenderReport);
        report.TryGetNtpTime(out var ntp).ShouldBeTrue();
        report.TryGetReportBlock(0, out var ours).ShouldBeTrue();
        ours.Ssrc.ShouldBe(phone.Ssrc);

        // The peer answers at once that it lost a quarter.
        var answer = new byte[64];
        var writer = new RtcpWriter(answer);
        writer.ReceiverReport(phone.Ssrc, [new ReportBlock(leg.Ssrc, 64, 10, 0, 0, (uint)(ntp >> 16), 0)]);
        writer.Bye(phone.Ssrc);
        room.Room.OnRtcp(leg, answer.AsSpan(0, writer.Length), room.NowNs).ShouldBeTrue();

        leg.Statistics.RemoteLoss.ShouldBe(0.25);
        leg.Statistics.RoundTripMs.ShouldBeInRange(0, 7000);
        room.Events.ShouldContain(e => e.Kind == MediaEventKind.Bye);
    }

    [Fact]
    public void Reconfigure_OtherCodec_SequenceAndCountsGoOn()
    {
        var room = new TestRoom();
        var phone = new TestPhone(AudioCodec.Pcmu, 440) { KeepsPackets = true };
        var leg = room.Add(phone, 1);
        room.Run(200);
        room.Room.Reconfigure(leg, phone.Options(1) with { Send = new PayloadFormat(9, AudioCodec.G722), Direction = MediaDirection.Send });
        room.Run(200, _ => false);

        room.Room.MixRate.ShouldBe(16000);
        phone.Packets.Count.ShouldBe(20);
        RtpPacket.TryParse(phone.Packets[9], out var before, out _);
        RtpPacket.TryParse(phone.Packets[10], out var after, out _);
        after.SequenceNumber.ShouldBe((ushort)(before.SequenceNumber + 1));
        after.Timestamp.ShouldBe(before.Timestamp + 160);
        after.PayloadType.ShouldBe((byte)9);
        leg.Statistics.PacketsReceived.ShouldBe(10);
    }
}
