using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>
/// How much the DNS may be asked on behalf of each neighbour, and in all: realms come off the wire, and whoever invents them would have this exchange ask for him. A lookup is let in for
/// one question, and pays afterwards for those that it took; so a zone that leads on and on costs its neighbour as much as many realms would. On the hub's loop.
/// </summary>
sealed class QuestionBudget
{
    /// <summary>Questions a second for one neighbour, in the long run.</summary>
    public const int PerSecond = 10;

    /// <summary>Questions for one neighbour at once: a café that opens in the morning.</summary>
    public const int Burst = 40;

    /// <summary>Questions a second for all of them.</summary>
    public const int PerSecondInAll = 100;

    /// <summary>Questions for all of them at once.</summary>
    public const int BurstInAll = 400;

    // Ids of a world, and of those before it; beyond that it begins anew.
    const int MaxNeighbours = 10_000;

    readonly Dictionary<string, long> _neighbours = new(StringComparer.Ordinal);
    long _allNs;

    /// <summary>Takes the first question of a lookup; false where there is none left.</summary>
    public bool TryTake(string neighbour, long nowNs)
    {
        if (_neighbours.Count >= MaxNeighbours)
            _neighbours.Clear();
        var own = _neighbours.GetValueOrDefault(neighbour);
        if (!HasRoom(own, PerSecond, Burst, nowNs) || !HasRoom(_allNs, PerSecondInAll, BurstInAll, nowNs))
            return false;
        Charge(neighbour, 1, nowNs);
        return true;
    }

    /// <summary>Counts questions that were asked, whether there was room for them or not.</summary>
    public void Charge(string neighbour, int questions, long nowNs)
    {
        _neighbours[neighbour] = After(_neighbours.GetValueOrDefault(neighbour), questions, PerSecond, nowNs);
        _allNs = After(_allNs, questions, PerSecondInAll, nowNs);
    }

    // One number for each: the moment at which all that was asked will have been paid for (the virtual scheduling of ATM's leaky bucket).
    static bool HasRoom(long paidNs, int perSecond, int burst, long nowNs) => paidNs - nowNs <= (burst - 1) * MonotonicTime.Second / perSecond;

    static long After(long paidNs, int questions, int perSecond, long nowNs) => Math.Max(paidNs, nowNs) + (questions * MonotonicTime.Second / perSecond);
}
