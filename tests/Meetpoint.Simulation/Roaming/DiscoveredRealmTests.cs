using System.Text.Json.Nodes;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>A federation stands as a provider that has every realm which is nobody else's; its home servers are found by DNS.</summary>
public sealed class DiscoveredRealmTests
{
    static readonly DnsZone _zone = new DnsZone("campus.example", 300)
        .Naptr("@", 100, 10, "x-eduroam:radius.tls", "_radsec._tcp.campus.example").Srv("_radsec._tcp", 0, 0, 2_083, "radius.campus.example").Address("radius", "10.50.0.1");

    [Fact]
    public void Access_WithoutALeaveInTheAgreement_IsRefusedForThat()
    {
        using var run = Federated("false");
        var attempt = run.Access.Access(run.Hub, "alice@campus.example", SimulatedHomeServer.Password);
        var other = run.Access.Access(run.Hub, "alice@liberty.example", SimulatedHomeServer.Password);
        run.World.Run(5);
        attempt.Code.ShouldBe(RadiusCode.AccessReject, "at once, as nobody is to wait for an answer that will not come");
        other.Code.ShouldBe(RadiusCode.AccessAccept, "who is named in the world is asked as ever");
        run.Exchange.Refusals.ShouldBe([RefusalReason.DiscoveryNotAgreed]);
        var path = Explain(run);
        path.Refused.ShouldBe("refused.discovery-not-agreed");
        path.Steps.ShouldContain("eduroam looks servers up: the agreement does not let it");
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Access_RealmThatIsNobodysElse_IsTheFederations()
    {
        using var run = Federated("true");
        var path = Explain(run);
        path.Home.ShouldBe("eduroam");
        path.Steps[0].ShouldBe("realm campus.example is * of eduroam");
        path.Steps.ShouldContain("eduroam looks servers up: it has not been looked up; `meetpoint roaming discover` does so, as would a request");
    }

    [Fact]
    public void Discover_ByTheOperator_SaysEachStepAndRemembers()
    {
        using var run = Federated("true");
        var (view, refused) = Discover(run, "campus.example");
        refused.ShouldBeNull();
        view!.Neighbour.ShouldBe("eduroam");
        (view.Found.Service, view.Found.State).ShouldBe(("x-eduroam", "found"));
        view.Found.Servers.ShouldBe([new RadiusDiscoveredServerView("radius.campus.example", "10.50.0.1:2083")]);
        (view.Found.Until!.Value - run.Exchange.Clock.GetCurrentInstant()).TotalSeconds.ShouldBeInRange(290, 300);
        view.Steps.ShouldBe([
            "NAPTR campus.example: 100 10 \"s\" \"x-eduroam:radius.tls\" _radsec._tcp.campus.example, for 300 s",
            "SRV _radsec._tcp.campus.example: 0 0 2083 radius.campus.example, for 300 s",
            "AAAA radius.campus.example: none, for 300 s",
            "A radius.campus.example: 10.50.0.1, for 300 s",
            "the DNS names radius.campus.example at 10.50.0.1:2083"]);
        Explain(run).Steps.ShouldContain("eduroam looks servers up: the DNS names radius.campus.example at 10.50.0.1:2083");
        var realms = run.Exchange.Node.Radius!.RealmsAsync();
        run.World.Run(1);
        realms.Done().Discovered.ShouldHaveSingleItem().Realm.ShouldBe("campus.example");
    }

    [Theory]
    [InlineData("liberty.example", "the home servers of liberty, whose realm liberty.example is, stand in the world, and are not looked for")]
    [InlineData("nobody.campus.example", null)]
    public void Discover_WhatIsNotLookedFor_IsSaid(string realm, string? expected)
    {
        using var run = Federated("true");
        var (view, refused) = Discover(run, realm);
        refused.ShouldBe(expected);
        view?.Found.State.ShouldBe("absent");
    }

    static RadiusPathView Explain(RoamingRun run)
    {
        var path = run.Exchange.Node.Radius!.ExplainAsync("alice@campus.example", "albion");
        run.World.Run(1);
        return path.Done();
    }

    static (RadiusDiscoveryView? View, string? Refused) Discover(RoamingRun run, string realm)
    {
        var found = run.Exchange.Node.Radius!.DiscoverAsync(realm, HomeServerUse.Authentication);
        run.World.Run(1);
        return found.Done();
    }

    static RoamingRun Federated(string leave)
    {
        using var authority = new TestAuthority("eduroam", TimeProvider.System.GetUtcNow());
        var pem = authority.Pem;
        return new RoamingRun(7, amend: document =>
        {
            document["providers"]!.AsArray().Add(JsonNode.Parse("""{"id":"eduroam","name":"eduroam","domains":["eduroam.example"],"exchange":"albion.example","realms":[{"name":"*"}]}"""));
            document["neighbours"]!.AsArray().Add(new JsonObject
            {
                ["id"] = "eduroam", ["provider"] = "eduroam", ["kind"] = "radius", ["tlsCa"] = pem,
                ["radius"] = JsonNode.Parse("""{"discover":"x-eduroam","proof":"member","policies":["1.3.6.1.4.1.25178.3.1.2"]}"""),
            });
            document["agreements"]!.AsArray().Add(JsonNode.Parse(
                $$$"""{"id":"albion-eduroam","parties":["albion","eduroam"],"stage":"commercial","services":[{"service":"roaming"}],"roaming":{"discovery":{{{leave}}}}}"""));
        }, zones: _zone);
    }
}
