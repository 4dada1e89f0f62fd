using System.Runtime.InteropServices;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The part of an agreement's limits in one direction that this node may use without asking: an atomic counter of meetings, one of ports, and
/// for the rate the time at which the next call would be due (the generic cell rate algorithm; bursts of one second's worth pass). One cache
/// line. Thread safe, lock free; no counter ever exceeds what was leased.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = CacheLines<byte>.LineBytes)]
struct SliceCell
{
    const int Unlimited = int.MaxValue;

    long _leaseUntilNs;
    long _dueNs;
    long _intervalNs; // nought without a limit on the rate
    int _meetings;
    int _meetingsInUse;
    int _ports;
    int _portsInUse;
    int _rate;
    int _wholeMeetings;
    int _wholePorts;
    int _wholeRate;
    bool _failOpen;

    /// <summary>What this node uses at the moment.</summary>
    public readonly SliceUse InUse => new(Volatile.Read(in _meetingsInUse), Volatile.Read(in _portsInUse));

    /// <summary>Makes it ready for a first lease.</summary>
    public void Begin() => _dueNs = long.MinValue / 2;

    /// <summary>The whole limits, and whether they hold when the lease has ended and cannot be renewed.</summary>
    public void Change(DirectionLimits whole, bool failOpen)
    {
        Volatile.Write(ref _wholeMeetings, whole.Meetings ?? Unlimited);
        Volatile.Write(ref _wholePorts, whole.Ports ?? Unlimited);
        Volatile.Write(ref _wholeRate, whole.CallsPerSecond ?? Unlimited);
        Volatile.Write(ref _failOpen, failOpen);
    }

    /// <summary>Puts a new lease in place. What is in use beyond it is not taken back; nothing new is given until it has drained.</summary>
    public void Accept(SliceLease lease)
    {
        Use(lease.Part.Meetings ?? Unlimited, lease.Part.Ports ?? Unlimited, lease.Part.CallsPerSecond ?? Unlimited);
        Volatile.Write(ref _leaseUntilNs, lease.UntilNs);
    }

    /// <summary>
    /// Takes what a grant of this kind needs, all or nothing. Meetings and ports are given back once by <see cref="Release"/>; a rate runs
    /// off by itself.
    /// </summary>
    public TakeResult TryTake(GrantKind kind, int ports, long nowNs, out LimitKind limit)
    {
        limit = LimitKind.None;
        if (nowNs >= Volatile.Read(ref _leaseUntilNs) && !TryOutliveLease())
            return TakeResult.StoreAway;
        if (kind == GrantKind.Meeting && !TryAdd(ref _meetingsInUse, 1, Volatile.Read(ref _meetings)))
        {
            limit = LimitKind.Meetings;
            return TakeResult.Exhausted;
        }

        if (LimitUse.TakesPorts(kind) && !TryAdd(ref _portsInUse, ports, Volatile.Read(ref _ports)))
        {
            limit = LimitKind.Ports;
            return TakeResult.Exhausted;
        }

        if (LimitUse.TakesRate(kind) && !TryCall(nowNs))
        {
            Release(kind, ports);
            limit = LimitKind.CallsPerSecond;
            return TakeResult.Exhausted;
        }

        return TakeResult.Taken;
    }

    /// <summary>Gives back what a grant took.</summary>
    public void Release(GrantKind kind, int ports)
    {
        if (kind == GrantKind.Meeting)
            Interlocked.Decrement(ref _meetingsInUse);
        else if (LimitUse.TakesPorts(kind))
            Interlocked.Add(ref _portsInUse, -ports);
    }

    /// <summary>Gives back the call of a grant that was refused further on.</summary>
    public void ReturnCall()
    {
        if (Volatile.Read(ref _intervalNs) is var intervalNs and > 0)
            Interlocked.Add(ref _dueNs, -intervalNs);
    }

    /// <summary>Time until the next call would be due; negative when it is past. Off the path: what a node makes of its rate.</summary>
    public readonly long RateBacklogNs(long nowNs) => Volatile.Read(in _dueNs) - nowNs;

    static bool TryAdd(ref int inUse, int units, int most)
    {
        var used = Volatile.Read(ref inUse);
        while (used <= most - units)
        {
            var seen = Interlocked.CompareExchange(ref inUse, used + units, used);
            if (seen == used)
                return true;
            used = seen;
        }

        return false;
    }

    bool TryCall(long nowNs)
    {
        var intervalNs = Volatile.Read(ref _intervalNs);
        if (intervalNs == 0)
            return Volatile.Read(ref _rate) > 0;
        var burstNs = intervalNs * Volatile.Read(ref _rate);
        var due = Volatile.Read(ref _dueNs);
        while (true)
        {
            var next = Math.Max(due, nowNs) + intervalNs;
            if (next - nowNs > burstNs)
                return false;
            var seen = Interlocked.CompareExchange(ref _dueNs, next, due);
            if (seen == due)
                return true;
            due = seen;
        }
    }

    // Open: this node keeps to the whole limits by itself until the store is back.
    bool TryOutliveLease()
    {
        if (!Volatile.Read(ref _failOpen))
            return false;
        Use(Volatile.Read(ref _wholeMeetings), Volatile.Read(ref _wholePorts), Volatile.Read(ref _wholeRate));
        return true;
    }

    void Use(int meetings, int ports, int rate)
    {
        Volatile.Write(ref _meetings, meetings);
        Volatile.Write(ref _ports, ports);
        Volatile.Write(ref _rate, rate);
        Volatile.Write(ref _intervalNs, rate is > 0 and < Unlimited ? MonotonicTime.Second / rate : 0);
    }
}
