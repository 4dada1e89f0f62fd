using Meetpoint.Media.Codecs;
using Meetpoint.Media.Relay;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

public sealed class RelayDigitTests
{
    [Fact]
    public void TakesDigits_KeyPress_IsToldOnceAndTheStreamClosesUp()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(a => a with { TakesDigits = true });
        world.Talk(world.A, 3);
        Press(world, world.A, '5', ticks: 6);
        world.Talk(world.A, 3);

        world.Digits.ShouldBe([(RelaySide.A, '5', 120)]);
        world.B.HeardNumbers.ShouldBe([100, 101, 102, 103, 104, 105]);
        world.B.Heard.ShouldAllBe(packet => RelayPeer.Read(packet).PayloadType == 0);
        RelayPeer.Read(world.B.Heard[3]).Marker.ShouldBeTrue();
        RelayPeer.Read(world.B.Heard[3]).Timestamp.ShouldBe(8000u + (11 * 160), "time is not closed up: it is silence");
    }

    [Fact]
    public void TakesDigits_SeveralKeysWithLossAndDuplicates_EachToldOnceInOrder()
    {
        var world = new RelayWorld();
        world.Network.DefaultConditions = new LinkConditions
        {
            LatencyNs = 10_000_000, JitterNs = 4_000_000, Loss = 0.1, Duplication = 0.1, Reordering = 0.05, ReorderNs = 15_000_000,
        };
        world.ConfigurePlain(a => a with { TakesDigits = true });
        const string Keys = "0123456789*#ABCD";
        foreach (var key in Keys)
        {
            Press(world, world.A, key, ticks: 8);
            world.Talk(world.A, 5);
        }

        world.RunMs(500);
        new string(world.Digits.Select(press => press.Digit).ToArray()).ShouldBe(Keys);
        world.Digits.ShouldAllBe(press => press.DurationMs >= 100 && press.DurationMs <= 160);
    }

    [Fact]
    public void TakesDigits_EveryEndLost_IsToldAllTheSame()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(a => a with { TakesDigits = true });
        world.A.SendEvent(new TelephoneEvent(7, false, 10, 160), 9000, marker: true);
        world.RunMs(20);
        world.A.SendEvent(new TelephoneEvent(7, false, 10, 320), 9000);
        world.RunMs(100);
        world.Digits.ShouldBeEmpty();
        world.RunMs(50);
        world.Digits.ShouldBe([(RelaySide.A, '7', 40)]);
        world.A.SendEvent(new TelephoneEvent(7, true, 10, 480), 9000);
        world.RunMs(300);
        world.Digits.Count.ShouldBe(1, "the end comes after all");
    }

    [Fact]
    public void TakesDigits_LongerThanSixteenBits_IsOnePress()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(a => a with { TakesDigits = true });
        world.A.SendEvent(new TelephoneEvent(1, false, 10, 65_535), 9000, marker: true);
        world.RunMs(20);
        world.A.SendEvent(new TelephoneEvent(1, false, 10, 80), 9000 + 65_535);
        world.RunMs(20);
        world.A.SendEvent(new TelephoneEvent(1, true, 10, 800), 9000 + 65_535);
        world.RunMs(300);
        world.Digits.ShouldBe([(RelaySide.A, '1', (65_535 + 800) / 8)]);
    }

    [Fact]
    public void TakesDigits_NoDtmf_IsTakenOutAndNotTold()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(a => a with { TakesDigits = true });
        world.A.SendEvent(new TelephoneEvent(32, true, 10, 800), 9000, marker: true);
        world.A.SendRaw([0x80, 101, 0, 9, 0, 0, 0, 9, 0xAA, 0xAA, 0, 0, 1], control: false);
        world.RunMs(300);
        world.Digits.ShouldBeEmpty();
        world.B.Heard.ShouldBeEmpty();
    }

    [Fact]
    public void TelephoneEvents_NotTaken_PassUnderTheOtherPayloadType()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(a => a with { PayloadTypes = PayloadTypeMap.Renaming((101, 96)) }, b => b with { TelephoneEventPayloadType = 96 });
        Press(world, world.A, '#', ticks: 4);
        world.Digits.ShouldBeEmpty();
        KeysIn(world.B.Heard, 96).ShouldBe([('#', 640)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SendDigit_IntoAStream_IsHeardAndNumbersAndTimeGoOn(bool secure)
    {
        var world = new RelayWorld();
        var randomness = new SeededRandomness(5);
        SdesKey? send = null, receive = null;
        if (secure)
        {
            (send, receive) = (SdesKey.Generate(SrtpProfile.AeadAes128Gcm, 1, randomness), SdesKey.Generate(SrtpProfile.AeadAes128Gcm, 1, randomness));
            world.B.Keys = SrtpSession.Create(receive, send);
        }

        world.ConfigurePlain(b: b => b with { TelephoneEventPayloadType = 97, SendKey = send, ReceiveKey = receive });
        world.Talk(world.A, 5);
        world.Relay.SendDigit(RelaySide.B, '4', 100);
        world.Relay.SendDigit(RelaySide.B, '2', 1);
        world.Talk(world.A, 30);

        KeysIn(world.B.Heard, 97).ShouldBe([('4', 800), ('2', 320)], "the second is too short, so it is lengthened");
        var packets = world.B.Heard.Select(RelayPeer.Read).ToList();
        for (var i = 1; i < packets.Count; i++)
        {
            packets[i].Sequence.ShouldBe((ushort)(packets[i - 1].Sequence + 1), $"packet {i}");
            packets[i].Ssrc.ShouldBe(world.A.Ssrc);
            ((int)(packets[i].Timestamp - packets[i - 1].Timestamp)).ShouldBeInRange(i == 1 ? 160 : 0, 9 * 160, $"packet {i}");
        }

        packets[^1].Timestamp.ShouldBe(8000u + (34 * 160), "the stream's own time");
        packets.Count(packet => packet.PayloadType == 97 && packet.Marker).ShouldBe(2);
    }

    [Fact]
    public void SendDigit_NobodySends_IsHeardInAStreamOfOurOwn()
    {
        var world = new RelayWorld();
        world.ConfigurePlain();
        world.Relay.SendDigit(RelaySide.B, '9', 200);
        world.RunMs(500);
        KeysIn(world.B.Heard, 101).ShouldBe([('9', 1600)]);
        var own = RelayPeer.Read(world.B.Heard[0]).Ssrc;
        own.ShouldNotBe(0u);
        world.Talk(world.A, 2);
        RelayPeer.Read(world.B.Heard[^1]).Ssrc.ShouldBe(world.A.Ssrc);
    }

    [Fact]
    public void SendDigit_OnHoldOrNotNegotiatedOrTooMany_IsLeftOut()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(b: b => b with { Direction = MediaDirection.Receive });
        world.Relay.SendDigit(RelaySide.B, '1', 100);
        world.RunMs(100);
        world.Configure(RelaySide.B, b => b with { TelephoneEventPayloadType = -1 });
        world.Relay.SendDigit(RelaySide.B, '2', 100);
        world.RunMs(100);
        world.Configure(RelaySide.B);
        world.Relay.SendDigit(RelaySide.B, 'x', 100);
        world.RunMs(100);
        world.B.Heard.ShouldBeEmpty();

        for (var i = 0; i < 40; i++)
            world.Relay.SendDigit(RelaySide.B, (char)('0' + (i % 10)), 40);
        world.RunMs(10_000);
        KeysIn(world.B.Heard, 101).Count.ShouldBe(32);
    }

    [Fact]
    public void OnRtcp_RenumberedStream_ReportSaysTheNumberThatTheSenderUsed()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(a => a with { TakesDigits = true });
        world.Talk(world.A, 2);
        Press(world, world.A, '5', ticks: 6);
        world.Talk(world.A, 1);
        world.B.HeardNumbers.Last().ShouldBe((ushort)102);
        world.B.SendReport(1UL << 40, new ReportBlock(world.A.Ssrc, 0, 0, 102, 0, 0, 0));
        world.RunMs(20);
        RtcpReader.TryOpen(world.A.ReportsOnRtcp.ShouldHaveSingleItem(), false, out var reader, out _).ShouldBeTrue();
        reader.TryRead(out var report).ShouldBeTrue();
        report.TryGetReportBlock(0, out var block).ShouldBeTrue();
        block.ExtendedHighest.ShouldBe(110u);
    }

    static void Press(RelayWorld world, RelayPeer peer, char digit, int ticks)
    {
        var sender = default(TelephoneEventSender);
        sender.Start((byte)TelephoneEvent.CodeOf(digit), ticks, peer.Timestamp);
        while (sender.IsActive)
        {
            var value = sender.Next(160, out var marker);
            peer.SendEvent(value, sender.Timestamp, marker);
            world.RunMs(20);
        }
    }

    static List<(char Digit, int Duration)> KeysIn(IEnumerable<byte[]> packets, int payloadType)
    {
        var receiver = default(TelephoneEventReceiver);
        var keys = new List<(char, int)>();
        foreach (var packet in packets)
        {
            RtpPacket.TryParse(packet, out var rtp, out _).ShouldBeTrue();
            if (rtp.PayloadType != payloadType)
                continue;
            receiver.OnPacket(rtp.Timestamp, rtp.Payload, out var value, out var ended);
            if (ended)
                keys.Add((value.Digit, value.Duration));
        }

        return keys;
    }
}
