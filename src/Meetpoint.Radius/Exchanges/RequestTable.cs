using System.Diagnostics.CodeAnalysis;
using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Radius.Exchanges;

/// <summary>
/// The requests towards one server whose answers are awaited. An identifier has eight bits, so one source port carries 256 at once; here a further port is
/// taken when no id is free, up to the limit. Taking, finding and releasing are O(1) and allocate only when a port is added. Not thread safe.
/// </summary>
/// <typeparam name="T">What a request is for.</typeparam>
/// <param name="options">Limits and times.</param>
/// <param name="random">Spreads retransmissions.</param>
public sealed class RequestTable<T>(RequestTableOptions options, Random random)
    where T : class
{
    const int BlockSize = RequestTableOptions.IdsPerPort;
    const int None = -1;

    readonly List<Slot[]> _blocks = [];
    readonly PriorityQueue<(int Index, uint Use), long> _retransmissions = new();
    SlotList _free = SlotList.Empty; // the one that was free longest first
    SlotList _resting = SlotList.Empty; // by the time from which they may be used again
    SlotList _awaited = SlotList.Empty; // proxied, by deadline

    /// <summary>Requests whose answers are awaited.</summary>
    public int Count { get; private set; }

    /// <summary>Source ports, or connections, that were needed so far.</summary>
    public int Ports => options.HasTokens ? Math.Min(1, _blocks.Count) : _blocks.Count;

    /// <summary>When <see cref="TryTakeDue"/> next has something; <see cref="long.MaxValue"/> for never.</summary>
    public long NextDueNs
    {
        get
        {
            DropStale();
            var proxied = _awaited.First == None ? long.MaxValue : At(_awaited.First).DueNs;
            return _retransmissions.TryPeek(out _, out var own) ? Math.Min(own, proxied) : proxied;
        }
    }

    /// <summary>Takes an id. False when all are in use or at rest: then the server is overrun, and the request goes elsewhere or nowhere.</summary>
    /// <param name="nowNs">Monotonic.</param>
    /// <param name="owner">What the request is for.</param>
    /// <param name="retransmission">For a request of our own; null for one that is proxied.</param>
    /// <param name="id">Where it goes out, and under which identifier.</param>
    public bool TryTake(long nowNs, T owner, RetransmissionPolicy? retransmission, out RequestId id)
    {
        id = default;
        while (_resting.First != None && At(_resting.First).DueNs <= nowNs)
        {
            var rested = _resting.First;
            Remove(ref _resting, rested);
            Append(ref _free, rested);
        }

        if (_free.First == None && !TryGrow())
            return false;
        var index = _free.First;
        Remove(ref _free, index);
        ref var slot = ref At(index);
        slot.Owner = owner;
        slot.Use++;
        slot.Policy = retransmission;
        slot.SentNs = nowNs;
        slot.Count = 1;
        slot.IntervalNs = retransmission?.Next(0, random) ?? options.TimeoutNs;
        slot.DueNs = nowNs + slot.IntervalNs;
        Count++;
        if (retransmission is null)
            Append(ref _awaited, index);
        else
            _retransmissions.Enqueue((index, slot.Use), Due(slot));
        id = IdOf(index);
        return true;
    }

    /// <summary>Says what the answer will be checked by, once the request is signed.</summary>
    public void SetMark(RequestId id, in RequestMark mark)
    {
        if (TryIndex(id, out var index) && At(index).Owner is not null)
            At(index).Mark = mark;
    }

    /// <summary>The request that an answer belongs to, by where it came in and its identifier. False when none is awaited there.</summary>
    public bool TryFind(RequestId id, [NotNullWhen(true)] out T? owner, out RequestMark mark)
    {
        (owner, mark) = (null, default);
        if (!TryIndex(id, out var index) || At(index).Owner is not { } found)
            return false;
        (owner, mark) = (found, At(index).Mark);
        return true;
    }

    /// <summary>
    /// Ends a request: its answer has come and is verified, or it never went out. Its id is free at once, and taken again last: should the answer come twice, it does not answer what is asked then, as
    /// that has another authenticator.
    /// </summary>
    public void Release(RequestId id)
    {
        if (!TryIndex(id, out var index) || At(index).Owner is null)
            return;
        Clear(index);
        Append(ref _free, index);
    }

    /// <summary>What is due, one at a time: a request to be sent again, or one that is over.</summary>
    public bool TryTakeDue(long nowNs, out DueRequest<T> due)
    {
        due = default;
        DropStale();
        if (_awaited.First != None && At(_awaited.First).DueNs <= nowNs)
        {
            due = End(_awaited.First, nowNs);
            return true;
        }

        if (!_retransmissions.TryPeek(out var next, out var dueNs) || dueNs > nowNs)
            return false;
        _retransmissions.Dequeue();
        ref var slot = ref At(next.Index);
        var policy = slot.Policy!;
        if ((policy.MaxCount > 0 && slot.Count >= policy.MaxCount) || (policy.MaxDurationNs > 0 && nowNs - slot.SentNs >= policy.MaxDurationNs))
        {
            due = End(next.Index, nowNs);
            return true;
        }

        slot.Count++;
        slot.IntervalNs = policy.Next(slot.IntervalNs, random);
        slot.DueNs = nowNs + slot.IntervalNs;
        _retransmissions.Enqueue(next, Due(slot));
        due = new DueRequest<T>(slot.Owner!, IdOf(next.Index), slot.Mark, false);
        return true;
    }

    /// <summary>A connection is gone, and every request on it is over: one at a time, until false.</summary>
    public bool TryTakeOf(int port, long nowNs, out DueRequest<T> over)
    {
        over = default;
        if (options.HasTokens && _awaited.First != None)
        {
            over = End(_awaited.First, nowNs); // all are on the one connection: no need to look for them
            return true;
        }

        for (var block = options.HasTokens ? 0 : port; block < (options.HasTokens ? _blocks.Count : Math.Min(port + 1, _blocks.Count)); block++)
        {
            for (var i = 0; i < BlockSize; i++)
            {
                if (_blocks[block][i].Owner is null)
                    continue;
                over = End((block * BlockSize) + i, nowNs);
                return true;
            }
        }

        return false;
    }

    static long Due(in Slot slot) =>
        slot.Policy!.MaxDurationNs is > 0 and var most ? Math.Min(slot.DueNs, slot.SentNs + most) : slot.DueNs;

    DueRequest<T> End(int index, long nowNs)
    {
        var over = new DueRequest<T>(At(index).Owner!, IdOf(index), At(index).Mark, true);
        Rest(index, nowNs);
        return over;
    }

    /// <summary>The server may be working on it still, and would take another under its id for that one.</summary>
    void Rest(int index, long nowNs)
    {
        Clear(index);
        At(index).DueNs = nowNs + options.QuarantineNs;
        Append(ref _resting, index);
    }

    void Clear(int index)
    {
        ref var slot = ref At(index);
        if (slot.Policy is null)
            Remove(ref _awaited, index);
        slot.Owner = null;
        slot.Policy = null;
        slot.Mark = default;
        Count--;
    }

    /// <summary>Entries of requests that are over already.</summary>
    void DropStale()
    {
        while (_retransmissions.TryPeek(out var entry, out _) && (At(entry.Index).Use != entry.Use || At(entry.Index).Policy is null))
            _retransmissions.Dequeue();
    }

    bool TryGrow()
    {
        if (_blocks.Count >= options.MaxPorts)
            return false;
        var first = _blocks.Count * BlockSize;
        var block = new Slot[BlockSize];
        Array.Fill(block, new Slot { Next = None, Previous = None });
        _blocks.Add(block);

        // At the front: they never were in use, and whatever stands there still rests.
        for (var i = BlockSize - 1; i >= 0; i--)
            Prepend(ref _free, first + i);
        return true;
    }

    ref Slot At(int index) => ref _blocks[index / BlockSize][index % BlockSize];

    RequestId IdOf(int index) => options.HasTokens ? new RequestId(0, (uint)index) : new RequestId(index / BlockSize, (uint)(index % BlockSize));

    bool TryIndex(RequestId id, out int index)
    {
        index = options.HasTokens ? (int)Math.Min(id.Id, int.MaxValue) : id.Id < BlockSize && (uint)id.Port < _blocks.Count ? (id.Port * BlockSize) + (int)id.Id : int.MaxValue;
        return index < _blocks.Count * BlockSize;
    }

    void Append(ref SlotList list, int index)
    {
        ref var slot = ref At(index);
        (slot.Previous, slot.Next) = (list.Last, None);
        if (list.Last == None)
            list.First = index;
        else
            At(list.Last).Next = index;
        list.Last = index;
    }

    void Prepend(ref SlotList list, int index)
    {
        ref var slot = ref At(index);
        (slot.Previous, slot.Next) = (None, list.First);
        if (list.First == None)
            list.Last = index;
        else
            At(list.First).Previous = index;
        list.First = index;
    }

    void Remove(ref SlotList list, int index)
    {
        ref var slot = ref At(index);
        if (slot.Previous == None)
            list.First = slot.Next;
        else
            At(slot.Previous).Next = slot.Next;
        if (slot.Next == None)
            list.Last = slot.Previous;
        else
            At(slot.Next).Previous = slot.Previous;
    }

    struct SlotList
    {
        internal int First;
        internal int Last;

        internal static SlotList Empty => new() { First = None, Last = None };
    }

    struct Slot
    {
        internal T? Owner;
        internal RetransmissionPolicy? Policy;
        internal RequestMark Mark;
        internal long SentNs;
        internal long DueNs; // in use: when something is to happen; at rest: from when it may be used
        internal long IntervalNs;
        internal uint Use;
        internal int Count;
        internal int Previous;
        internal int Next;
    }
}
