namespace Meetpoint.Net;

/// <summary>A doubly linked list through the timers themselves; never allocates.</summary>
struct TimerList
{
    TimerNode? _last;

    internal TimerNode? First { get; private set; }

    internal void Append(TimerNode timer)
    {
        timer.Next = null;
        timer.Previous = _last;
        if (_last is null)
            First = timer;
        else
            _last.Next = timer;
        _last = timer;
    }

    internal void Remove(TimerNode timer)
    {
        if (timer.Previous is null)
            First = timer.Next;
        else
            timer.Previous.Next = timer.Next;
        if (timer.Next is null)
            _last = timer.Previous;
        else
            timer.Next.Previous = timer.Previous;
        timer.Next = timer.Previous = null;
    }

    /// <summary>Empties the list; the timers stay chained by Next.</summary>
    internal TimerNode? TakeAll()
    {
        var first = First;
        First = _last = null;
        return first;
    }

    /// <summary>Merges a chain sorted by due time into this list, which is sorted too. Of two due at once, ours goes first.</summary>
    internal void Merge(TimerNode? chain)
    {
        // The usual chain is due after all that stands here: then this is an append.
        var after = _last;
        while (after is not null && chain is not null && after.DueNs > chain.DueNs)
            after = after.Previous;
        while (chain is not null)
        {
            var next = chain.Next;
            while ((after is null ? First : after.Next) is { } candidate && candidate.DueNs <= chain.DueNs)
                after = candidate;
            InsertAfter(after, chain);
            after = chain;
            chain = next;
        }
    }

    /// <summary>Sorts a chain by due time, keeping the order of equals, and marks each timer with its new place.</summary>
    internal static TimerNode? Sort(TimerNode? chain, int slot)
    {
        // Bottom-up merge sort. Each bin holds a sorted run of 2^index timers, so 32 bins are enough for any heap.
        var bins = default(SortBins);
        var top = 0;
        while (chain is not null)
        {
            var run = chain;
            chain = chain.Next;
            run.Next = null;
            run.Slot = slot;
            var index = 0;
            while (index < top && bins[index] is { } other)
            {
                run = MergeRuns(other, run);
                bins[index++] = null;
            }

            bins[index] = run;
            if (index == top)
                top++;
        }

        TimerNode? sorted = null;
        for (var index = 0; index < top; index++)
        {
            if (bins[index] is { } run)
                sorted = sorted is null ? run : MergeRuns(run, sorted);
        }

        return sorted;
    }

    static TimerNode MergeRuns(TimerNode earlier, TimerNode later)
    {
        TimerNode? left = earlier;
        TimerNode? right = later;
        TimerNode? head = null;
        TimerNode? tail = null;
        while (left is not null && right is not null)
        {
            TimerNode taken;
            if (left.DueNs <= right.DueNs)
                (taken, left) = (left, left.Next);
            else
                (taken, right) = (right, right.Next);
            if (tail is null)
                head = taken;
            else
                tail.Next = taken;
            tail = taken;
        }

        tail!.Next = left ?? right;
        return head!;
    }

    void InsertAfter(TimerNode? after, TimerNode timer)
    {
        var before = after is null ? First : after.Next;
        timer.Previous = after;
        timer.Next = before;
        if (after is null)
            First = timer;
        else
            after.Next = timer;
        if (before is null)
            _last = timer;
        else
            before.Previous = timer;
    }

    [System.Runtime.CompilerServices.InlineArray(32)]
    struct SortBins
    {
        TimerNode? _first;
    }
}
