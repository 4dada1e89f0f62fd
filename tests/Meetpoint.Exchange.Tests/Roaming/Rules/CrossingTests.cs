using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Rules;

/// <summary>What agreements say of attributes holds for the packets of their kind and direction, and for no others.</summary>
public sealed class CrossingTests
{
    const string Nothing = "{}";

    static readonly string[] _homeNetwork = ["""Filter-Id = "staff" """.Trim(), "Tunnel-Type:1 = VLAN", """Tunnel-Private-Group-Id:1 = "40" """.Trim(), "Framed-IP-Address = 192.0.2.1"];

    [Fact]
    public void NothingSaid_HomesOwnNetworkStaysAtHome() =>
        Borders.Direct(Nothing).Cross(RadiusCode.AccessAccept, ["Class = 0x01", .. _homeNetwork, "Session-Timeout = 600"]).ShouldBe(["Class = 0x01", "Session-Timeout = 600"]);

    [Fact]
    public void NothingSaid_WhatGoesHomeIsWhole() =>
        Borders.Direct(Nothing).Cross(RadiusCode.AccountingRequest, [.. _homeNetwork, "Acct-Session-Time = 5"]).ShouldBe([.. _homeNetwork, "Acct-Session-Time = 5"]);

    [Fact]
    public void OwnCustomers_EverythingCrosses() => Crossing.Own.Cross(RadiusCode.AccessAccept, _homeNetwork).ShouldBe(_homeNetwork);

    [Theory]
    [InlineData("""{"of":"accept","allow":["Filter-Id"]}""")]
    [InlineData("""{"of":"accept","towards":"albion","allow":["filter-id"]}""")]
    public void Allow_OpensWhatIsClosed(string rule) => Ruled(rule).Cross(RadiusCode.AccessAccept, _homeNetwork).ShouldBe([_homeNetwork[0]]);

    [Fact]
    public void Rule_OfTheOtherDirectionOrKind_DoesNothing()
    {
        Ruled("""{"of":"accept","towards":"liberty","allow":["Filter-Id"]}""").Cross(RadiusCode.AccessAccept, _homeNetwork).ShouldBeEmpty();
        Ruled("""{"of":"challenge","allow":["Filter-Id"]}""").Cross(RadiusCode.AccessAccept, _homeNetwork).ShouldBeEmpty();
    }

    [Fact]
    public void Remove_TakesOutAttributesAndWholeVendors() =>
        Ruled("""{"of":"accept","remove":["Idle-Timeout","Cisco"]}""")
            .Cross(RadiusCode.AccessAccept, "Idle-Timeout = 60", "Session-Timeout = 600", """Cisco-AVPair = "ip:acl" """.Trim(), "Aruba-User-Vlan = 3")
            .ShouldBe(["Session-Timeout = 600", "Aruba-User-Vlan = 3"]);

    [Fact]
    public void Remove_OneOfAVendor_LeavesTheOthersOfIt() =>
        Ruled("""{"of":"request","remove":["WISPr-Location-Name"]}""")
            .Cross(RadiusCode.AccessRequest, """WISPr-Location-Id = "isocc=gb" """.Trim(), """WISPr-Location-Name = "Bench" """.Trim())
            .ShouldBe(["""WISPr-Location-Id = "isocc=gb" """.Trim()]);

    [Fact]
    public void KeepOnly_LetsThroughWhatItNamesAndWhatNoRuleTouches() =>
        Ruled("""{"of":"accept","keepOnly":["Session-Timeout","WISPr","Filter-Id"]}""")
            .Cross(RadiusCode.AccessAccept, "Session-Timeout = 600", "Idle-Timeout = 60", "WISPr-Bandwidth-Max-Up = 5", "Aruba-User-Vlan = 3", "Class = 0x01", "MS-CHAP2-Success = 0x02", _homeNetwork[0], _homeNetwork[1])
            .ShouldBe(["Session-Timeout = 600", "WISPr-Bandwidth-Max-Up = 5", "Class = 0x01", "MS-CHAP2-Success = <masked> (1)", _homeNetwork[0]]);

