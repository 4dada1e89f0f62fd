using Meetpoint.Exchange.Presence.Hub;
using NodaTime;

namespace Meetpoint.Exchange.Presence;

/// <summary>
/// Why somebody was told of somebody, or was not: kept in memory for 'meetpoint presence explain', bounded, and lost with the process. What happens at every change is
/// kept with the person; refusals, ends and the answers of other systems are kept for all together, since they are asked for when nothing else is left of her. On the loop only.
/// </summary>
sealed class DecisionLog(IClock clock)
{
    /// <summary>Refusals, ends and answers of other systems that are kept, of everybody together.</summary>
    public const int RareCapacity = 8_192;

    readonly (string Address, Decision Decision)[] _rare = new (string, Decision)[RareCapacity];
    long _rareCount;

    /// <summary>Something about a person who is known.</summary>
    public void Add(Presentity presentity, DecisionKind kind, string? who, Activity before = default, Activity after = default, int count = 1) =>
        presentity.Decisions.Add(new Decision(clock.GetCurrentInstant(), kind, who, null, before, after, count));

    /// <summary>Something that is seldom, or about a person of whom nothing is left.</summary>
    public void AddRare(string address, DecisionKind kind, string? who, string? detail) =>
        _rare[_rareCount++ % RareCapacity] = (address, new Decision(clock.GetCurrentInstant(), kind, who, detail, default, default, 1));

    /// <summary>Everything that is kept of somebody, the oldest first.</summary>
    public IReadOnlyList<Decision> Of(string address, Presentity? known)
    {
        var all = known?.HasDecisions == true ? known.Decisions.All().ToList() : [];
        for (var i = Math.Max(0, _rareCount - RareCapacity); i < _rareCount; i++)
        {
            if (_rare[i % RareCapacity] is var rare && rare.Address == address)
                all.Add(rare.Decision);
        }

        return [.. all.OrderBy(decision => decision.At)];
    }
}
