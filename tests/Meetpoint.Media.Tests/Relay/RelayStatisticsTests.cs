using Meetpoint.Media.Relay;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

public sealed class RelayStatisticsTests
{
    [Fact]
    public void Statistics_RtpOfASide_CountsWhatCameWhatWasLostAndWhatWentOn()
    {
        var world = new RelayWorld();
        world.ConfigurePlain();
        var before = world.NowNs;
        world.Talk(world.A, 5);
        world.A.LoseAudio();
        world.A.LoseAudio();
        world.Talk(world.A, 3);

        var a = world.Relay.Statistics(RelaySide.A);
        a.PacketsReceived.ShouldBe(8);
        a.BytesReceived.ShouldBe(8 * 172);
        a.PacketsLost.ShouldBe(2);
        a.HeldBack.ShouldBe(0);
        a.FirstPacketNs.ShouldBeInRange(before, before + (20 * MonotonicTime.Millisecond));
        a.LastPacketNs.ShouldBeInRange(world.NowNs - (20 * MonotonicTime.Millisecond), world.NowNs);
        a.PacketsSent.ShouldBe(0);
        var b = world.Relay.Statistics(RelaySide.B);
        b.PacketsSent.ShouldBe(8);
        b.BytesSent.ShouldBe(8 * 172);
        b.PacketsReceived.ShouldBe(0);
        b.LastPacketNs.ShouldBe(0, "no sign of life of the other side");
    }

    [Fact]
    public void Statistics_AnotherSource_LossesAddUp()
    {
        var world = new RelayWorld();
        world.ConfigurePlain();
        world.Talk(world.A, 2);
        world.A.LoseAudio();
        world.Talk(world.A, 1);
        (world.A.Ssrc, world.A.Sequence) = (0xCCCC, 9000);
        world.Talk(world.A, 2);
        world.A.LoseAudio();
        world.Talk(world.A, 1);
        world.Relay.Statistics(RelaySide.A).PacketsLost.ShouldBe(2);
        world.B.Heard.Count.ShouldBe(6);
    }

    [Fact]
    public void Statistics_JitteryLink_ShowsItOnThatSideOnly()
    {
        var world = new RelayWorld();
        world.Network.SetConditions(
            AddressPrefix.Parse("192.0.2.20/32"), AddressPrefix.Parse("192.0.2.10/32"), new LinkConditions { LatencyNs = 30_000_000, JitterNs = 10_000_000 });
        world.ConfigurePlain();
        for (var i = 0; i < 200; i++)
        {
            world.A.SendAudio();
            world.B.SendAudio();
            world.RunMs(20);
        }

        world.Relay.Statistics(RelaySide.A).JitterMs.ShouldBeInRange(1, 12);
        world.Relay.Statistics(RelaySide.B).JitterMs.ShouldBeLessThan(0.3);
    }

    [Fact]
    public void Statistics_Reports_RoundTripAndRemoteLossOfTheSideThatAnswers()
    {
        var world = new RelayWorld();
        const long OneWayNs = 40 * MonotonicTime.Millisecond;
        world.Network.SetConditions(AddressPrefix.Parse("192.0.2.21/32"), AddressPrefix.Parse("192.0.2.10/32"), new LinkConditions { LatencyNs = OneWayNs });
        world.Network.SetConditions(AddressPrefix.Parse("192.0.2.10/32"), AddressPrefix.Parse("192.0.2.21/32"), new LinkConditions { LatencyNs = OneWayNs });
        world.ConfigurePlain();
        world.Talk(world.A, 3);
        const ulong Ntp = 0x1234_5678_9ABC_DEF0;
        const uint Middle = 0x5678_9ABC;
        world.A.SendReport(Ntp);
        world.RunMs(500);
        // B had it for 460 ms when it answers.
        world.B.SendReport(1UL << 40, new ReportBlock(world.A.Ssrc, 64, 7, 102, 80, Middle, 460 * 65536 / 1000));
        world.RunMs(100);

        var b = world.Relay.Statistics(RelaySide.B);
        b.RoundTripMs.ShouldBe(80, 1);
        b.RemoteLoss.ShouldBe(0.25);
        b.RemotePacketsLost.ShouldBe(7);
        b.RemoteJitterMs.ShouldBe(10);
        b.ControlPacketsReceived.ShouldBe(1);
        b.LastPacketNs.ShouldBeGreaterThan(0, "RTCP is a sign of life too");
        world.Relay.Statistics(RelaySide.A).RoundTripMs.ShouldBe(0);
    }

    [Fact]
    public void Statistics_BlockAboutAnotherSource_IsNotBelieved()
    {
        var world = new RelayWorld();
        world.ConfigurePlain();
        world.Talk(world.A, 1);
        world.B.SendReport(1UL << 40, new ReportBlock(0xDEAD, 255, 99, 102, 80, 0, 0));
        world.RunMs(20);
        world.Relay.Statistics(RelaySide.B).RemotePacketsLost.ShouldBe(0);
    }
}
