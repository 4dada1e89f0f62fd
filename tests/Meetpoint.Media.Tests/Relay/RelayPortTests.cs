using Meetpoint.Media.Relay;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

public sealed class RelayPortTests
{
    [Fact]
    public void LocalAddress_OfEachSide_EvenAndOfTheRange()
    {
        var world = new RelayWorld();
        var ports = new[] { world.Relay.LocalAddress(RelaySide.A).Port, world.Relay.LocalAddress(RelaySide.B).Port };
        ports.ShouldAllBe(port => port % 2 == 0 && port >= 30_000 && port < 30_040);
        ports[0].ShouldNotBe(ports[1]);
    }

    [Fact]
    public void Dispose_Relay_GivesThePortsBackAndKeepsTheCounts()
    {
        var world = new RelayWorld();
        world.ConfigurePlain();
        world.Talk(world.A, 2);
        var free = world.Engine.FreePortPairs;
        world.Relay.Dispose();
        world.Talk(world.A, 2);
        world.Engine.FreePortPairs.ShouldBe(free + 2);
        world.B.Heard.Count.ShouldBe(2);
        world.Relay.Statistics(RelaySide.A).PacketsReceived.ShouldBe(2);
        world.Relay.Dispose();
        world.RunMs(1);
        world.Engine.FreePortPairs.ShouldBe(free + 2, "a second time nothing happens");
    }

    [Fact]
    public void OpenRelay_NoPortLeft_IsNullAndTheOtherPortIsFreeAgain()
    {
        var world = new RelayWorld(pairs: 3);
        world.Engine.OpenRelay(new MediaRelayOptions()).ShouldBeNull();
        world.RunMs(1);
        world.Relay.Dispose();
        world.RunMs(1);
        world.Engine.OpenRelay(new MediaRelayOptions()).ShouldNotBeNull();
    }

    // 30000 to 30006 stand in the reserve of the first loop, 30008 to 30014 in that of the second; 30020 is free; 31000 is none of the range.
    [Theory]
    [InlineData(30_000, 30_020)]
    [InlineData(30_008, 30_002)]
    [InlineData(30_020, 31_000)]
    public void OpenRelay_GivenPorts_AreThoseWhereverTheyStood(int portA, int portB)
    {
        var world = new RelayWorld(loops: 2, opensRelay: false);
        var free = world.Engine.FreePortPairs;
        var relay = world.Open(new MediaRelayOptions { PortA = portA, PortB = portB });
        relay.LocalAddress(RelaySide.A).Port.ShouldBe(portA);
        relay.LocalAddress(RelaySide.B).Port.ShouldBe(portB);
        world.RunMs(1);
        world.ConfigurePlain();
        world.Talk(world.A, 1);
        world.Talk(world.B, 1);
        world.B.Heard.Count.ShouldBe(1);
        world.A.Heard.Count.ShouldBe(1);
        world.FailedPorts.ShouldBeEmpty();

        relay.Dispose();
        world.RunMs(1);
        var again = world.Open(new MediaRelayOptions { PortA = portA, PortB = portB });
        world.RunMs(1);
        world.FailedPorts.ShouldBeEmpty("they were given back");
        again.Dispose();
        world.RunMs(1);
        world.Engine.FreePortPairs.ShouldBeInRange(free - 4, free + 2);
    }

    [Fact]
    public void OpenRelay_GivenPortInUse_IsToldAndTheOtherSideIsGivenBack()
    {
        var world = new RelayWorld();
        var taken = world.Relay.LocalAddress(RelaySide.A).Port;
        var second = world.Open(new MediaRelayOptions { PortA = taken });
        world.RunMs(1);
        world.FailedPorts.ShouldBe([RelaySide.A]);
        second.Dispose();
        world.RunMs(1);
        world.Engine.FreePortPairs.ShouldBeGreaterThanOrEqualTo(20 - 2 - 5);
    }

    [Theory]
    [InlineData(30_001)]
    [InlineData(-2)]
    [InlineData(65_536)]
    public void OpenRelay_NoRtpPort_Throws(int port)
    {
        var world = new RelayWorld(opensRelay: false);
        Should.Throw<ArgumentException>(() => world.Engine.OpenRelay(new MediaRelayOptions { PortB = port }));
    }

    [Fact]
    public void SendRaw_StunAndDtls_ReachTheHandlerAndAreAnswered()
    {
        var handler = new Echo();
        var world = new RelayWorld(options: new MediaRelayOptions { DatagramHandler = handler });
        world.ConfigurePlain();
        world.B.SendRaw([22, 254, 253], control: false);
        world.RunMs(20);
        handler.Heard.ShouldBe([(RelaySide.B, 3)]);
        world.B.Heard.Count.ShouldBe(1, "sent back to where it came from");
    }

    sealed class Echo : IRelayDatagramHandler
    {
        public List<(RelaySide Side, int Length)> Heard { get; } = [];

        public void OnDatagram(MediaRelay relay, RelaySide side, Span<byte> datagram, in NetAddress from, long nowNs)
        {
            Heard.Add((side, datagram.Length));
            relay.SendRaw(side, datagram, from);
        }
    }
}
