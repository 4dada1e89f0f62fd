namespace Meetpoint.Net.Virtual;

/// <summary>Work by virtual time; what is due at the same time runs in the order in which it was added.</summary>
sealed class VirtualSchedule
{
    readonly PriorityQueue<Action, (long DueNs, long Sequence)> _queue = new();
    long _sequence;

    /// <summary>When the next work is due; long.MaxValue with none.</summary>
    internal long NextDueNs => _queue.TryPeek(out _, out var key) ? key.DueNs : long.MaxValue;

    internal void Add(long dueNs, Action work) => _queue.Enqueue(work, (dueNs, _sequence++));

    internal Action Take() => _queue.Dequeue();
}