    [Theory]
    [InlineData("Session-Timeout = 600", "Session-Timeout = 600")]
    [InlineData("Session-Timeout = 3601", "Session-Timeout = 3600")]
    [InlineData("Session-Timeout = 0", "Session-Timeout = 3600")]
    [InlineData("WISPr-Bandwidth-Max-Up = 9000", "WISPr-Bandwidth-Max-Up = 8000")]
    public void Cap_LowersWhatIsBeyond(string sent, string arrived) =>
        Ruled("""{"of":"accept","cap":["Session-Timeout = 3600","WISPr-Bandwidth-Max-Up = 8000"]}""").Cross(RadiusCode.AccessAccept, sent, "Class = 0x01").Order().ShouldBe(new[] { "Class = 0x01", arrived }.Order());

    [Fact]
    public void Cap_OfWhatIsNotThere_AddsNothing() => Ruled("""{"of":"accept","cap":["Session-Timeout = 3600"]}""").Cross(RadiusCode.AccessAccept, "Class = 0x01").ShouldBe(["Class = 0x01"]);

    [Fact]
    public void Set_TakesThePlaceOfAllThatCame() =>
        Ruled("""{"of":"accept","set":["Tunnel-Type:1 = VLAN","Tunnel-Private-Group-Id:1 = guests","Reply-Message = one","Reply-Message = two"]}""")
            .Cross(RadiusCode.AccessAccept, [.. _homeNetwork, "Reply-Message = \"welcome\"", "Class = 0x01"])
            .ShouldBe(["Class = 0x01", "Tunnel-Type:1 = VLAN", "Tunnel-Private-Group-Id:1 = \"guests\"", "Reply-Message = \"one\"", "Reply-Message = \"two\""], ignoreOrder: true);

    [Theory]
    [InlineData("Idle-Timeout = 60", "Idle-Timeout = 60")]
    [InlineData("Class = 0x01", "Idle-Timeout = 300")]
    public void Add_StandsWhereNothingCame(string sent, string expected) =>
        Ruled("""{"of":"accept","add":["Idle-Timeout = 300"]}""").Cross(RadiusCode.AccessAccept, sent).Where(line => line.StartsWith("Idle", StringComparison.Ordinal)).ShouldBe([expected]);

    [Fact]
    public void Accounting_TowardsHome_IsRuledToo() =>
        Ruled("""{"of":"accounting","towards":"liberty","remove":["Framed-IP-Address"],"set":["Called-Station-Id = albion"]}""")
            .Cross(RadiusCode.AccountingRequest, "Framed-IP-Address = 192.0.2.1", "Called-Station-Id = \"ap-17\"", "Acct-Session-Id = \"1\"").ShouldBe(["Acct-Session-Id = \"1\"", "Called-Station-Id = \"albion\""]);

    [Fact]
    public void ChangesOfSessions_AreRuledAndBounded()
    {
        var crossing = Borders.Direct("""{"maxDownBps":8000,"rules":[{"of":"coa","remove":["Idle-Timeout"]}]}""");
        crossing.Cross(RadiusCode.CoaRequest, "Idle-Timeout = 60", "WISPr-Bandwidth-Max-Down = 9000", "Filter-Id = \"staff\"").ShouldBe(["WISPr-Bandwidth-Max-Down = 8000"]);
        crossing.Cross(RadiusCode.CoaRequest, "Session-Timeout = 60").ShouldBe(["Session-Timeout = 60"], "what has no bound keeps the one that it has");
        crossing.Cross(RadiusCode.DisconnectRequest, "Idle-Timeout = 60").ShouldBe(["Idle-Timeout = 60"]);
    }

