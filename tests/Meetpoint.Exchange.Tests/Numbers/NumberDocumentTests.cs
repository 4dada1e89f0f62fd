using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Tests.Interconnect;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Numbers;

/// <summary>Numbering, identity, emergency and ENUM in the world document.</summary>
public sealed class NumberDocumentTests
{
    [Fact]
    public void Objects_ThereAndBack_AreTheSame()
    {
        var document = NumberWorld.Document with
        {
            Providers = [NumberWorld.Document.Providers[0] with { Emergency = ["albion-core"] }, .. NumberWorld.Document.Providers.Skip(1)],
            Agreements = [NumberWorld.Document.Agreements[0] with { Identity = IdentityTrust.Trusted }, .. NumberWorld.Document.Agreements.Skip(1)],
            Routes = [new Route { Id = "enum", Prefix = "+4930", Provider = "gamma", Candidates = [new() { Enum = "e164.arpa", AnyDomain = true }, new() { Via = "to-liberty" }] }],
        };
        var back = WorldObjects.From([.. WorldObjects.Of(document)]);
        WorldDiff.Between(document, back).IsEmpty.ShouldBeTrue();
        var read = WorldValidator.Check(WorldObjects.Document(document with { Endpoints = [] }));
        read.Faults.ShouldBeEmpty();
        WorldDiff.Between(document with { Endpoints = [] }, read.Document!).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Hash_AgreementThatSaysNothingOfIdentity_IsAsBefore() =>
        CanonicalJson.Text(System.Text.Json.JsonSerializer.SerializeToNode(Worlds.Document.Agreements[0], WorldJson.Default.Agreement)).ShouldNotContain("identity");

    [Theory]
    [InlineData("""{"country": "044"}""", "country", "bad-country-code")]
    [InlineData("""{"country": "+44"}""", "country", "bad-country-code")]
    [InlineData("""{"country": 44}""", "country", "wrong-type")]
    [InlineData("""{"nationalPrefix": "0"}""", "country", "missing")]
    [InlineData("""{"country": "44", "nationalPrefix": "0x"}""", "nationalPrefix", "bad-digits")]
    [InlineData("""{"country": "44", "internationalPrefixes": ["00", "+"]}""", "internationalPrefixes/1", "bad-digits")]
    [InlineData("""{"country": "44", "areaCode": ""}""", "areaCode", "bad-digits")]
    [InlineData("""{"country": "44", "minDigits": 0}""", "minDigits", "out-of-range")]
    [InlineData("""{"country": "44", "minDigits": 9, "maxDigits": 8}""", "maxDigits", "out-of-range")]
    [InlineData("""{"shortCodes": ["11y"]}""", "shortCodes/0", "bad-pattern")]
    [InlineData("""{"emergencyCodes": ["11x"]}""", "emergencyCodes/0", "bad-digits")]
    [InlineData("""{"phoneContexts": ["+4x"]}""", "phoneContexts/0", "bad-phone-context")]
    [InlineData("""{"phoneContexts": ["alice@albion.example"]}""", "phoneContexts/0", "bad-phone-context")]
    [InlineData("""{"shortcodes": []}""", "shortcodes", "unknown-key")]
    public void Check_NumberingThatCannotBe_IsAFaultAtItsPlace(string numbering, string place, string code)
    {
        foreach (var (list, index) in (ReadOnlySpan<(string, int)>)[("providers", 0), ("neighbours", 1)])
        {
            var world = JsonNode.Parse(Worlds.Json)!;
            world[list]![index]!["numbering"] = JsonNode.Parse(numbering);
            WorldValidator.Check(world).Faults.Select(fault => (fault.Path, fault.Code)).ShouldContain(($"/{list}/{index}/numbering/{place}", code));
        }
    }

    [Theory]
    [InlineData("""{"prefix": "+49", "candidates": [{}]}""", "/candidates/0", "candidate")]
    [InlineData("""{"prefix": "+49", "candidates": [{"via": "local", "enum": "e164.arpa"}]}""", "/candidates/0", "candidate")]
    [InlineData("""{"prefix": "+49", "candidates": [{"enum": "e164 arpa"}]}""", "/candidates/0/enum", "bad-address")]
    [InlineData("""{"domain": "x.example", "candidates": [{"enum": "e164.arpa"}]}""", "/candidates/0/enum", "not-a-number")]
    [InlineData("""{"address": "a@x.example", "candidates": [{"enum": "e164.arpa"}]}""", "/candidates/0/enum", "not-a-number")]
    [InlineData("""{"prefix": "+49", "candidates": [{"via": "local", "anyDomain": true}]}""", "/candidates/0/anyDomain", "not-enum")]
    [InlineData("""{"prefix": "+48", "candidates": [{"enum": "e164.arpa"}]}""", "/provider", "missing")]
    public void Check_CandidateThatIsNotOneWay_IsAFault(string route, string place, string code)
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        var node = JsonNode.Parse(route)!;
        node["id"] = "x";
        if (place != "/provider")
            node["provider"] = "gamma";
        world["routes"] = new JsonArray(node);
        WorldValidator.Check(world).Faults.Select(fault => (fault.Path, fault.Code)).ShouldContain(($"/routes/0{place}", code));
    }

    [Fact]
    public void Check_LookUpOfAProvidersOwnNumbers_NeedsNoProvider()
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        world["routes"]!.AsArray().Add(JsonNode.Parse("""{"id": "x", "prefix": "+4930", "candidates": [{"enum": "e164.arpa"}]}"""));
        var document = Worlds.Read(world.ToJsonString());
        World.Build(document, "albion.example", new LimitBook()).Find("+4930123")!.Provider.Id.ShouldBe("gamma");
    }

    [Theory]
    [InlineData("neighbours", 0)]
    [InlineData("agreements", 0)]
    public void Check_IdentityThatIsNoWord_IsAFault(string list, int index)
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        world[list]![index]!["identity"] = "trustd";
        WorldValidator.Check(world).Faults.Single().ShouldBe(new Fault($"/{list}/{index}/identity", "unknown-word", "\"trustd\" is none of the words for identity", "did you mean 'trusted'?"));
    }

    [Fact]
    public void Show_PartnersProvider_TellsNothingOfItsPlan()
    {
        var world = World.Build(NumberWorld.Document, "albion.example", new LimitBook());
        var shown = new WorldScope(world, "liberty").Show(NumberWorld.Document.Providers[0])!;
        (shown.Numbering, shown.Emergency.Length).ShouldBe((null, 0));
    }
}
