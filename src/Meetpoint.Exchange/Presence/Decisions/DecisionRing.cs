using NodaTime;

namespace Meetpoint.Exchange.Presence;

/// <summary>The last decisions about one person, the oldest overwritten. Small at first: most people are seldom spoken of. On the loop only.</summary>
sealed class DecisionRing
{
    /// <summary>Decisions of one person, at most.</summary>
    public const int Capacity = 16;

    const int AtFirst = 4;

    Entry[] _kept = new Entry[AtFirst];
    int _next;
    int _count;

    /// <summary>Keeps one; the same as the last one merely counts on, so that what repeats itself does not push out the rest.</summary>
    public void Add(in Decision decision)
    {
        var entry = new Entry(decision.At.ToUnixTimeTicks(), decision.Who, decision.Count, (byte)decision.Kind, (byte)decision.Before, (byte)decision.After);
        if (_count > 0 && decision.Kind is DecisionKind.NothingNew or DecisionKind.Waits)
        {
            ref var last = ref _kept[(_next + _kept.Length - 1) % _kept.Length];
            if (last.Kind == entry.Kind && last.Who == decision.Who)
            {
                last = entry with { Count = last.Count + decision.Count };
                return;
            }
        }

        if (_count == _kept.Length && _kept.Length < Capacity)
        {
            // Full, and not yet turned over: it is in order as it lies.
            Array.Resize(ref _kept, _kept.Length * 2);
            _next = _count;
        }

        _kept[_next] = entry;
        _next = (_next + 1) % _kept.Length;
        _count = Math.Min(_count + 1, _kept.Length);
    }

    /// <summary>All that are kept, the oldest first.</summary>
    public IEnumerable<Decision> All()
    {
        for (var i = _count; i > 0; i--)
            yield return _kept[(_next + _kept.Length - i) % _kept.Length].ToDecision();
    }

    /// <summary>As small as it can be: a hundred thousand people have some of these each. What is decided at a change has no further detail.</summary>
    readonly record struct Entry(long AtTicks, string? Who, int Count, byte Kind, byte Before, byte After)
    {
        public Decision ToDecision() => new(Instant.FromUnixTimeTicks(AtTicks), (DecisionKind)Kind, Who, null, (Activity)Before, (Activity)After, Count);
    }
}
