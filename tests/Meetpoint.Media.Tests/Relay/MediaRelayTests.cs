using Meetpoint.Media.Relay;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

public sealed class MediaRelayTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnRtp_BothPlain_PassesBothWaysByteForByte(bool ipv6)
    {
        var world = new RelayWorld(ipv6);
        world.ConfigurePlain();
        var fromA = world.A.SendAudio();
        var fromB = world.B.SendAudio();
        world.RunMs(20);

        world.B.Heard.ShouldHaveSingleItem().ShouldBe(fromA);
        world.A.Heard.ShouldHaveSingleItem().ShouldBe(fromB);
    }

    [Fact]
    public void OnRtp_BeforeTheOtherSideIsConfigured_IsHeldBackAndLatched()
    {
        var world = new RelayWorld();
        world.Configure(RelaySide.A);
        world.A.SendAudio();
        world.RunMs(20);
        world.Relay.Statistics(RelaySide.A).PacketsReceived.ShouldBe(1);
        world.Relay.Statistics(RelaySide.A).HeldBack.ShouldBe(1);
        world.B.Heard.ShouldBeEmpty();

        world.Configure(RelaySide.B);
        world.A.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(1);
    }

    [Fact]
    public void OnRtp_PeerBehindNat_IsAnsweredWhereItIsAndStrangerIsCounted()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(a => a with { Remote = NetAddress.Parse("10.0.0.1:9999") });
        world.Talk(world.A, 2);
        world.B.SendAudio();
        world.RunMs(20);
        world.A.Heard.Count.ShouldBe(1);

        var stranger = world.AddPeer(6000);
        (stranger.Remote, stranger.Ssrc) = (world.A.Remote, world.A.Ssrc);
        world.Talk(stranger, 3);
        world.B.SendAudio();
        world.RunMs(20);
        world.Relay.Statistics(RelaySide.A).Strangers.ShouldBe(3);
        world.B.Heard.Count.ShouldBe(2);
        stranger.Heard.ShouldBeEmpty();
        world.A.Heard.Count.ShouldBe(2);
    }

    [Fact]
    public void Configure_AnotherAddress_IsSentToAtOnce()
    {
        var world = new RelayWorld();
        world.ConfigurePlain();
        world.Talk(world.A, 2);
        var moved = world.AddPeer(7000);
        moved.Remote = world.A.Remote;
        world.Configure(RelaySide.A, a => a with { Remote = moved.Local });
        world.B.SendAudio();
        world.RunMs(20);
        moved.Heard.Count.ShouldBe(1);
        world.A.Heard.ShouldBeEmpty();
        moved.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnRtcp_MuxedOrNot_GoesToThePortThatWasSettled(bool muxed)
    {
        var world = new RelayWorld();
        world.ConfigurePlain(b: b => b with { IsMuxed = muxed });
        world.A.SendReport(1UL << 40);
        world.RunMs(20);
        (muxed ? world.B.ReportsOnRtp : world.B.ReportsOnRtcp).Count.ShouldBe(1);
        (muxed ? world.B.ReportsOnRtcp : world.B.ReportsOnRtp).ShouldBeEmpty();
        world.Relay.Statistics(RelaySide.B).ControlPacketsSent.ShouldBe(1);
    }

    [Theory]
    [InlineData(MediaDirection.Inactive, MediaDirection.SendReceive, 0, 0)]
    [InlineData(MediaDirection.Receive, MediaDirection.SendReceive, 1, 0)]
    [InlineData(MediaDirection.Send, MediaDirection.SendReceive, 0, 1)]
    [InlineData(MediaDirection.SendReceive, MediaDirection.Receive, 0, 1)]
    public void Configure_Hold_PassesWhatBothAllowAndRtcpAlways(MediaDirection a, MediaDirection b, int heardByB, int heardByA)
    {
        var world = new RelayWorld();
        world.ConfigurePlain(settings => settings with { Direction = a }, settings => settings with { Direction = b });
        world.A.SendAudio();
        world.B.SendAudio();
        world.A.SendReport(1UL << 40);
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(heardByB);
        world.A.Heard.Count.ShouldBe(heardByA);
        world.B.ReportsOnRtcp.Count.ShouldBe(1);
    }

    [Fact]
    public void Configure_Resume_GoesOnWithoutAGapAndWithMarker()
    {
        var world = new RelayWorld();
        world.ConfigurePlain();
        world.Talk(world.A, 3);
        world.Configure(RelaySide.B, b => b with { Direction = MediaDirection.Receive });
        world.Talk(world.A, 10);
        world.Configure(RelaySide.B);
        world.Talk(world.A, 3);

        world.B.HeardNumbers.ShouldBe([100, 101, 102, 103, 104, 105]);
        RelayPeer.Read(world.B.Heard[3]).Marker.ShouldBeTrue("first behind the gap in time");
        RelayPeer.Read(world.B.Heard[4]).Marker.ShouldBeFalse();
        RelayPeer.Read(world.B.Heard[3]).Timestamp.ShouldBe(8000u + (13 * 160));
    }

    [Fact]
    public void PayloadTypes_Renamed_AndNotNegotiatedOnesDropped()
    {
        var world = new RelayWorld();
        world.ConfigurePlain(
            a => a with { PayloadTypes = PayloadTypeMap.Only((0, 0), (101, 96)) }, b => b with { PayloadTypes = PayloadTypeMap.Renaming((96, 101)) });
        foreach (var payloadType in (byte[])[0, 101, 8])
        {
            world.A.PayloadType = world.B.PayloadType = payloadType;
            world.A.SendAudio();
            world.B.SendAudio();
            world.RunMs(20);
        }

        world.B.PayloadType = 96;
        world.B.SendAudio();
        world.RunMs(20);
        world.B.Heard.Select(packet => RelayPeer.Read(packet).PayloadType).ShouldBe([0, 96]);
        world.A.Heard.Select(packet => RelayPeer.Read(packet).PayloadType).ShouldBe([0, 101, 8, 101]);
        world.Relay.Statistics(RelaySide.A).HeldBack.ShouldBe(1);
    }

    [Fact]
    public void OnDatagram_MoreThanAllowed_IsDroppedAndCounted()
    {
        var world = new RelayWorld(options: new MediaRelayOptions { MaxPacketsPerSecond = 50, MaxBurstPackets = 10 });
        world.ConfigurePlain();
        for (var i = 0; i < 30; i++)
            world.A.SendAudio();
        world.RunMs(20);
        world.B.Heard.Count.ShouldBe(10);
        world.Relay.Statistics(RelaySide.A).OverRate.ShouldBe(20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnDatagram_Garbage_NothingBreaks(bool secure)
    {
        var world = new RelayWorld(options: new MediaRelayOptions { MaxPacketsPerSecond = 100_000, MaxBurstPackets = 100_000 });
        world.ConfigurePlain(a => a with
        {
            TakesDigits = true,
            ReceiveKey = secure ? Media.Srtp.SdesKey.Generate(Media.Srtp.SrtpProfile.AeadAes128Gcm, 1, new Net.Virtual.SeededRandomness(1)) : null,
        });
        var random = new Random(9);
        for (var i = 0; i < 5000; i++)
        {
            var datagram = new byte[random.Next(0, i % 10 == 0 ? 10_000 : 60)];
            random.NextBytes(datagram);
            if (datagram.Length > 1 && i % 3 != 0)
                (datagram[0], datagram[1]) = ((byte)(0x80 | (datagram[0] & 0x3F)), i % 6 == 1 ? (byte)(200 + (i % 8)) : (byte)(i % 6 == 2 ? 101 : datagram[1]));
            world.A.SendRaw(datagram, control: i % 5 == 0);
            world.RunMs(1);
        }

        var statistics = world.Relay.Statistics(RelaySide.A);
        (statistics.Malformed + statistics.NotAuthentic).ShouldBeGreaterThan(1000);
        world.B.SendAudio();
        world.RunMs(20);
        world.Relay.Statistics(RelaySide.B).PacketsReceived.ShouldBe(1, "the other side is not touched by it");
    }
}
