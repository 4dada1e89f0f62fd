using System.Text.Json.Nodes;
using Meetpoint.Net;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>An access server of Albion's, Albion's exchange, Liberty's exchange, and Liberty's home server: each asks the next.</summary>
sealed class TwoHubsRun : IDisposable
{
    const string Nas = "10.20.0.1", HomeAddress = "10.30.0.1", NasSecret = "between-nas-and-hub", HubSecret = "between-the-two-hubs", HomeSecret = "between-hub-and-home";

    readonly List<byte[]> _heard = [];

    /// <param name="seed">Of the world.</param>
    /// <param name="roaming">What the agreement of the two says of roaming.</param>
    public TwoHubsRun(int seed, string roaming)
    {
        World = new SimulatedWorld(seed, new WorldSetup { Parties = 2, Users = 0, Rooms = 0, Roaming = true, Amend = (self, document) => Describe(self, document, roaming) });
        Access = new SimulatedAccessServer(World, Nas, NasSecret);
        Home = new SimulatedHomeServer(World, HomeAddress, HomeSecret) { Heard = _heard.Add };
    }

    public SimulatedWorld World { get; }

    public SimulatedAccessServer Access { get; }

    public SimulatedHomeServer Home { get; }

    NetAddress Hub => NetAddress.Parse(World.Albion.Party.Address).WithPort(1_812);

    /// <summary>Somebody of Liberty's asks at Albion's; attributes of the Access-Accept as text.</summary>
    public string[] Accept(params string[] attributes)
    {
        var attempt = Access.Access(Hub, "alice@liberty.example", SimulatedHomeServer.Password, Writes(attributes));
        World.Until(() => attempt.Code != RadiusCode.None, 20, "answered");
        attempt.Code.ShouldBe(RadiusCode.AccessAccept, attempt.Said);
        return Lines(attempt.Answer);
    }

    /// <summary>Tells of her session.</summary>
    public void Account(uint status, params string[] attributes)
    {
        var attempt = Access.Account(Hub.WithPort(1_813), "alice@liberty.example", "session-1", Writes(attributes), status);
        World.Until(() => attempt.Code == RadiusCode.AccountingResponse, 60, "acknowledged");
    }

    /// <summary>What the home heard last of a kind, as text; waits until it has heard so many.</summary>
    public string[] Heard(RadiusCode code, int count = 1)
    {
        World.Until(() => _heard.Count(packet => packet[0] == (byte)code) >= count, 60, $"{count} {code}");
        return Lines(_heard.Last(packet => packet[0] == (byte)code));
    }

    /// <summary>Writes these.</summary>
    public static WriteAttributes Writes(params string[] attributes) => (ref PacketWriter writer) =>
    {
        foreach (var text in attributes)
        {
            RadiusText.TryRead(text, RadiusDictionary.Standard, out var attribute).ShouldBeTrue(text);
            RadiusText.TryWrite(ref writer, attribute, RadiusDictionary.Standard).ShouldBeTrue(text);
        }
    };

    public void Dispose() => World.Dispose();

    static string[] Lines(byte[] bytes)
    {
        RadiusPacket.TryParse(bytes, out var packet, out _).ShouldBeTrue();
        return [.. RadiusText.Write(packet, RadiusDictionary.Standard).Split('\n').Skip(1).Select(line => line.Trim())];
    }

    static void Describe(SimulatedParty self, JsonObject document, string roaming)
    {
        document["providers"]![1]!["realms"] = JsonNode.Parse("""[{"name":"liberty.example"}]""");
        var agreement = document["agreements"]![0]!;
        agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "roaming" });
        agreement["roaming"] = JsonNode.Parse(roaming);
        var (neighbours, other) = (document["neighbours"]!.AsArray(), SimulatedDocuments.Parties(2).Single(party => party.Id != self.Id));
        if (self.Id == "albion")
        {
            neighbours.Add(Asks("nas", "albion", Nas, NasSecret));
            neighbours.Add(IsAsked("liberty-hub", other.Address, HubSecret));
        }
        else
        {
            neighbours.Add(Asks("albion-hub", "albion", other.Address, HubSecret));
            neighbours.Add(IsAsked("home", HomeAddress, HomeSecret));
        }
    }

    static JsonObject Asks(string id, string provider, string address, string secret) => new()
    {
        ["id"] = id, ["provider"] = provider, ["kind"] = "radius", ["listener"] = "radius", ["sourceAddresses"] = new JsonArray(address), ["radius"] = new JsonObject { ["secret"] = secret },
    };

    static JsonObject IsAsked(string id, string address, string secret) => new()
    {
        ["id"] = id, ["provider"] = "liberty", ["kind"] = "radius", ["radius"] = new JsonObject { ["secret"] = secret, ["servers"] = new JsonArray(address) },
    };
}
