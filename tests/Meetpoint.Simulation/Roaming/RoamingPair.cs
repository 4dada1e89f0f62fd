using System.Text.Json.Nodes;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Albion's exchange and Liberty's, joined by RADIUS over TLS; an access server of Albion's, and Liberty's home server.</summary>
sealed class RoamingPair : IDisposable
{
    public const string Secret = "between-nas-and-hub", HomeSecret = "between-hub-and-home";
    const string Nas = "10.20.0.1", HomeAddress = "10.30.0.1";

    public RoamingPair(int seed, Action<SimulatedParty, JsonObject>? amend = null, bool faultDisks = false)
    {
        World = new SimulatedWorld(
            seed,
            new WorldSetup
            {
                Users = 0, Rooms = 0, Roaming = true,
                Amend = (self, document) =>
                {
                    Describe(self, document);
                    amend?.Invoke(self, document);
                },
            },
            faultDisks: faultDisks);
        Hub = NetAddress.Parse(World.Albion.Party.Address).WithPort(1_812);
        Access = new SimulatedAccessServer(World, Nas, Secret) { Tries = 6 };
        Home = new SimulatedHomeServer(World, HomeAddress, HomeSecret);
        Dynamic = new SimulatedDynamicServer(World, Access);
    }

    public SimulatedWorld World { get; }

    public SimulatedExchange Albion => World.Albion;

    public SimulatedExchange Liberty => World.Liberty;

    /// <summary>Where Albion's access servers ask.</summary>
    public NetAddress Hub { get; }

    public NetAddress Accounting => Hub.WithPort(1_813);

    public SimulatedAccessServer Access { get; }

    public SimulatedHomeServer Home { get; }

    /// <summary>Where the access server takes Disconnect and CoA.</summary>
    public SimulatedDynamicServer Dynamic { get; }

    /// <summary>Where home servers ask an exchange for the end of a session.</summary>
    public static NetAddress DynamicOf(SimulatedExchange exchange) => NetAddress.Parse(exchange.Party.Address).WithPort(3_799);

    /// <summary>The servers of a realm as an exchange sees them, in words.</summary>
    public string ServersOf(SimulatedExchange exchange, string realm)
    {
        Task<RadiusRealmsView>? view = null;
        exchange.Run(() => view = exchange.Node.Radius!.RealmsAsync());
        World.Run(0.1);
        return string.Join(", ", view!.Done().Items.Single(each => each.Realm == realm).Servers.Select(server => $"{server.Neighbour} {server.State}").Distinct());
    }

    public void Dispose() => World.Dispose();

    static void Describe(SimulatedParty self, JsonObject document)
    {
        foreach (var provider in document["providers"]!.AsArray())
            provider!["realms"] = new JsonArray(new JsonObject { ["name"] = (string?)provider["id"] + ".example" });
        foreach (var neighbour in document["neighbours"]!.AsArray())
            neighbour!["radius"] = new JsonObject { ["servers"] = new JsonArray((string?)neighbour["exchange"] == "liberty.example" ? "10.0.2.1:2083" : "10.0.1.1:2083") };
        foreach (var agreement in document["agreements"]!.AsArray())
            agreement!["services"]!.AsArray().Add(new JsonObject { ["service"] = "roaming" });
        document["neighbours"]!.AsArray().Add(JsonNode.Parse(self.Id == "albion"
            ? $$$"""{"id":"nas","provider":"albion","kind":"radius","listener":"radius","sourceAddresses":["{{{Nas}}}"],"radius":{"secret":"{{{Secret}}}","dynamicServers":["{{{Nas}}}"]}}"""
            : $$$"""{"id":"home","provider":"liberty","kind":"radius","radius":{"secret":"{{{HomeSecret}}}","servers":["{{{HomeAddress}}}"]}}"""));
    }
}
