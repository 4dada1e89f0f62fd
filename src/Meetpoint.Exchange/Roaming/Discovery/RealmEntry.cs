using Meetpoint.Net;
using Meetpoint.Radius.Discovery;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>One realm and service in the cache of <see cref="RealmDiscovery"/>: what is known, and who waits to know more.</summary>
sealed class RealmEntry
{
    /// <summary>The rest after a first silence of the DNS; each further one doubles it.</summary>
    const long FirstRestNs = 60 * MonotonicTime.Second;

    /// <summary>The longest (BACKOFF_TIME of RFC 7585 section 3.2).</summary>
    const long LongestRestNs = 600 * MonotonicTime.Second;

    /// <summary>How long servers stand in past their life while the DNS is silent (RFC 8767 section 5 lets them a day or more): their certificates still prove them.</summary>
    const long MaxStaleNs = 3_600 * MonotonicTime.Second;

    /// <summary>Before the end of their life servers that are used are looked up again, so that nobody waits for it: a tenth of it, and no more than this.</summary>
    const long MaxAheadNs = 30 * MonotonicTime.Second;

    const int TenthOfLife = 10;
    const int MaxDoublings = 4;

    IReadOnlyList<DiscoveredServer> _lastServers = [];
    long _lastEndNs;
    long _aheadNs;
    int _failures;

    public RealmEntry(string key, string name, DiscoveredRealm looking)
    {
        (Key, Name, Current) = (key, name, looking);
        Place = new LinkedListNode<RealmEntry>(this);
    }

    /// <summary>Service and realm.</summary>
    public string Key { get; }

    /// <summary>What the DNS is asked about.</summary>
    public string Name { get; }

    /// <summary>Where it stands among those that were used lately.</summary>
    public LinkedListNode<RealmEntry> Place { get; }

    /// <summary>What is known, or was.</summary>
    public DiscoveredRealm Current { get; private set; }

    /// <summary>The lookup that is under way; null without.</summary>
    public RealmLookup? Lookup { get; set; }

    /// <summary>Who waits for it.</summary>
    public List<Action<DiscoveredRealm>> Waiters { get; } = [];

    /// <summary>True when what is known holds.</summary>
    public bool Holds(long nowNs) => Current.State != DiscoveryState.Looking && nowNs < Current.UntilNs;

    /// <summary>True when it is time to look it up for somebody who asks.</summary>
    public bool IsDue(long nowNs) => Lookup is null && (!Holds(nowNs) || (Current.State == DiscoveryState.Found && !Current.IsStale && nowNs >= Current.UntilNs - _aheadNs));

    /// <summary>True when it had servers when the DNS spoke last.</summary>
    public bool HadServers => _lastServers.Count > 0;

    /// <summary>It is due and cannot be looked up, as too much is: the servers that it had stand in for a second, if that is not long ago.</summary>
    public bool TryStandIn(long nowNs)
    {
        if (_lastServers.Count == 0 || nowNs >= _lastEndNs + MaxStaleNs)
            return false;
        Current = Current with { State = DiscoveryState.Found, Servers = _lastServers, UntilNs = nowNs + MonotonicTime.Second, IsStale = true };
        return true;
    }

    /// <summary>A lookup is over.</summary>
    public void Take(RealmServers result, long nowNs)
    {
        if (result.Outcome == RealmOutcome.Silent)
        {
            var untilNs = nowNs + RestNs();
            // Looked up ahead of its end, and the DNS is silent: what is known still holds, and is not asked about for a rest.
            var isStale = untilNs >= _lastEndNs;
            Current = _lastServers.Count > 0 && nowNs < _lastEndNs + MaxStaleNs
                ? Current with { State = DiscoveryState.Found, Servers = _lastServers, UntilNs = untilNs, IsStale = isStale }
                : Current with { State = DiscoveryState.Silent, Servers = [], UntilNs = untilNs, IsStale = false };
            _aheadNs = 0;
            return;
        }

        var lifeNs = result.LifeSeconds * MonotonicTime.Second;
        (_failures, _aheadNs) = (0, Math.Min(MaxAheadNs, lifeNs / TenthOfLife));
        (_lastServers, _lastEndNs) = (result.Servers, nowNs + lifeNs);
        Current = Current with
        {
            State = result.Outcome switch { RealmOutcome.Found => DiscoveryState.Found, RealmOutcome.Self => DiscoveryState.Self, _ => DiscoveryState.Absent },
            Servers = result.Servers,
            UntilNs = nowNs + lifeNs,
            IsStale = false,
        };
    }

    /// <summary>None of its servers proved itself. The realm rests, and not the servers: whoever points a realm of his at another's servers would put those out of use (erratum 4991 of RFC 7585).</summary>
    public void Distrust(long nowNs)
    {
        _lastServers = [];
        Current = Current with { State = DiscoveryState.Unproven, Servers = [], UntilNs = nowNs + RestNs(), IsStale = false };
    }

    long RestNs() => Math.Min(LongestRestNs, FirstRestNs << Math.Min(_failures++, MaxDoublings));
}