    [Theory]
    [InlineData("WISPr-Bandwidth-Max-Up = 1000", "WISPr-Bandwidth-Max-Up = 1000", "WISPr-Bandwidth-Max-Down = 8000")]
    [InlineData("WISPr-Bandwidth-Max-Up = 5000", "WISPr-Bandwidth-Max-Down = 8000", "WISPr-Bandwidth-Max-Up = 2000")]
    [InlineData("WISPr-Bandwidth-Max-Down = 9000", "WISPr-Bandwidth-Max-Up = 2000", "WISPr-Bandwidth-Max-Down = 8000")]
    public void Bandwidth_OfTheAgreement_IsPutInOrLowered(string sent, params string[] arrived) =>
        Borders.Direct("""{"maxUpBps":2000,"maxDownBps":8000}""").Cross(RadiusCode.AccessAccept, sent).ShouldBe(arrived, ignoreOrder: true);

    [Fact]
    public void Bandwidth_OfOtherAnswers_IsNotTouched() => Borders.Direct("""{"maxUpBps":2000}""").Cross(RadiusCode.AccessReject, "Reply-Message = \"no\"").ShouldBe(["Reply-Message = \"no\""]);

    [Fact]
    public void ByAThird_BothAgreementsHold()
    {
        var crossing = Borders.ByLiberty(
            """{"maxUpBps":2000,"rules":[{"of":"accept","towards":"albion","allow":["Filter-Id"],"cap":["Session-Timeout = 900"],"remove":["Reply-Message"]},{"of":"request","towards":"liberty","remove":["NAS-Port"]}]}""",
            """{"maxUpBps":5000,"rules":[{"of":"accept","towards":"liberty","cap":["Session-Timeout = 1800"],"add":["Idle-Timeout = 60"]},{"of":"request","towards":"gamma","remove":["Called-Station-Id"]}]}""");
        crossing.Cross(RadiusCode.AccessAccept, "Session-Timeout = 3600", "Filter-Id = \"staff\"", "Reply-Message = \"hello\"")
            .ShouldBe(["WISPr-Bandwidth-Max-Up = 2000", "Session-Timeout = 900", "Idle-Timeout = 60"], ignoreOrder: true, "the lower bounds; closed to one is closed");
        crossing.Cross(RadiusCode.AccessRequest, "NAS-Port = 1", "Called-Station-Id = \"a\"", "NAS-Identifier = \"ap\"").ShouldBe(["NAS-Identifier = \"ap\""]);
    }

    [Fact]
    public void ByAThird_TheNearerToTheRecipientSaysLast()
    {
        var crossing = Borders.ByLiberty("""{"rules":[{"of":"accept","remove":["Reply-Message"],"set":["Idle-Timeout = 1"]}]}""", """{"rules":[{"of":"accept","set":["Reply-Message = hi","Idle-Timeout = 2"]}]}""");
        crossing.Cross(RadiusCode.AccessAccept, "Class = 0x01").ShouldBe(["Class = 0x01", "Idle-Timeout = 1"]);
    }

    [Theory]
    [InlineData(600u, 600u, 300u)]
    [InlineData(7_200u, 3_600u, 300u)]
    [InlineData(null, null, 300u)]
    public void Number_IsWhatTheCopyWouldHave(uint? came, uint? session, uint idle)
    {
        var crossing = Ruled("""{"of":"accept","cap":["Session-Timeout = 3600"],"add":["Idle-Timeout = 300"],"remove":["Acct-Interim-Interval"]}""");
        crossing.NumberOf(RadiusCode.AccessAccept, AttributeType.SessionTimeout, came).ShouldBe(session);
        crossing.NumberOf(RadiusCode.AccessAccept, (AttributeType)28, null).ShouldBe(idle);
        crossing.NumberOf(RadiusCode.AccessAccept, (AttributeType)28, 5).ShouldBe(5u);
        crossing.NumberOf(RadiusCode.AccessAccept, (AttributeType)85, 60).ShouldBeNull();
        crossing.Cross(RadiusCode.AccessAccept, out _, new AttributeSet(AttributeType.SessionTimeout, (AttributeType)28), "Session-Timeout = 7200", "Class = 0x01").ShouldBe(["Class = 0x01"], "who writes them himself");
    }

    static Crossing Ruled(string rule) => Borders.Direct($$"""{"rules":[{{rule}}]}""");
}
