using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Tests.Interconnect;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Signalling;

/// <summary>Which trunk a certificate stands for, and who may vouch for it.</summary>
public sealed class TrunkCertificatesTests : IDisposable
{
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    readonly TestAuthority _albion = new("albion", Now);
    readonly TestAuthority _thames = new("thames", Now);
    readonly TestAuthority _public = new("public", Now);
    readonly World _world;
    readonly TrunkCertificates _trunks;

    public TrunkCertificatesTests()
    {
        _world = World(
            Trunk("albion-tls", "core.albion.example", _albion), Trunk("thames-core", "core.thames.example", _thames), Trunk("open", "open.example", null));
        _trunks = new TrunkCertificates(() => _world, _public.Trusted, TimeProvider.System);
    }

    public void Dispose()
    {
        _albion.Dispose();
        _thames.Dispose();
        _public.Dispose();
    }

    [Fact]
    public void Client_OfItsOwnAuthority_IsThatTrunkThenAndLater()
    {
        using var leaf = _albion.Leaf(["core.albion.example"]);
        _trunks.TrunkOf(_world, leaf).ShouldBeNull("its intermediate was not seen yet");
        _trunks.RefuseClient(leaf, _albion.Sent).ShouldBeNull();
        _trunks.TrunkOf(_world, leaf)!.Neighbour.Id.ShouldBe("albion-tls");
        _trunks.TrunkOf(World(Trunk("open", "open.example", null)), leaf).ShouldBeNull("a newer world does not know it");
        TrunkCertificates.Aliases(_world.FindNeighbour("albion-tls")!.Neighbour, leaf).ShouldBe(["core.albion.example"]);
    }

    [Theory]
    [InlineData("expired", "certificate.expired")]
    [InlineData("early", "certificate.not_yet_valid")]
    [InlineData("foreign", "certificate.foreign")]
    [InlineData("unnamed", "certificate.foreign")]
    [InlineData("wildcard", "certificate.foreign")]
    [InlineData("mail", "certificate.wrong_usage")]
    [InlineData("alone", "certificate.foreign")]
    [InlineData("missing", "certificate.missing")]
    public void Client_ThatCannotBeBelieved_IsRefusedWithItsCode(string kind, string code)
    {
        using var leaf = kind switch
        {
            "expired" => _albion.Leaf(["core.albion.example"], days: -0.01),
            "early" => new TestAuthority("later", Now.AddDays(20)).Leaf(["core.albion.example"]),
            "foreign" => _thames.Leaf(["core.albion.example"]),
            "unnamed" => _albion.Leaf(["else.albion.example"]),
            "wildcard" => _albion.Leaf(["*.albion.example"]),
            "mail" => _albion.Leaf(["core.albion.example"], purposes: ["1.3.6.1.5.5.7.3.4"]),
            _ => _albion.Leaf(["core.albion.example"]),
        };
        var sent = kind == "alone" ? [] : kind == "foreign" ? _thames.Sent : _albion.Sent;
        _trunks.RefuseClient(kind == "missing" ? null : leaf, sent).ShouldNotBeNull().ShouldStartWith(code);
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1")]
    [InlineData("1.3.6.1.5.5.7.3.20")]
    [InlineData("2.5.29.37.0")]
    [InlineData(null)]
    public void Client_OfAnyPurposeThatSipKnows_IsTaken(string? purpose)
    {
        using var leaf = _albion.Leaf(["core.albion.example"], purposes: purpose is null ? [] : [purpose]);
        _trunks.RefuseClient(leaf, _albion.Sent).ShouldBeNull();
    }

    [Fact]
    public void Client_WhoseAuthoritySignsAnothersNameToo_IsOnlyTheTrunkOfThatAuthority()
    {
        using var leaf = _thames.Leaf(["core.albion.example", "core.thames.example"]);
        _trunks.RefuseClient(leaf, _thames.Sent).ShouldBeNull();
        var trunk = _trunks.TrunkOf(_world, leaf)!.Neighbour;
        trunk.Id.ShouldBe("thames-core");
        TrunkCertificates.Aliases(trunk, leaf).ShouldBe(["core.thames.example"], "what goes to Albion's core never goes there");
    }

    [Theory]
    [InlineData("core.albion.example", "albion", null)]
    [InlineData("core.albion.example", "public", "certificate.foreign")]
    [InlineData("core.albion.example", "other", "certificate.other_name")]
    [InlineData("room.elsewhere.example", "public", null)]
    [InlineData("room.elsewhere.example", "albion", "certificate.foreign")]
    [InlineData("open.example", "public", null)]
    public void Server_IsJudgedByTheDomainThatWasAskedFor(string asked, string by, string? code)
    {
        var authority = by == "public" ? _public : _albion;
        using var leaf = authority.Leaf([by == "other" ? "sbc7.albion.example" : asked]);
        var refusal = _trunks.RefuseServer(asked, leaf, authority.Sent);
        if (code is null)
            refusal.ShouldBeNull();
        else
            refusal.ShouldNotBeNull().ShouldStartWith(code);
    }

    [Fact]
    public void Server_AskedForByItsAddress_IsKnownByTheNamesOfItsRecord()
    {
        var world = World(Trunk("albion-tls", "core.albion.example", _albion, "sip:192.0.2.9:5061;transport=tls"));
        var trunks = new TrunkCertificates(() => world, null, TimeProvider.System);
        using var leaf = _albion.Leaf(["core.albion.example"]);
        trunks.RefuseServer("192.0.2.9", leaf, _albion.Sent).ShouldBeNull();
        trunks.RefuseServer("192.0.2.10", leaf, _albion.Sent).ShouldNotBeNull().ShouldStartWith("certificate.other_name");
    }

    [Theory]
    [InlineData("not PEM", "bad-certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "bad-certificate")]
    public void World_WithAuthoritiesThatCannotBeRead_IsAtFault(string pem, string code)
    {
        var json = JsonNode.Parse(Worlds.Json)!;
        json["neighbours"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "x", ["provider"] = "albion", ["kind"] = "sip-trunk", ["tlsNames"] = new JsonArray("x.example"), ["tlsCa"] = pem,
        });
        WorldValidator.Check(json).Faults.ShouldContain(fault => fault.Code == code);
    }

    static World World(params JsonObject[] trunks)
    {
        var json = JsonNode.Parse(Worlds.Json)!;
        foreach (var trunk in trunks)
            json["neighbours"]!.AsArray().Add(trunk);
        return Exchange.Interconnect.World.Build(Worlds.Read(json.ToJsonString()), "albion.example", new LimitBook());
    }

    static JsonObject Trunk(string id, string name, TestAuthority? authority, string? uri = null) => new()
    {
        ["id"] = id, ["provider"] = "albion", ["kind"] = "sip-trunk", ["tlsNames"] = new JsonArray(name), ["tlsCa"] = authority?.Pem, ["sipUri"] = uri,
    };
}
