using System.Numerics;

namespace Meetpoint.Net;

/// <summary>A timer that lives inside the object that it serves: arming it allocates nothing.</summary>
public abstract class TimerNode
{
    internal TimerNode? Previous;
    internal TimerNode? Next;
    internal int Slot;

    /// <summary>When it is due, in the loop's monotonic nanoseconds; meaningful while armed.</summary>
    public long DueNs { get; internal set; }

    /// <summary>True from Arm until it fires or is cancelled.</summary>
    public bool IsArmed { get; internal set; }

    /// <summary>Called once when due, on the loop, no longer armed; may arm itself again.</summary>
    protected internal abstract void Fire(long nowNs);
}

/// <summary>
/// Timers of one loop, with O(1) arm and cancel. Not thread safe: one wheel a loop.
/// </summary>
/// <remarks>
/// <para>
/// Eight levels of 64 slots over ticks of one millisecond reach past the end of a 63-bit nanosecond clock, so no list of far timers is
/// needed. A timer stands at the level of the highest six-bit digit in which its tick differs from the present one; hence everything at a
/// lower level is due before everything at a higher one, and the first occupied slot is found by one bit scan.
/// </para>
/// <para>
/// The tick only sorts coarsely: a slot whose tick has come is merge-sorted by true due time into a ready list, so timers fire at
/// nanosecond resolution, in due order, and those due at the same time in the order in which they were armed.
/// </para>
/// </remarks>
public sealed class TimerWheel
{
    const long TickNs = MonotonicTime.Millisecond;
    const int DigitBits = 6;
    const int SlotsPerLevel = 1 << DigitBits;
    const int Levels = 8;
    const int PendingSlot = -1;
    const int ReadySlot = -2;

    readonly TimerList[] _slots = new TimerList[Levels * SlotsPerLevel];
    readonly long[] _slotDueNs = new long[Levels * SlotsPerLevel];
    readonly ulong[] _occupied = new ulong[Levels];
    TimerList _ready;
    TimerList _pending;
    long _pendingDueNs = long.MaxValue;
    long _tick;

    /// <summary>A wheel whose time begins at <paramref name="startNs"/>.</summary>
    public TimerWheel(long startNs) => _tick = TickOf(startNs);

    /// <summary>How many timers are armed.</summary>
    public int Count { get; private set; }

    /// <summary>When the next timer may be due: never later than the true time; long.MaxValue with none armed.</summary>
    /// <remarks>It is earlier than the true time only after the earliest timer of a slot was cancelled; the next Advance puts that right.</remarks>
    public long NextDueNs
    {
        get
        {
            var next = _pending.First is null ? long.MaxValue : _pendingDueNs;
            if (_ready.First is { } ready && ready.DueNs < next)
                next = ready.DueNs;
            var slot = FirstOccupiedSlot();
            return slot >= 0 ? Math.Min(next, _slotDueNs[slot]) : next;
        }
    }

    /// <summary>Arms the timer, or moves it when armed. A due time in the past fires at the next Advance.</summary>
    public void Arm(TimerNode timer, long dueNs)
    {
        if (timer.IsArmed)
            Unlink(timer);
        else
            Count++;
        timer.IsArmed = true;
        timer.DueNs = dueNs;
        var tick = TickOf(dueNs);
        if (tick > _tick)
        {
            Place(timer, tick);
            return;
        }

        _pendingDueNs = _pending.First is null ? dueNs : Math.Min(_pendingDueNs, dueNs);
        timer.Slot = PendingSlot;
        _pending.Append(timer);
    }

    /// <summary>Disarms it; nothing happens when it is not armed.</summary>
    public void Cancel(TimerNode timer)
    {
        if (!timer.IsArmed)
            return;
        Unlink(timer);
        timer.IsArmed = false;
        Count--;
    }

    /// <summary>
    /// Fires all that is due at <paramref name="nowNs"/>, in order of due time. What is armed meanwhile and already due waits for the
    /// next Advance, so that a timer which always arms itself in the past cannot hold the loop.
    /// </summary>
    /// <remarks>When a timer throws, the exception passes through and the rest fires at the next Advance.</remarks>
    public void Advance(long nowNs)
    {
        CollectReady(TickOf(nowNs));
        while (_ready.First is { } timer && timer.DueNs <= nowNs)
        {
            _ready.Remove(timer);
            timer.IsArmed = false;
            Count--;
            timer.Fire(nowNs);
        }
    }

    static long TickOf(long ns) => ns <= 0 ? 0 : ns / TickNs;

    void CollectReady(long nowTick)
    {
        if (_pending.First is not null)
        {
            var pending = _pending.TakeAll();
            _pendingDueNs = long.MaxValue;
            _ready.Merge(TimerList.Sort(pending, ReadySlot));
        }

        while (FirstOccupiedSlot() is >= 0 and var slot)
        {
            var level = slot / SlotsPerLevel;
            var shift = level * DigitBits;
            var startTick = (_tick >> (shift + DigitBits) << (shift + DigitBits)) | ((long)(slot % SlotsPerLevel) << shift);
            if (startTick > nowTick)
                break;

            // All that is earlier has been taken, so time may jump here.
            _tick = startTick;
            _occupied[level] &= ~(1UL << slot);
            var timers = _slots[slot].TakeAll();
            if (level == 0)
                _ready.Merge(TimerList.Sort(timers, ReadySlot));
            else
                Cascade(timers);
        }

        if (nowTick > _tick)
            _tick = nowTick;
    }

    void Cascade(TimerNode? timer)
    {
        while (timer is not null)
        {
            var next = timer.Next;
            Place(timer, TickOf(timer.DueNs));
            timer = next;
        }
    }

    void Place(TimerNode timer, long tick)
    {
        var differs = (ulong)(tick ^ _tick) | (SlotsPerLevel - 1);
        var level = BitOperations.Log2(differs) / DigitBits;
        var index = (int)(tick >> (level * DigitBits)) & (SlotsPerLevel - 1);
        var slot = (level * SlotsPerLevel) + index;
        _slotDueNs[slot] = _slots[slot].First is null ? timer.DueNs : Math.Min(_slotDueNs[slot], timer.DueNs);
        _occupied[level] |= 1UL << index;
        timer.Slot = slot;
        _slots[slot].Append(timer);
    }

    void Unlink(TimerNode timer)
    {
        switch (timer.Slot)
        {
            case PendingSlot:
                _pending.Remove(timer);
                break;
            case ReadySlot:
                _ready.Remove(timer);
                break;
            default:
                ref var list = ref _slots[timer.Slot];
                list.Remove(timer);
                if (list.First is null)
                    _occupied[timer.Slot / SlotsPerLevel] &= ~(1UL << timer.Slot);
                break;
        }
    }

    int FirstOccupiedSlot()
    {
        for (var level = 0; level < Levels; level++)
        {
            if (_occupied[level] != 0)
                return (level * SlotsPerLevel) + BitOperations.TrailingZeroCount(_occupied[level]);
        }

        return -1;
    }
}
