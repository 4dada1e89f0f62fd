using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Exchange.Tests.Interconnect;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Rules;

/// <summary>Rules are checked when a world is applied: each fault by its place, with what to do.</summary>
public sealed class RoamingRuleTests
{
    [Theory]
    [InlineData("""{"of":"accept","remove":["Filter-Ids"]}""", "/remove/0", "unknown-attribute", "did you mean 'Filter-Id'?")]
    [InlineData("""{"of":"accept","remove":["WISPr-Bandwith-Max-Up"]}""", "/remove/0", "unknown-attribute", "did you mean 'WISPr-Bandwidth-Max-Up'?")]
    [InlineData("""{"of":"accept","remove":["Cysco"]}""", "/remove/0", "unknown-attribute", "did you mean 'Cisco'?")]
    [InlineData("""{"of":"accept","remove":["Attr-300"]}""", "/remove/0", "unknown-attribute", "")]
    [InlineData("""{"of":"accept","remove":["Proxy-State"]}""", "/remove/0", "protected-attribute", "")]
    [InlineData("""{"of":"accept","set":["State = 0x01"]}""", "/set/0", "protected-attribute", "")]
    [InlineData("""{"of":"accept","remove":["MS-MPPE-Send-Key"]}""", "/remove/0", "protected-attribute", "")]
    [InlineData("""{"of":"accounting","set":["Acct-Session-Time = 1"]}""", "/set/0", "protected-attribute", "")]
    [InlineData("""{"of":"accounting","remove":["NAS-Identifier"]}""", "/remove/0", "protected-attribute", "")]
    [InlineData("""{"of":"request","add":["EAP-Message = 0x01"]}""", "/add/0", "protected-attribute", "")]
    [InlineData("""{"of":"accept","set":["Tunnel-Password:1 = 0x01"]}""", "/set/0", "hidden-attribute", "")]
    [InlineData("""{"of":"accept","set":["Idle-Timeout = soon"]}""", "/set/0", "bad-value", "whole number")]
    [InlineData("""{"of":"accept","set":["Idle-Timeout"]}""", "/set/0", "no-value", "")]
    [InlineData("""{"of":"accept","set":["Idle-Timeout:1 = 5"]}""", "/set/0", "bad-value", "")]
    [InlineData("""{"of":"accept","set":["Framed-IP-Address = 2001:db8::1"]}""", "/set/0", "bad-value", "192.0.2.1")]
    [InlineData("""{"of":"accept","cap":["Filter-Id = 5"]}""", "/cap/0", "no-number", "")]
    [InlineData("""{"of":"accept","cap":["Session-Timeout = 0"]}""", "/cap/0", "out-of-range", "")]
    [InlineData("""{"of":"accept","cap":["Session-Timeout"]}""", "/cap/0", "out-of-range", "")]
    [InlineData("""{"of":"accept","allow":["Session-Timeout"]}""", "/allow/0", "not-closed", "Filter-Id")]
    [InlineData("""{"of":"accounting","allow":["Filter-Id"]}""", "/allow/0", "not-closed", "")]
    [InlineData("""{"of":"accept"}""", "", "empty-rule", "")]
    [InlineData("""{"of":"accepted","remove":["Filter-Id"]}""", "/of", "unknown-word", "accept")]
    [InlineData("""{"of":"accept","towards":"gamma","remove":["Filter-Id"]}""", "/towards", "not-a-party", "albion, liberty")]
    [InlineData("""{"of":"accept","remove":["Idle-Timeout"],"cap":["Idle-Timeout = 5"]}""", "/cap/0", "ruled-twice", "")]
    [InlineData("""{"of":"accept","set":["Idle-Timeout = 4"],"add":["Idle-Timeout = 5"]}""", "/add/0", "ruled-twice", "")]
    [InlineData("""{"of":"accept","remove":["Idle-Timeout"],"removes":["Idle-Timeout"]}""", "/removes", "unknown-key", "did you mean 'remove'?")]
    public void Fault_IsToldByItsPlace(string rule, string at, string code, string mend)
    {
        var fault = Faults($"[{rule}]").ShouldHaveSingleItem();
        (fault.Path, fault.Code).ShouldBe(($"/agreements/0/roaming/rules/0{at}", code), $"{fault}");
        fault.Mend.ShouldContain(mend);
    }

