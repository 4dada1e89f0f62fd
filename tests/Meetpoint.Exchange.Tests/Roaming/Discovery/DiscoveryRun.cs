using System.Text;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Discovery;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Discovery;

/// <summary>Discovery in virtual time, with our own DNS server, which has the zone "example" and in it the realm "home.example".</summary>
sealed class DiscoveryRun : IDisposable
{
    public const string Auth = "aaa+auth:radius.tls.tcp";


    public DiscoveryRun()
    {
        Loop = World.CreateLoop("all");
        _ = new DnsServer(World.Network.AddHost("10.0.0.53"), Loop, NetAddress.Parse("10.0.0.53:53"), Zone);
        // The client keeps next to nothing, so that what is asked shows what discovery remembers.
        var client = new DnsClient(
            World.Network.AddHost("10.0.0.1"), Loop, new DnsClientOptions { Servers = [NetAddress.Parse("10.0.0.53")], MaxCacheEntries = 0, Attempts = 1 }, new SeededRandomness(7));
        Discovery = new RealmDiscovery(client, Loop, new Random(1), new RealmLookupOptions { IsSelf = server => server.Host == "us.example" });
        World.Network.Trace = entry => Asked += entry.To.Port == 53 ? 1 : 0;
        Realm("home", "192.0.2.1");
    }

    public VirtualWorld World { get; } = new(5);

    public VirtualEventLoop Loop { get; }

    public DnsZone Zone { get; } = new("example", 600);

    public RealmDiscovery Discovery { get; }

    /// <summary>Questions that the server was asked.</summary>
    public int Asked { get; private set; }

    public void Dispose() => Discovery.Dispose();

    /// <summary>Adds a realm of the zone that has one server.</summary>
    public void Realm(string name, string address) =>
        Zone.Add(new NaptrRecord($"{name}.example", Zone.TtlSeconds, 10, 10, "a", Auth, "", $"radius.{name}.example")).Address($"radius.{name}", address);

    /// <summary>What is known at once.</summary>
    public DiscoveredRealm Find(string realm, string neighbour = "nas") => Discovery.Find(Encoding.UTF8.GetBytes(realm), DiscoveryService.Authentication, neighbour, World.NowNs);

    /// <summary>Asks, once for each, and waits: what each was told.</summary>
    public List<DiscoveredRealm> Waiting(params string[] realms)
    {
        var told = new List<DiscoveredRealm>();
        Loop.Post(() =>
        {
            foreach (var realm in realms)
                Discovery.Find(Encoding.UTF8.GetBytes(realm), DiscoveryService.Authentication, "nas", Loop.NowNs, told.Add).State.ShouldBe(DiscoveryState.Looking);
            told.ShouldBeEmpty("nobody is told within the call");
        });
        return told;
    }

    /// <summary>What is known in the end.</summary>
    public DiscoveredRealm Ask(string realm, string neighbour = "nas")
    {
        DiscoveredRealm? found = null;
        Loop.Post(() => found = Discovery.Find(Encoding.UTF8.GetBytes(realm), DiscoveryService.Authentication, neighbour, Loop.NowNs, later => found = later));
        World.RunUntil(() => found is { State: not DiscoveryState.Looking }, 30 * MonotonicTime.Second).ShouldBeTrue($"{realm}: {found?.State}");
        return found!;
    }

    public void Run(int seconds) => World.RunFor(seconds * MonotonicTime.Second);

    public static string Servers(DiscoveredRealm realm) => string.Join(',', realm.Servers.Select(server => $"{server.Host} {server.Address}"));
}
