using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Tests.Interconnect;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Discovery;

/// <summary>What a world says of discovery.</summary>
public sealed class DiscoveryDocumentTests
{
    [Theory]
    [InlineData("""{"discover": "aaa"}""", true, null)]
    [InlineData("""{"discover": "x-eduroam", "proof": "member", "policies": ["1.3.6.1.4.1.25178.3.1.2"]}""", true, null)]
    [InlineData("""{"discover": "aaa"}""", false, "/neighbours/0/tlsCa missing")]
    [InlineData("""{"discover": "x-eduraom"}""", true, "/neighbours/0/radius/discover unknown-word")]
    [InlineData("""{"discover": "aaa", "servers": ["192.0.2.40"]}""", true, "/neighbours/0/radius/discover discovered-servers")]
    [InlineData("""{"discover": "aaa", "proof": "member"}""", true, "/neighbours/0/radius/policies missing")]
    [InlineData("""{"discover": "aaa", "policies": ["eduroam"]}""", true, "/neighbours/0/radius/policies/0 bad-policy")]
    [InlineData("""{"discover": "aaa", "policies": ["1.3.06.1"]}""", true, "/neighbours/0/radius/policies/0 bad-policy")]
    [InlineData("""{"secret": "s", "servers": ["192.0.2.40"], "policies": ["1.2.3"]}""", false, "/neighbours/0/radius not-discovered")]
    public void Check_DiscoveredNeighbour_NeedsAuthoritiesOfItsOwn(string radius, bool hasAuthorities, string? fault)
    {
        using var authority = new TestAuthority("federation", TimeProvider.System.GetUtcNow());
        var neighbour = new JsonObject { ["id"] = "federation", ["provider"] = "federation", ["kind"] = "radius", ["radius"] = JsonNode.Parse(radius) };
        if (hasAuthorities)
            neighbour["tlsCa"] = authority.Pem;
        Check(neighbour).ShouldBe(fault is null ? [] : [fault]);

        IEnumerable<string> Check(JsonObject one) => WorldValidator.Check(new JsonObject
        {
            ["providers"] = JsonNode.Parse("""[{"id": "federation", "name": "Federation", "domains": ["federation.example"], "exchange": "x.example", "realms": [{"name": "*"}]}]"""),
            ["neighbours"] = new JsonArray(one),
        }).Faults.Select(found => $"{found.Path} {found.Code}");
    }

    [Fact]
    public void Check_TwoThatDiscoverForOneProvider_IsAFault()
    {
        using var authority = new TestAuthority("federation", TimeProvider.System.GetUtcNow());
        var standing = Worlds.Document;
        var one = new Neighbour
        {
            Id = "one", Provider = standing.Providers[0].Id, Kind = NeighbourKind.Radius, TlsCa = authority.Pem, Radius = new NeighbourRadius { Discover = RadiusDiscovery.Aaa },
        };
        WorldValidator.Validate(standing with { Neighbours = [one, one with { Id = "other", Provider = standing.Providers[1].Id }, .. standing.Neighbours] }).ShouldBeEmpty();
        WorldValidator.Validate(standing with { Neighbours = [one, one with { Id = "two" }, .. standing.Neighbours] }).Select(fault => $"{fault.Path} {fault.Code}").ShouldBe(["/neighbours/1/radius/discover duplicate-discovery"]);
    }

    [Fact]
    public void Read_DiscoveredNeighbour_HasNoSecret() =>
        WorldReader.Read((JsonObject)JsonNode.Parse("""{"neighbours": [{"id": "f", "provider": "f", "kind": "radius", "radius": {"discover": "aaa"}}]}""")!, []).Neighbours[0].Radius!.Secret.ShouldBeNull("over TLS certificates prove who is who");

    [Fact]
    public void Write_AgreementWithoutDiscovery_HasTheHashThatItHadBefore()
    {
        var terms = Worlds.Document.Agreements[0] with { Roaming = new RoamingTerms() };
        JsonSerializer.SerializeToNode(terms, WorldJson.Default.Agreement)!["roaming"]!.AsObject().ContainsKey("discovery").ShouldBeFalse("agreements from before know no such word");
        JsonSerializer.SerializeToNode(terms with { Roaming = new RoamingTerms { Discovery = true } }, WorldJson.Default.Agreement)!["roaming"]!["discovery"]!.GetValue<bool>().ShouldBeTrue();
    }
}
