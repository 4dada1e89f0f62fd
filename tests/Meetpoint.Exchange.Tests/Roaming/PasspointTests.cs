using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hotspots;
using Meetpoint.Exchange.Tests.Interconnect;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming;

public sealed class PasspointTests
{
    static readonly WorldDocument _document = Roaming(Direction.Both);

    [Theory]
    [InlineData(Direction.Both, "albion.example,liberty.example,*.liberty.example,gamma.example")]
    [InlineData(Direction.AToB, "albion.example")]
    [InlineData(Direction.BToA, "albion.example,liberty.example,*.liberty.example,gamma.example")]
    public void Advertisement_Realms_FollowTheAgreementsAndTheirDirection(Direction direction, string realms) =>
        string.Join(',', Advertise(Roaming(direction)).Realms.Select(welcome => welcome.Realm.Name)).ShouldBe(realms, "Liberty's own, and Gamma's by transit through Liberty");

    [Theory]
    [InlineData(AgreementStage.Commercial, false, 4)]
    [InlineData(AgreementStage.Ended, false, 1)]
    [InlineData(AgreementStage.Draft, true, 1)]
    [InlineData(AgreementStage.Trial, true, 4)]
    public void Advertisement_Stages_CountAsTheyCarry(AgreementStage stage, bool withTrials, int realms) =>
        Advertise(With(_document, agreement => agreement with { Stage = stage, TestAccounts = ["bob@liberty.example"] }), withTrials).Realms.Count.ShouldBe(realms);

    [Fact]
    public void Advertisement_OnTrial_TellsTheRealmOnlyWhenAsked()
    {
        var trial = With(_document, agreement => agreement with { Stage = AgreementStage.Trial, TestAccounts = ["bob@liberty.example"] });
        Advertise(trial).Realms.ShouldNotContain(welcome => welcome.Provider == "liberty");
    }

    [Fact]
    public void Hostapd_Lines_GroupRealmsAndTellMethods()
    {
        var hotspot = HotspotSamples.At("x", 51, 0) with
        {
            Passpoint = new PasspointVenue { DomainNames = ["venue.example"], RoamingConsortia = ["0123456789"], VenueGroup = 1, VenueType = 8, VenueName = "Café" },
        };
        HostapdText.Of(Advertise(_document, hotspot: hotspot)).Split('\n').Skip(1).ShouldBe(
        [
            "interworking=1", "internet=1", "access_network_type=2", "hs20=1", "venue_group=1", "venue_type=8", "venue_name=eng:Café", "domain_name=venue.example",
            "roaming_consortium=0123456789", "roaming_consortium=5a03ba", "nai_realm=0,albion.example,21[2:4][5:7],13[5:6]", "nai_realm=0,liberty.example,13[5:6]",
            "nai_realm=0,gamma.example", "",
        ], "a suffix and its domain are one realm to the element");
    }

    [Fact]
    public void Apple_Profile_HasWhatPasspointNeedsAndNoSecret()
    {
        var text = AppleProfile.Of(Profile(EapMethod.TtlsMschapv2));
        var plist = XDocument.Parse(text);
        var wifi = Dictionary(plist.Root!.Element("dict")!.Elements("array").Single().Element("dict")!);
        wifi["PayloadType"].Value.ShouldBe("com.apple.wifi.managed");
        (wifi["IsHotspot"].Name.LocalName, wifi["DomainName"].Value).ShouldBe(("true", "albion.example"));
        wifi["NAIRealmNames"].Elements().Select(realm => realm.Value).ShouldBe(["albion.example"]);
        wifi["RoamingConsortiumOIs"].Elements().Select(id => id.Value).ShouldBe(["5A03BA"]);
        var eap = Dictionary(wifi["EAPClientConfiguration"]);
        eap["AcceptEAPTypes"].Element("integer")!.Value.ShouldBe("21");
        (eap["TTLSInnerAuthentication"].Value, eap["OuterIdentity"].Value).ShouldBe(("MSCHAPv2", "anonymous@albion.example"));
        eap["TLSTrustedServerNames"].Value.ShouldBe("radius.albion.example");
        eap.Keys.ShouldNotContain("UserName");
        text.ShouldNotContain("assword");
        AppleProfile.Of(Profile(EapMethod.TtlsMschapv2)).ShouldBe(text, "the same each time, so that a device takes it for the same profile");
    }

    [Fact]
    public void Android_Profile_IsTheObjectInItsMimeForm()
    {
        var profile = Profile(EapMethod.TtlsPap);
        var mime = Encoding.UTF8.GetString(Convert.FromBase64String(PpsMo.WifiConfig(profile)));
        mime.ShouldStartWith("Content-Type: multipart/mixed; boundary=meetpoint-passpoint\r\nContent-Transfer-Encoding: base64\r\n\r\n--meetpoint-passpoint\r\nContent-Type: application/x-passpoint-profile\r\n");
        var part = mime.Split("\r\n\r\n")[2].Split("\r\n--")[0];
        var xml = Encoding.UTF8.GetString(Convert.FromBase64String(part));
        xml.ShouldBe(PpsMo.Xml(profile));
        XNamespace tree = "syncml:dmddf1.2";
        var leaves = XDocument.Parse(xml).Descendants(tree + "Node").Where(node => node.Element(tree + "Value") is not null)
            .ToDictionary(node => node.Element(tree + "NodeName")!.Value, node => node.Element(tree + "Value")!.Value);
        leaves.Where(leaf => leaf.Key is "FQDN" or "Realm" or "RoamingConsortiumOI" or "EAPType" or "InnerMethod").OrderBy(leaf => leaf.Key, StringComparer.Ordinal)
            .Select(leaf => leaf.Value).ShouldBe(["21", "albion.example", "PAP", "albion.example", "5a03ba"]);
        leaves.Keys.ShouldNotContain("Password");
    }

