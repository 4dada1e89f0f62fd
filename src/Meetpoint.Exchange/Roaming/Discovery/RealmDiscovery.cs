using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Radius.Discovery;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>
/// Finds home servers of realms by DNS (RFC 7585), and remembers what it found, what is not there and where the DNS was silent. A realm is whatever stands in a User-Name: how often the DNS
/// is asked is bounded for each neighbour, and what is known is given without asking. What it gives is no more than a hint: see <see cref="DiscoveredTrust"/>. On the hub's loop.
/// </summary>
/// <param name="names">Asks for the records; of this loop.</param>
/// <param name="loop">The loop.</param>
/// <param name="random">Seeded; draws among SRV weights.</param>
/// <param name="options">Bounds of one lookup, and what is this exchange itself.</param>
sealed class RealmDiscovery(INameResolver names, IEventLoop loop, Random random, RealmLookupOptions options) : IDisposable
{
    /// <summary>Realms that are remembered, each service for itself.</summary>
    public const int MaxRealms = 10_000;

    /// <summary>Lookups under way at once.</summary>
    public const int MaxLookups = 256;

    /// <summary>Who may wait for one lookup.</summary>
    public const int MaxWaiters = 1_000;

    const string Refreshing = ""; // no neighbour's id

    static readonly DiscoveredRealm[] _noName = [.. Enum.GetValues<DiscoveryService>().Select(service => new DiscoveredRealm("", service, DiscoveryState.NoName, [], 0))];
    static readonly DiscoveredRealm[] _tooMany = [.. Enum.GetValues<DiscoveryService>().Select(service => new DiscoveredRealm("", service, DiscoveryState.TooMany, [], 0))];

    readonly RealmCache _cache = new(MaxRealms);
    readonly HashSet<RealmLookup> _underWay = [];
    readonly QuestionBudget _budget = new();

    /// <summary>Realms that are remembered.</summary>
    public int Count => _cache.Count;

    /// <summary>Lookups under way.</summary>
    public int UnderWay => _underWay.Count;

    /// <summary>
    /// What is known of a realm, at once, and without allocation where it is known. Begins to look it up where that is due: before the end of its life where it is asked for then. A service
    /// is <see cref="DiscoveryTerms.ServiceOf"/>'s.
    /// </summary>
    /// <param name="realm">As it stands in a User-Name; any octets.</param>
    /// <param name="service">What its servers are for.</param>
    /// <param name="neighbour">Id of who asks, which pays for the questions.</param>
    /// <param name="nowNs">The loop's time.</param>
    /// <param name="found">Hears what came of it when "looking" is the answer, once, and never within this call; null to ask again later. Who has no place to wait hears "too many" here and now.</param>
    public DiscoveredRealm Find(ReadOnlySpan<byte> realm, DiscoveryService service, string neighbour, long nowNs, Action<DiscoveredRealm>? found = null)
    {
        if (_cache.Find(realm, service) is not { } entry)
            return RealmName.Of(realm) is { } name ? Begin(realm, name, service, neighbour, nowNs, found) : Unkept(service, DiscoveryState.NoName);
        _cache.Use(entry);
        if (entry.IsDue(nowNs) && !TryLookUp(entry, neighbour, nowNs) && !entry.Holds(nowNs) && !entry.TryStandIn(nowNs))
            return Unkept(service, DiscoveryState.TooMany);
        return entry.Holds(nowNs) ? entry.Current : Wait(entry, found);
    }

    /// <summary>What is known, without asking anybody or counting as use; null for what is not.</summary>
    public DiscoveredRealm? Peek(ReadOnlySpan<byte> realm, DiscoveryService service) => _cache.Find(realm, service)?.Current;

    /// <summary>None of the servers that were given for a realm proved that it may serve it: it has none for a while.</summary>
    public void Distrust(ReadOnlySpan<byte> realm, DiscoveryService service, long nowNs) => _cache.Find(realm, service)?.Distrust(nowNs);

