using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Tests.Interconnect;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Discovery;
using Meetpoint.Radius.Packets;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Discovery;

/// <summary>Connections to servers that the DNS named, in virtual time: how long and how many, and what becomes of them when a realm moves or its server proves nothing.</summary>
public sealed class DiscoveredServersTests : IDisposable
{
    readonly DiscoveryRun _run = new();
    readonly List<StubLink> _links = [];
    readonly DiscoveredServers _servers;
    readonly NeighbourEntry _discoverer;

    public DiscoveredServersTests()
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        using var authority = new TestAuthority("federation", TimeProvider.System.GetUtcNow());
        world["neighbours"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "federation", ["provider"] = "liberty", ["kind"] = "radius", ["tlsCa"] = authority.Pem, ["radius"] = new JsonObject { ["discover"] = "aaa" },
        });
        _discoverer = Worlds.Admission(Worlds.Read(world.ToJsonString())).World.FindNeighbour("federation")!;
        _servers = new DiscoveredServers(_run.Discovery, (entry, realm, server) =>
        {
            var home = new HomeServer(new Nobody(), entry, $"{server.Host} {server.Address}", new Random(1), probes: false);
            var link = new StubLink(home, realm, server.Address);
            _links.Add(link);
            home.Connect(link);
            return home;
        });
    }

    public void Dispose()
    {
        _servers.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void Of_TheSameRealmAgain_IsTheSameConnection()
    {
        Ask("home.example").ShouldBe(["radius.home.example 192.0.2.1:2083"]);
        Ask("home.example").ShouldBe(["radius.home.example 192.0.2.1:2083"]);
        _links.Count.ShouldBe(1);
    }

    [Fact]
    public void Of_TwoRealmsOfOneServer_HasAConnectionForEach()
    {
        _run.Realm("other", "192.0.2.1");
        Ask("home.example");
        Ask("other.example");
        _links.Select(link => (link.Realm, link.Address.ToString())).ShouldBe(
            [("home.example", "192.0.2.1:2083"), ("other.example", "192.0.2.1:2083")], "what proves a server for one realm proves nothing for another");
    }

    [Fact]
    public void Advance_NobodyAsksForTenMinutes_LetsGo()
    {
        Ask("home.example");
        Turn(400);
        Ask("home.example");
        Turn(599);
        _links.ShouldHaveSingleItem().IsOver.ShouldBeFalse("it was used a moment less than ten minutes ago");
        Turn(2);
        _links[0].IsOver.ShouldBeTrue("nobody asked for ten minutes");
        Ask("home.example");
        _links.Count.ShouldBe(2, "who asks again has a new one");
    }

    [Fact]
    public void Of_RealmThatMoves_GetsItsNewServers_AndTheOldOnesAreLetGo()
    {
        Ask("home.example");
        _run.Zone.Remove("radius.home");
        _run.Zone.Address("radius.home", "192.0.2.7");
        for (var i = 0; i < 7; i++)
        {
            Turn(100);
            Ask("home.example");
        }

        Ask("home.example").ShouldBe(["radius.home.example 192.0.2.7:2083"], "the life of what was found is over");
        Turn(550);
        Ask("home.example");
        Turn(60);
        _links.Select(link => (link.Address.Host, link.IsOver)).ShouldBe([("192.0.2.1", true), ("192.0.2.7", false)]);
    }

    [Fact]
    public void Of_MoreServersThanMay_AreTooMany_UntilOthersAreLetGo()
    {
        // Four of each realm are connected, however many it names.
        const int Realms = DiscoveredServers.MaxServers / DiscoveredServers.MaxOfRealm;
        for (var i = 0; i <= Realms; i++)
        {
            _run.Realm($"r{i}", $"198.18.{i % 250}.1");
            for (var server = 2; server <= 5; server++)
                _run.Zone.Address($"radius.r{i}", $"198.18.{i % 250}.{server}");
        }

        for (var i = 0; i < Realms; i++)
            Ask($"r{i}.example").Length.ShouldBe(DiscoveredServers.MaxOfRealm, $"realm {i}");
        _links.Count.ShouldBe(DiscoveredServers.MaxServers);
        Ask($"r{Realms}.example", DiscoveryState.TooMany).ShouldBeEmpty();
        _links.Count.ShouldBe(DiscoveredServers.MaxServers);
        Turn(601);
        Ask($"r{Realms}.example").Length.ShouldBe(DiscoveredServers.MaxOfRealm, "the others were let go");
    }

    [Fact]
    public void OnFault_CertificateProvesNothing_TheRealmRestsAndItsServerServesOthers()
    {
        _run.Realm("other", "192.0.2.1");
        Ask("home.example");
        Ask("other.example");
        _links[1].Open(_run.World.NowNs);
        _links[0].Fail("certificate.other_realm: CN=radius.other.example stands for other.example, not for realm home.example", _run.World.NowNs);
        _servers.OnFault(_links[0].Server, _run.World.NowNs);
        Ask("home.example", DiscoveryState.Unproven).ShouldBeEmpty();
        Ask("other.example").ShouldHaveSingleItem();
    }

    [Fact]
    public void OnFault_OneOfTwoServersProvesNothing_TheOtherGoesOn()
    {
        _run.Zone.Address("radius.home", "192.0.2.2");
        Ask("home.example");
        _links[1].Open(_run.World.NowNs);
        _links[0].Fail("certificate.other_realm: whose", _run.World.NowNs);
        _servers.OnFault(_links[0].Server, _run.World.NowNs);
        Ask("home.example").Length.ShouldBe(2, "one of them has proved itself");
    }

    [Fact]
    public void OnFault_ServerThatIsMerelyDown_IsNoneOfTheRealmsFaults()
    {
        Ask("home.example");
        _links[0].Fail("connection refused", _run.World.NowNs);
        _servers.OnFault(_links[0].Server, _run.World.NowNs);
        Ask("home.example").ShouldHaveSingleItem();
    }

    /// <summary>The servers of a realm once they are known.</summary>
    string[] Ask(string realm, DiscoveryState expected = DiscoveryState.Found)
    {
        var route = new RealmRoute(0, realm, "*", _discoverer.World.FindProvider(_discoverer.Neighbour.Provider)!, _discoverer);
        // Each pays for its own questions, so that none has asked too much; in all only so many a second are asked.
        var found = _servers.Of(route, HomeServerUse.Authentication, realm, _run.World.NowNs, null, out var state);
        for (var i = 0; i < 300 && state != expected && state is (DiscoveryState.Looking or DiscoveryState.TooMany); i++)
        {
            _run.World.RunFor(100 * MonotonicTime.Millisecond);
            found = _servers.Of(route, HomeServerUse.Authentication, realm, _run.World.NowNs, null, out state);
        }

        state.ShouldBe(expected, realm);
        return [.. found.Select(server => server.Name)];
    }

    void Turn(int seconds)
    {
        _run.Run(seconds);
        _servers.Advance(_run.World.NowNs);
    }

    /// <summary>A way that goes nowhere.</summary>
    sealed class StubLink(HomeServer server, string realm, NetAddress address) : IServerLink
    {
        public HomeServer Server => server;

        public string Realm => realm;

        public NetAddress Address => address;

        public bool IsOver { get; private set; }

        public PacketSecurity? Security { get; private set; }

        public bool IsOpening => Security is null && !IsOver && !_hasFailed;

        public bool IsStream => true;

        bool _hasFailed;

        public void Open(long nowNs)
        {
            Security = PacketSecurity.Version11;
            server.OnUp(nowNs);
        }

        public void Fail(string reason, long nowNs)
        {
            _hasFailed = true;
            server.OnDown(0, reason, nowNs);
        }

        public void Send(int port, ReadOnlySpan<byte> packet)
        {
        }

        public IStream? StreamOf(int port) => null;

        public void Advance(long nowNs)
        {
        }

        public void Reset(long nowNs)
        {
        }

        public void Dispose() => IsOver = true;
    }

    /// <summary>Asks nothing, and so hears nothing.</summary>
    sealed class Nobody : IHomeServerUser
    {
        public PendingRequest NobodysRequest { get; } = new();

        public RequestAuthenticator NextAuthenticator() => default;

        public void OnAnswer(HomeServer server, PendingRequest pending, in RequestMark asked, in RadiusPacket answer, long nowNs)
        {
        }

        public void OnDiscarded(HomeServer server, PacketError error)
        {
        }

        public void OnSilence(HomeServer server, PendingRequest pending, in RequestMark asked, long nowNs)
        {
        }

        public void OnRequest(HomeServer server, int port, in RadiusPacket request, long nowNs)
        {
        }

        public void OnLink(HomeServer server, bool isBack)
        {
        }
    }
}
