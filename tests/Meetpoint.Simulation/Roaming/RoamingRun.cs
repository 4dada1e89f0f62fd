using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Albion's exchange between an access server of Albion's and two home servers of Liberty's.</summary>
sealed class RoamingRun : IDisposable
{
    public const string Secret = "between-nas-and-hub", HomeSecret = "between-hub-and-home";
    const string Nas = "10.20.0.1", FirstHome = "10.30.0.1", SecondHome = "10.30.0.2", NameServer = "10.40.0.53";

    readonly WorldSetup _setup;

    /// <summary>One exchange, what of its document is different, and what its name server has.</summary>
    public RoamingRun(int seed, bool faultDisks = false, Action<JsonObject>? amend = null, int tries = 4, params DnsZone[] zones)
    {
        _setup = new WorldSetup
        {
            Parties = 1, Users = 0, Rooms = 0, Roaming = true,
            Names = zones.Length == 0 ? null : (network, loop) => new DnsClient(network, loop, new DnsClientOptions { Servers = [NetAddress.Parse(NameServer)] }, new SeededRandomness(seed)),
            Amend = (_, document) =>
            {
                Describe(document);
                amend?.Invoke(document);
            },
        };
        World = new SimulatedWorld(seed, _setup, faultDisks: faultDisks);
        if (zones.Length > 0)
            _ = new DnsServer(World.Virtual.Network.AddHost(NameServer), World.Virtual.CreateLoop(NameServer), NetAddress.Parse(NameServer).WithPort(DnsServer.DefaultPort), zones);
        Began = World.Now;
        Hub = NetAddress.Parse(World.Albion.Party.Address).WithPort(1_812);
        Access = new SimulatedAccessServer(World, Nas, Secret) { Tries = tries };
        Homes = [new SimulatedHomeServer(World, FirstHome, HomeSecret), new SimulatedHomeServer(World, SecondHome, HomeSecret)];
    }

    public SimulatedWorld World { get; }

    public SimulatedExchange Exchange => World.Albion;

    /// <summary>When the run began, by the wall clock.</summary>
    public Instant Began { get; }

    /// <summary>Where access is asked.</summary>
    public NetAddress Hub { get; }

    /// <summary>Where accounting is told.</summary>
    public NetAddress Accounting => Hub.WithPort(1_813);

    public SimulatedAccessServer Access { get; }

    public SimulatedHomeServer[] Homes { get; private set; }

    /// <summary>Sessions that arrived at either home.</summary>
    public IEnumerable<string> Arrived => Homes.SelectMany(home => home.Sessions);

    /// <summary>All links of RADIUS lose, double and reorder.</summary>
    public void Disturb(double share)
    {
        var conditions = new LinkConditions
        {
            LatencyNs = 5 * MonotonicTime.Millisecond, JitterNs = 20 * MonotonicTime.Millisecond, Loss = share, Duplication = share, Reordering = share, ReorderNs = 300 * MonotonicTime.Millisecond,
        };
        var exchange = AddressPrefix.Parse(World.Albion.Party.Address);
        foreach (var other in (string[])[Nas, FirstHome, SecondHome])
        {
            World.Virtual.Network.SetConditions(exchange, AddressPrefix.Parse(other), conditions);
            World.Virtual.Network.SetConditions(AddressPrefix.Parse(other), exchange, conditions);
        }
    }

    /// <summary>Another server takes the place of both homes.</summary>
    public void Move(SimulatedHomeServer home, string address)
    {
        Homes = [home];
        var document = WorldObjects.Document(Exchange.Node.Worlds.World.Document);
        document["neighbours"]!.AsArray().Single(each => (string?)each!["id"] == "homes")!["radius"]!["servers"] = new JsonArray(address);
        Exchange.Run(() => Exchange.Node.Worlds.ApplyAsync(document, dryRun: false).Done().Faults.ShouldBeEmpty());
    }

    /// <summary>The agreement is in force no more.</summary>
    public void Suspend()
    {
        var document = WorldObjects.Document(Exchange.Node.Worlds.World.Document);
        document["agreements"]![0]!["stage"] = "suspended";
        document["agreements"]![0]!["version"] = 2;
        Exchange.Run(() => Exchange.Node.Worlds.ApplyAsync(document, dryRun: false).Done().Faults.ShouldBeEmpty());
    }

    public void Dispose() => World.Dispose();

    static void Describe(JsonObject document)
    {
        document["providers"]![0]!["realms"] = JsonNode.Parse("""[{"name":"albion.example"}]""");
        document["providers"]!.AsArray().Add(JsonNode.Parse("""{"id":"liberty","name":"Liberty","domains":["liberty.example"],"exchange":"albion.example","realms":[{"name":"liberty.example"},{"name":"silent.example"}]}"""));
        var neighbours = document["neighbours"]!.AsArray();
        neighbours.Add(JsonNode.Parse($$$"""{"id":"nas","provider":"albion","kind":"radius","listener":"radius","sourceAddresses":["{{{Nas}}}"],"radius":{"secret":"{{{Secret}}}"}}"""));
        neighbours.Add(JsonNode.Parse($$$"""{"id":"homes","provider":"liberty","kind":"radius","radius":{"secret":"{{{HomeSecret}}}","servers":["{{{FirstHome}}}","{{{SecondHome}}}"]}}"""));
        document["agreements"]!.AsArray().Add(JsonNode.Parse("""{"id":"albion-liberty","parties":["albion","liberty"],"stage":"commercial","services":[{"service":"roaming"}]}"""));
    }
}