    /// <summary>Looks a realm up whatever is known of it, for the operator; what comes of it is remembered.</summary>
    /// <param name="realm">As people write it.</param>
    /// <param name="service">What its servers are for.</param>
    /// <param name="done">Hears what is known then and the questions that led to it, once; within this call where nothing is asked.</param>
    public void LookUp(string realm, DiscoveryService service, Action<DiscoveredRealm, IReadOnlyList<RealmQuestion>> done)
    {
        var bytes = Encoding.UTF8.GetBytes(realm);
        if (RealmName.Of(bytes) is not { } name)
            done(Unkept(service, DiscoveryState.NoName), []);
        else if (_underWay.Count >= MaxLookups)
            done(Unkept(service, DiscoveryState.TooMany), []);
        else
            Start(name, service, result =>
            {
                var entry = _cache.Find(bytes, service) ?? _cache.Add(bytes, name, service);
                if (entry is null)
                {
                    done(Unkept(service, DiscoveryState.TooMany), result.Questions);
                    return;
                }

                entry.Take(result, loop.NowNs);
                done(entry.Current, result.Questions);
            });
    }

    /// <summary>What is remembered, what was asked for last first.</summary>
    public IEnumerable<DiscoveredRealm> All => _cache.All.Select(entry => entry.Current);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lookup in _underWay)
            lookup.Stop();
        _underWay.Clear();
    }

    static DiscoveredRealm Unkept(DiscoveryService service, DiscoveryState state) => state == DiscoveryState.NoName ? _noName[(int)service] : _tooMany[(int)service];

    DiscoveredRealm Begin(ReadOnlySpan<byte> realm, string name, DiscoveryService service, string neighbour, long nowNs, Action<DiscoveredRealm>? found)
    {
        if (_underWay.Count >= MaxLookups || !_budget.TryTake(neighbour, nowNs) || _cache.Add(realm, name, service) is not { } entry)
            return Unkept(service, DiscoveryState.TooMany);
        LookUp(entry, neighbour);
        return Wait(entry, found);
    }

    DiscoveredRealm Wait(RealmEntry entry, Action<DiscoveredRealm>? found)
    {
        if (found is null)
            return entry.Current.State == DiscoveryState.Looking ? entry.Current : entry.Current with { State = DiscoveryState.Looking, Servers = [] };
        if (entry.Waiters.Count >= MaxWaiters)
            return Unkept(entry.Current.Service, DiscoveryState.TooMany);
        entry.Waiters.Add(found);
        return Wait(entry, null);
    }

    bool TryLookUp(RealmEntry entry, string neighbour, long nowNs)
    {
        // Realms that had servers have a share of their own: whoever invents realms at a hotspot does not take it from them.
        if (_underWay.Count >= MaxLookups)
            return false;
        var payer = entry.HadServers && _budget.TryTake(Refreshing, nowNs) ? Refreshing : _budget.TryTake(neighbour, nowNs) ? neighbour : null;
        if (payer is null)
            return false;
        LookUp(entry, payer);
        return true;
    }

    void LookUp(RealmEntry entry, string neighbour) => entry.Lookup = Start(entry.Name, entry.Current.Service, result =>
    {
        entry.Lookup = null;
        if (result.Questions.Count > 1)
            _budget.Charge(neighbour, result.Questions.Count - 1, loop.NowNs);
        entry.Take(result, loop.NowNs);
        Action<DiscoveredRealm>[] waiters = [.. entry.Waiters];
        entry.Waiters.Clear();
        foreach (var waiter in waiters)
            waiter(entry.Current);
    });

    RealmLookup Start(string name, DiscoveryService service, Action<RealmServers> done)
    {
        RealmLookup? lookup = null;
        lookup = new RealmLookup(names, loop, random, options, result =>
        {
            _underWay.Remove(lookup!);
            done(result);
        });
        _underWay.Add(lookup);
        lookup.Begin(name, DiscoveryTerms.WithFallback(service));
        return lookup;
    }
}