    [Fact]
    public void World_Realms_AreOneProvidersAndWellFormed()
    {
        var broken = _document with
        {
            Providers =
            [
                _document.Providers[0] with { Realms = [new Realm { Name = "albion.example" }, new Realm { Name = "*.x.example" }, new Realm { Name = "b.x.example", Eap = [EapMethod.Tls, EapMethod.Tls] }] },
                _document.Providers[1] with { Realms = [new Realm { Name = "albion.example" }, new Realm { Name = "not a realm" }, new Realm { Name = "a.*.example" }], RoamingConsortia = ["5a03"] },
                .. _document.Providers.Skip(2),
            ],
        };
        WorldValidator.Validate(broken).Select(fault => (fault.Path, fault.Code)).ShouldBe(
        [
            ("/providers/0/realms/2/eap", "duplicate-method"), ("/providers/1/realms/0/name", "duplicate-address"), ("/providers/1/realms/1/name", "bad-realm"),
            ("/providers/1/realms/2/name", "bad-realm"), ("/providers/1/roamingConsortia/0", "bad-consortium"),
        ]);
    }

    [Fact]
    public void World_RealmsAndTerms_AreReadAndWrittenAndAbsentInOldOnes()
    {
        var json = JsonNode.Parse(Worlds.Json)!;
        json["providers"]![0]!["realms"] = JsonNode.Parse("""[{"name": "Albion.example", "eap": ["ttls-mschapv2", "aka-prime"]}, {"name": "*.albion.example"}]""");
        json["providers"]![0]!["roamingConsortia"] = new JsonArray("5A03BA");
        json["agreements"]![0]!["roaming"] = new JsonObject { ["priceAtB"] = "EUR 0.02 a minute" };
        var document = Worlds.Read(json.ToJsonString());
        var again = WorldObjects.From([.. WorldObjects.Of(document)]);
        var albion = again.Providers.Single(provider => provider.Id == "albion");
        albion.Realms.Select(realm => realm.Name).ShouldBe(["albion.example", "*.albion.example"]);
        albion.Realms[0].Eap.ShouldBe([EapMethod.TtlsMschapv2, EapMethod.AkaPrime]);
        albion.RoamingConsortia.ShouldBe(["5a03ba"]);
        again.Agreements[0].Roaming!.PriceAtB.ShouldBe("EUR 0.02 a minute");
        var objects = WorldObjects.Of(document).ToList();
        objects.Single(item => item is { Kind: "provider", Id: "albion" }).Doc.Remove("realms");
        WorldObjects.From(objects).Providers.Single(provider => provider.Id == "albion").Realms.ShouldBeEmpty("stored before providers had realms");
        CanonicalJson.Text(WorldObjects.Of(Worlds.Document).Single(item => item is { Kind: "agreement", Id: "albion-liberty" }).Doc)
            .ShouldNotContain("roaming", Case.Sensitive, "the hash of an agreement that says nothing of it is the one that the other side has");
        json["providers"]![0]!["realms"]![0]!["eap"]![0] = "ttls-mschap";
        WorldValidator.Check(json).Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            fault => fault.Path.ShouldBe("/providers/0/realms/0/eap/0"), fault => fault.Mend.ShouldBe("did you mean 'ttls-mschapv2'?"));
    }

    static PasspointProfile Profile(EapMethod method) =>
        new(_document.Providers[0], _document.Providers[0].Realms[0], method, ["radius.albion.example"], Instant.FromUtc(2026, 11, 22, 9, 30));

    static PasspointAdvertisement Advertise(WorldDocument document, bool withTrials = false, Hotspot? hotspot = null)
    {
        var world = World.Build(document, "albion.example", new LimitBook());
        return PasspointAdvertisement.Of(world, world.FindProvider("albion")!, hotspot, Worlds.Now, withTrials);
    }

    static WorldDocument Roaming(Direction direction)
    {
        var document = With(Worlds.Document, agreement => agreement with { Services = [new ServiceTerm { Service = Service.Roaming, Direction = direction }] });
        return document with
        {
            Agreements = [document.Agreements[0], document.Agreements[1] with { Services = [new ServiceTerm { Service = Service.Roaming }] }],
            Providers =
            [
                document.Providers[0] with { Realms = [new Realm { Name = "albion.example", Eap = [EapMethod.TtlsMschapv2, EapMethod.Tls] }], RoamingConsortia = ["5a03ba"] },
                document.Providers[1] with { Realms = [new Realm { Name = "liberty.example", Eap = [EapMethod.Tls] }, new Realm { Name = "*.liberty.example", Eap = [EapMethod.Tls] }], RoamingConsortia = ["5a03ba"] },
                document.Providers[2] with { Realms = [new Realm { Name = "gamma.example" }] },
                .. document.Providers.Skip(3),
            ],
        };
    }

    static WorldDocument With(WorldDocument document, Func<Agreement, Agreement> change) => document with { Agreements = [change(document.Agreements[0]), .. document.Agreements.Skip(1)] };

    static Dictionary<string, XElement> Dictionary(XElement dict) =>
        dict.Elements("key").ToDictionary(key => key.Value, key => (XElement)key.NextNode!);
}
