using Meetpoint.Net;

namespace Meetpoint.Media.Ice;

/// <summary>The pairs of an agent: a short table that never grows, searched from its begin.</summary>
sealed class IcePairs
{
    readonly IcePair[] _pairs = new IcePair[IceLiteAgent.MaxPairs];

    public int Count { get; private set; }

    public ref IcePair this[int index] => ref _pairs[index];

    /// <summary>-1 when there is none.</summary>
    public int Find(in NetAddress remote, int socket)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_pairs[i].Remote == remote && _pairs[i].Socket == socket)
                return i;
        }

        return -1;
    }

    /// <summary>Finds it or makes it. A full table gives up the pair that was checked longest ago, never <paramref name="keep"/>.</summary>
    public int FindOrAdd(in NetAddress remote, int socket, int keep)
    {
        var index = Find(remote, socket);
        if (index >= 0)
            return index;
        index = Count < _pairs.Length ? Count++ : Stalest(keep);
        _pairs[index] = new IcePair { Remote = remote, Socket = socket };
        return index;
    }

    /// <summary>The best that is alive: of the youngest credentials, nominated, of the highest priority, in this order; -1 when none is.</summary>
    public int Best(long nowNs, bool nominated)
    {
        var best = -1;
        for (var i = 0; i < Count; i++)
        {
            ref readonly var pair = ref _pairs[i];
            if (IceLiteAgent.IsAlive(pair.CheckedNs, nowNs) && (pair.IsNominated || !nominated) && (best < 0 || IsBetter(pair, _pairs[best])))
                best = i;
        }

        return best;
    }

    /// <summary>Forgets the pairs of credentials that hold no more.</summary>
    /// <returns>Where the pair at <paramref name="follow"/> stands now.</returns>
    public int RemoveOlderThan(int generation, int follow)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_pairs[i].Generation < generation)
                continue;
            if (i == follow)
                follow = kept;
            _pairs[kept++] = _pairs[i];
        }

        Count = kept;
        return follow;
    }

    static bool IsBetter(in IcePair one, in IcePair other) =>
        (one.Generation, one.IsNominated ? 1 : 0, one.Priority).CompareTo((other.Generation, other.IsNominated ? 1 : 0, other.Priority)) > 0;

    int Stalest(int keep)
    {
        var stalest = keep == 0 ? 1 : 0;
        for (var i = 0; i < Count; i++)
        {
            if (i != keep && _pairs[i].CheckedNs < _pairs[stalest].CheckedNs)
                stalest = i;
        }

        return stalest;
    }
}
