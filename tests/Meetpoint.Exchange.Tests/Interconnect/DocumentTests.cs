using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

public sealed class DocumentTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("meetpoint-world-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly string Broken = Worlds.Json
        .Replace("\"organisation\": \"acme\", \"name\": \"Alice\"", "\"organisation\": \"acmee\", \"name\": \"Alice\"", StringComparison.Ordinal)
        .Replace("\"prefixes\": [\"+1212\"]", "\"prefixes\": [\"1212\", \"+4420\"]", StringComparison.Ordinal)
        .Replace("\"id\": \"delta\"", "\"id\": \"gamma\"", StringComparison.Ordinal)
        .Replace("\"validFrom\": \"2026-01-01\"", "\"validFrom\": \"2026-01-01\", \"validUntil\": \"2025-01-01\"", StringComparison.Ordinal)
        .Replace("\"ports\": 3", "\"ports\": -3", StringComparison.Ordinal)
        .Replace("\"currency\": \"EUR\"", "\"currency\": \"EURO\"", StringComparison.Ordinal)
        .Replace("\"tariff\": \"standard\"", "\"tariff\": \"standart\"", StringComparison.Ordinal)
        .Replace("\"screens\": 2", "\"screns\": 2", StringComparison.Ordinal)
        .Replace("\"kind\": \"sip-trunk\"", "\"kind\": \"siptrunk\"", StringComparison.Ordinal)
        .Replace("\"via\": \"to-liberty\"", "\"via\": \"to-libery\"", StringComparison.Ordinal);

    [Fact]
    public void Check_ManyFaults_ListsThemAllWithPlaceAndMend()
    {
        var check = WorldValidator.Check(JsonNode.Parse(Broken));
        check.Document.ShouldBeNull();
        check.Faults.ShouldAllBe(fault => fault.Message.Length > 0 && fault.Mend.Length > 0);
        var found = check.Faults.Select(fault => (fault.Path, fault.Code)).ToList();
        (string, string)[] expected =
        [
            ("/users/0/organisation", "unknown-reference"),
            ("/providers/1/prefixes/0", "bad-prefix"),
            ("/providers/1/prefixes/1", "duplicate-address"),
            ("/providers/3/id", "duplicate-id"),
            ("/agreements/0/validUntil", "dates-reversed"),
            ("/agreements/0/aToB/ports", "negative-limit"),
            ("/agreements/0/charges/0/tariff", "unknown-reference"),
            ("/tariffs/0/currency", "unknown-currency"),
            ("/endpoints/1/screns", "unknown-key"),
            ("/neighbours/1/kind", "unknown-word"),
            ("/routes/0/candidates/0/via", "unknown-reference"),
        ];
        foreach (var fault in expected)
            found.ShouldContain(fault);
        check.Faults.Single(fault => fault.Code == "unknown-key").Mend.ShouldBe("did you mean 'screens'?");
        check.Faults.Single(fault => fault.Code == "unknown-word").Mend.ShouldBe("did you mean 'sip-trunk'?");
        check.Faults.Single(fault => fault.Path == "/routes/0/candidates/0/via").Mend.ShouldBe("did you mean 'to-liberty'?");
    }

    [Theory]
    [InlineData("null", "wrong-type")]
    [InlineData("[]", "wrong-type")]
    [InlineData("{\"providers\": 3}", "wrong-type")]
    [InlineData("{\"providers\": [null, 3]}", "wrong-type")]
    [InlineData("{\"providers\": [{}]}", "missing")]
    [InlineData("{\"provders\": []}", "unknown-key")]
    [InlineData("{\"tariffs\": [{\"id\": \"t\", \"currency\": \"EUR\", \"rates\": [{\"unit\": \"meeting\", \"per\": \"item\", \"price\": 1e300}]}]}", "wrong-type")]
    public void Check_WrongShape_IsAFaultNotAnException(string json, string code) =>
        WorldValidator.Check(JsonNode.Parse(json)).Faults.ShouldContain(fault => fault.Code == code);

    [Fact]
    public void Check_PresenceLists_HaveAnAddressOfTheirOwnAndMembersOnce()
    {
        var list = new PresenceList { Id = "team", Provider = "albion", Name = "Team", Address = "team@albion.example", Members = ["alice@albion.example", "+442079460001", "bob@liberty.example"] };
        WorldValidator.Validate(Worlds.Document with { PresenceLists = [list] }).ShouldBeEmpty();
        PresenceList[] broken =
        [
            list with { Provider = "albian" },
            list with { Id = "second" },
            list with { Id = "person", Address = "Alice@albion.example" },
            list with { Id = "theirs", Address = "team@liberty.example" },
            list with { Id = "twice", Address = "twice@albion.example", Members = ["bob@liberty.example", "BOB@liberty.example", "no address"], Allow = ["???"] },
            list with { Id = "many", Address = "many@albion.example", Members = [.. Enumerable.Range(0, PresenceList.MaxMembers + 1).Select(i => $"m{i}@albion.example")] },
        ];
        WorldValidator.Validate(Worlds.Document with { PresenceLists = [.. broken] }).Select(fault => (fault.Path, fault.Code)).Order().ShouldBe(
            new[]
            {
                ("/presenceLists/0/provider", "unknown-reference"), ("/presenceLists/1/address", "duplicate-address"), ("/presenceLists/2/address", "duplicate-address"),
                ("/presenceLists/3/address", "address-not-owned"), ("/presenceLists/4/members/1", "duplicate-address"), ("/presenceLists/4/members/2", "bad-address"),
                ("/presenceLists/4/allow/0", "unknown-reference"), ("/presenceLists/5/members", "too-many"),
            }.Order());
        PresenceList.MaxMembers.ShouldBe(Exchange.Presence.Dialects.RlmiList.MaxResources, "a document holds all of a list");
    }

    [Fact]
    public void Check_OverlappingAgreements_IsAFault()
    {
        var document = Worlds.Document;
        var twice = document with { Agreements = [document.Agreements[0], document.Agreements[0] with { Id = "again", Parties = ["liberty", "albion"], OpenedByA = new(), ValidFrom = null, ValidUntil = Worlds.Now }] };
        WorldValidator.Validate(twice).Select(fault => fault.Code).ShouldBe(["overlap"]);
        var after = document with { Agreements = [document.Agreements[0] with { ValidUntil = Worlds.Now }, document.Agreements[0] with { Id = "again", ValidFrom = Worlds.Now }] };
        WorldValidator.Validate(after).ShouldBeEmpty();
    }

    [Fact]
    public void Check_CstaWithoutAGateway_IsAFault()
    {
        var document = Worlds.Document;
        var trunk = document.Neighbours.First(neighbour => neighbour.Kind == NeighbourKind.SipTrunk) with { SipUri = null, Presence = new NeighbourPresence { Csta = true } };
        var without = document with { Neighbours = [.. document.Neighbours.Select(neighbour => neighbour.Id == trunk.Id ? trunk : neighbour)] };
        WorldValidator.Validate(without).Select(fault => fault.Code).ShouldBe(["no-gateway"]);
        var with = document with { Neighbours = [.. document.Neighbours.Select(neighbour => neighbour.Id == trunk.Id ? trunk with { SipUri = "sip:192.0.2.10:5060" } : neighbour)] };
        WorldValidator.Validate(with).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"secret": "s", "servers": ["192.0.2.40:1812"]}""", null)]
    [InlineData("""{"secret": "s", "servers": ["[2001:db8::1]:1812"], "accountingServers": ["192.0.2.40"]}""", null)]
    [InlineData("""{"secret": "", "servers": ["192.0.2.40"]}""", "/neighbours/0/radius/secret wrong-type")]
    [InlineData("""{"secret": "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345", "servers": ["192.0.2.40"]}""", "/neighbours/0/radius/secret bad-secret")]
    [InlineData("""{"servers": ["192.0.2.40"]}""", "/neighbours/0/radius/secret missing")]
    [InlineData("""{"secret": "s"}""", "/neighbours/0 not-identified")]
    [InlineData("""{"secret": "s", "servers": ["aaa.example"]}""", "/neighbours/0/radius/servers/0 bad-address")]
    [InlineData("""{"secret": "s", "servers": ["192.0.2.40"], "accountingServers": ["192.0.2.40", "192.0.2.41"]}""", "/neighbours/0/radius/accountingServers bad-servers")]
    [InlineData("""{"secret": "s", "servers": ["192.0.2.40"], "protection": "none"}""", "/neighbours/0/radius/protection unknown-word")]
    [InlineData("null", "/neighbours/0/radius missing")]
    public void Check_RadiusNeighbour_IsKnownAndAskedSomewhere(string radius, string? fault)
    {
        var check = WorldValidator.Check(JsonNode.Parse(
            $$"""
            {
              "providers": [{"id": "albion", "name": "Albion", "domains": ["albion.example"], "exchange": "x.example"}],
              "neighbours": [{"id": "aaa", "provider": "albion", "kind": "radius", "radius": {{radius}}}]
            }
            """));
        check.Faults.Select(found => $"{found.Path} {found.Code}").ShouldBe(fault is null ? [] : [fault]);
    }

    [Fact]
    public void Check_RadiusOfAnotherKind_IsAFault()
    {
        var document = Worlds.Document;
        var trunk = document.Neighbours.First(neighbour => neighbour.Kind == NeighbourKind.SipTrunk) with { Radius = new NeighbourRadius { Secret = "s" } };
        var with = document with { Neighbours = [.. document.Neighbours.Select(neighbour => neighbour.Id == trunk.Id ? trunk : neighbour)] };
        WorldValidator.Validate(with).Select(fault => fault.Code).ShouldBe(["not-of-radius"]);
    }

    [Fact]
    public void Between_SecretOfRadius_IsNeverShown()
    {
        var standing = Worlds.Document;
        var aaa = new Neighbour { Id = "aaa", Provider = standing.Providers[0].Id, Kind = NeighbourKind.Radius, Radius = new NeighbourRadius { Secret = "first", Servers = ["192.0.2.40"] } };
        var before = standing with { Neighbours = [aaa, .. standing.Neighbours] };
        var after = standing with { Neighbours = [aaa with { Radius = aaa.Radius with { Secret = "second" } }, .. standing.Neighbours] };
        WorldDiff.Between(before, after).Changes.ShouldHaveSingleItem().Fields.ShouldBe([new FieldChange("/radius/secret", "***", "***")]);
        WorldDiff.Between(standing, before).ToString().ShouldNotContain("first");
        WorldDiff.Between(standing, before).Changes.SelectMany(change => change.Fields).ShouldAllBe(field => $"{field.Before}{field.After}".Contains("first", StringComparison.Ordinal) == false);
    }

    [Fact]
    public void Read_Date_IsTheStartOfTheDayInTheAgreementsZone() =>
        Worlds.Read(Worlds.Json.Replace("2026-01-01", "2026-07-01", StringComparison.Ordinal)).Agreements[0].ValidFrom.ShouldBe(Instant.FromUtc(2026, 6, 30, 23, 0));

    [Fact]
    public void Between_SameWorld_IsEmpty() => WorldDiff.Between(Worlds.Document, Worlds.Document).IsEmpty.ShouldBeTrue();

    [Fact]
    public void Between_DigestOfAProfile_IsShown_AndThatOfANewEndpointIsNot()
    {
        var standing = Worlds.Document;
        var profile = new EquipmentProfile { Id = "old", Name = "Old", Digest = ["MD5"] };
        var before = standing with { Profiles = [profile], Endpoints = [standing.Endpoints[0] with { Digest = null }, .. standing.Endpoints.Skip(1)] };
        var after = standing with { Profiles = [profile with { Digest = ["SHA-256", "MD5"] }] };
        var changes = WorldDiff.Between(before, after).Changes;
        changes.Single(change => change.Kind == "profile").Fields.ShouldHaveSingleItem()
            .ShouldBe(new FieldChange("/digest", "[\"MD5\"]", "[\"SHA-256\",\"MD5\"]"), "algorithms are no secret");
        changes.Single(change => change.Kind == "endpoint").Fields.ShouldHaveSingleItem().ShouldBe(new FieldChange("/digest", null, "***"));
    }

    [Theory]
    [InlineData("medai", "media")]
    [InlineData("PORST", "ports")]
    [InlineData("exchnge", "exchange")]
    [InlineData("frobnicate", null)]
    public void Find_MistypedWord_GivesTheNearest(string word, string? expected) =>
        NearestWord.Find(word, ["store", "media", "exchange", "ports"]).ShouldBe(expected);

    [Fact]
    public void Between_Change_TellsTheFieldAndHidesSecrets()
    {
        var document = Worlds.Document;
        var changed = document with
        {
            Endpoints = [document.Endpoints[0] with { Name = "Desk", Digest = new DigestCredentials { User = "alice", Secret = "other" } }, .. document.Endpoints.Skip(1)],
            Routes = [],
            Tariffs = [.. document.Tariffs, document.Tariffs[0] with { Id = "night" }],
        };
        var diff = WorldDiff.Between(document, changed);
        diff.Changes.Select(change => (change.Action, change.Kind, change.Id)).ShouldBe(
            [(ChangeAction.Create, "tariff", "night"), (ChangeAction.Change, "endpoint", "alice-phone"), (ChangeAction.Delete, "route", "gamma")]);
        diff.Changes[1].Fields.ShouldBe([new FieldChange("/name", "\"Alice's phone\"", "\"Desk\""), new FieldChange("/digest/secret", "***", "***")], ignoreOrder: true);
    }

    [Fact]
    public void Hash_SameTermsInOtherWords_IsTheSame()
    {
        var other = Worlds.Read(Worlds.Json.Replace("\"ports\": 3, \"callsPerSecond\": 4", "\"callsPerSecond\": 4, \"ports\": 3", StringComparison.Ordinal));
        CanonicalJson.Hash(other.Agreements[0]).ShouldBe(CanonicalJson.Hash(Worlds.Document.Agreements[0]));
        CanonicalJson.Hash(Worlds.Document.Agreements[0] with { Version = 2 }).ShouldNotBe(CanonicalJson.Hash(Worlds.Document.Agreements[0]));
    }

    [Fact]
    public async Task Apply_Twice_ChangesNothingTheSecondTimeAndKeepsVersions()
    {
        await using var store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(folder, "w.db")), WorldStore.Migrations);
        var world = new WorldStore(store, SystemClock.Instance);
        (await world.ApplyAsync(Worlds.Document)).Changes.ShouldNotBeEmpty();
        (await world.ApplyAsync(Worlds.Document)).IsEmpty.ShouldBeTrue();
        WorldDiff.Between(world.Load(), Worlds.Document).IsEmpty.ShouldBeTrue();
        WorldValidator.Validate(world.Load()).ShouldBeEmpty();

        await Should.ThrowAsync<InvalidOperationException>(world.ApplyAsync(Worlds.WithAgreement(a => a with { Transit = false })));
        await world.ApplyAsync(Worlds.WithAgreement(a => a with { Transit = false, Version = 2 }));
        world.History("albion-liberty").Select(version => version.Version).ShouldBe([1, 2]);
        world.History("albion-liberty")[1].Hash.ShouldBe(CanonicalJson.Hash(world.Load().Agreements.First(a => a.Id == "albion-liberty")));
    }
}