    [Theory]
    [InlineData("""{"of":"accept","set":["Reply-Message = one","Reply-Message = \"two\""],"add":["Idle-Timeout = 5"],"cap":["Idle-Timeout = 9"]}""")]
    [InlineData("""{"of":"request","remove":["Attr-26.9.1","Attr-241.5","Cisco","Vendor-Specific"]}""")]
    [InlineData("""{"of":"accept","keepOnly":["User-Name","WISPr","Session-Timeout"]}""")]
    [InlineData("""{"of":"accept","towards":"albion","set":["Idle-Timeout = 5"]},{"of":"accept","towards":"liberty","remove":["Idle-Timeout"]}""")]
    public void Rules_ThatGoTogether_AreTaken(string rules) => Faults($"[{rules}]").ShouldBeEmpty();

    [Fact]
    public void TooMuch_IsRefused()
    {
        Faults($"[{string.Join(',', Enumerable.Repeat("""{"of":"accept","allow":["Filter-Id"]}""", RoamingRule.MaxRules + 1))}]").ShouldHaveSingleItem().Code.ShouldBe("too-many");
        var long1 = string.Join(',', Enumerable.Range(0, 5).Select(i => $"\"Reply-Message = {new string('x', 250)}\""));
        Faults($$"""[{"of":"accept","set":[{{long1}}]}]""").ShouldHaveSingleItem().Code.ShouldBe("too-long");
        var many = string.Join(',', Enumerable.Range(1, RoamingRule.MaxWatched + 1).Select(i => $"\"Attr-26.99.{i} = 0x01\""));
        Faults($$"""[{"of":"accept","add":[{{many}}]}]""").ShouldHaveSingleItem().Code.ShouldBe("too-many");
    }

    [Fact]
    public void Hash_WithoutRules_IsAsItWas()
    {
        static Agreement Of(string roaming) => Worlds.Read(Borders.Document(roaming).ToJsonString()).Agreements[0];
        CanonicalJson.Text(System.Text.Json.JsonSerializer.SerializeToNode(Of("""{"idleSeconds":60}""").Roaming, WorldJson.Default.RoamingTerms)).ShouldBe("""{"idleSeconds":60}""");
        CanonicalJson.Hash(Of("""{"idleSeconds":60,"rules":[],"cui":"pseudonym"}""")).ShouldBe(CanonicalJson.Hash(Of("""{"idleSeconds":60}""")));
        CanonicalJson.Hash(Of("""{"idleSeconds":60,"rules":[{"of":"accept","remove":["Idle-Timeout"]}]}""")).ShouldNotBe(CanonicalJson.Hash(Of("""{"idleSeconds":60}""")));
    }

    [Fact]
    public void Rules_AreReadBackFromWhatIsKept()
    {
        var agreement = Worlds.Read(Borders.Document("""{"cui":"as-issued","maxUpBps":5000,"rules":[{"of":"accept","remove":["Idle-Timeout"]}]}""").ToJsonString()).Agreements[0];
        var kept = System.Text.Json.JsonSerializer.SerializeToNode(agreement, WorldJson.Default.Agreement)!;
        System.Text.Json.JsonSerializer.Deserialize(kept, WorldJson.Default.Agreement)!.Roaming!.Cui.ShouldBe(CuiForm.AsIssued);
        var rule = System.Text.Json.JsonSerializer.Deserialize(kept, WorldJson.Default.Agreement)!.Roaming!.Rules.ShouldHaveSingleItem();
        rule.Remove.ShouldBe(["Idle-Timeout"]);
        rule.Set.ShouldBeEmpty();
        kept["roaming"]!["rules"]![0]!.AsObject().Remove("set");
        System.Text.Json.JsonSerializer.Deserialize(kept, WorldJson.Default.Agreement)!.Roaming!.Rules.ShouldHaveSingleItem().Set.ShouldBeEmpty("a version that did not know it yet");
    }

    [Fact]
    public void Words_SayWhatHolds() =>
        RuleWords.Of(Worlds.Read(Borders.Document("""{"cui":"as-issued","maxUpBps":5000,"rules":[{"of":"accept","towards":"albion","remove":["Idle-Timeout","Cisco"],"cap":["Session-Timeout = 5"]}]}""").ToJsonString()).Agreements[0])
            .ShouldBe([
                "albion-liberty: who is charged crosses as the home issued it", "albion-liberty: at most 5000 bit/s from the customer",
                "albion-liberty: accept towards albion: remove Idle-Timeout, Cisco; cap Session-Timeout = 5",
            ]);

    static IReadOnlyList<Fault> Faults(string rules) => WorldValidator.Check(Borders.Document($$"""{"rules":{{rules}}}""")).Faults;
}
