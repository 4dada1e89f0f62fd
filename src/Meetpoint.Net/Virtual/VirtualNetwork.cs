namespace Meetpoint.Net.Virtual;

/// <summary>
/// A network in memory and virtual time, with latency, jitter, loss, duplication, reordering and cuts that follow from one seed.
/// </summary>
/// <remarks>
/// What runs in the world gets a <see cref="VirtualHost"/>, which is an <see cref="INetwork"/>. Not thread safe.
/// </remarks>
public sealed class VirtualNetwork
{
    /// <summary>The most that a host may have open, listeners and datagram sockets together.</summary>
    public const int MaxSocketsPerHost = 20_000;

    readonly List<(AddressPrefix From, AddressPrefix To, LinkConditions Conditions)> _links = [];
    readonly List<(AddressPrefix One, AddressPrefix Other)> _cuts = [];
    readonly Dictionary<NetAddress, VirtualHost> _hosts = [];

    internal VirtualNetwork(VirtualWorld world, int seed)
    {
        World = world;
        Chance = new Random(seed);
    }

    /// <summary>Hears of everything the network does; null costs nothing.</summary>
    public Action<VirtualTraceEntry>? Trace { get; set; }

    /// <summary>What holds where nothing else was set.</summary>
    public LinkConditions DefaultConditions { get; set; } = LinkConditions.Quiet;

    /// <summary>Hears of it together with the bytes, which are lent for the call only; null costs nothing.</summary>
    public VirtualTap? Tap { get; set; }

    internal VirtualWorld World { get; }

    internal Random Chance { get; }

    /// <summary>Adds a host with these addresses, of either family.</summary>
    /// <exception cref="IOException">Another host has one of them.</exception>
    public VirtualHost AddHost(params ReadOnlySpan<string> addresses)
    {
        var parsed = new NetAddress[addresses.Length];
        for (var i = 0; i < parsed.Length; i++)
            parsed[i] = NetAddress.Parse(addresses[i]).WithPort(0);
        var host = new VirtualHost(this, parsed);
        foreach (var address in parsed)
        {
            if (!_hosts.TryAdd(address, host))
                throw new IOException($"{address.Host} is taken");
        }

        return host;
    }

    /// <summary>Sets how packets fare from one prefix to another, one way; the last call that fits holds.</summary>
    public void SetConditions(AddressPrefix from, AddressPrefix to, LinkConditions conditions) => _links.Add((from, to, conditions));

    /// <summary>Cuts all traffic between two prefixes, both ways. What is on its way is lost too; streams try again until they time out.</summary>
    public void Cut(AddressPrefix one, AddressPrefix other) => _cuts.Add((one, other));

    /// <summary>Undoes a <see cref="Cut"/> of the same prefixes.</summary>
    public void Heal(AddressPrefix one, AddressPrefix other) => _cuts.RemoveAll(cut => cut == (one, other) || cut == (other, one));

    /// <summary>Undoes every cut.</summary>
    public void HealAll() => _cuts.Clear();

    internal bool IsCut(in NetAddress from, in NetAddress to)
    {
        foreach (var (one, other) in _cuts)
        {
            if ((one.Contains(from) && other.Contains(to)) || (one.Contains(to) && other.Contains(from)))
                return true;
        }

        return false;
    }

    internal LinkConditions ConditionsOf(in NetAddress from, in NetAddress to)
    {
        for (var i = _links.Count - 1; i >= 0; i--)
        {
            if (_links[i].From.Contains(from) && _links[i].To.Contains(to))
                return _links[i].Conditions;
        }

        return DefaultConditions;
    }

    internal VirtualHost? HostOf(in NetAddress address) => _hosts.GetValueOrDefault(address.WithPort(0));

    internal bool Happens(double probability) => probability > 0 && Chance.NextDouble() < probability;

    internal long DelayOf(LinkConditions conditions) =>
        conditions.LatencyNs + (conditions.JitterNs > 0 ? Chance.NextInt64(conditions.JitterNs + 1) : 0);

    internal void Note(VirtualTraceKind kind, bool isStream, in NetAddress from, in NetAddress to, ReadOnlySpan<byte> payload)
    {
        if (Trace is null && Tap is null)
            return;
        var entry = new VirtualTraceEntry(World.NowNs, kind, isStream, from, to, payload.Length);
        Trace?.Invoke(entry);
        Tap?.Invoke(entry, payload);
    }
}
