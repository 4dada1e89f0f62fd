namespace Meetpoint.Net.Virtual;

/// <summary>
/// The driver of a simulation: one clock, any number of loops, one network, all on the thread that calls Run. The same seed and the
/// same calls give the same run, to the byte.
/// </summary>
/// <remarks>An exception of any work leaves Run at once, so that a test fails where the fault is. Not thread safe.</remarks>
public sealed class VirtualWorld
{
    /// <summary>Most events at one instant before the world takes it for a loop that never ends.</summary>
    public const int MaxEventsPerInstant = 1_000_000;

    readonly List<VirtualEventLoop> _loops = [];
    int _eventsAtInstant;
    int _thread;
    InvalidOperationException? _trespass;

    /// <summary>A world whose network chances follow from the seed.</summary>
    /// <param name="seed">Of every random choice.</param>
    /// <param name="startUtc">Wall time at monotonic 0; the first second of 2026 when null.</param>
    public VirtualWorld(int seed, DateTimeOffset? startUtc = null)
    {
        Seed = seed;
        Time = new VirtualTime(startUtc ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Network = new VirtualNetwork(this, seed);
    }

    /// <summary>What the run follows from; a failing test says it.</summary>
    public int Seed { get; }

    /// <summary>The clock.</summary>
    public VirtualTime Time { get; }

    /// <summary>The network; hosts are added to it.</summary>
    public VirtualNetwork Network { get; }

    /// <summary>Monotonic nanoseconds since the start.</summary>
    public long NowNs => Time.NowNs;

    internal VirtualEventLoop? Current { get; private set; }

    /// <summary>A new loop of this world.</summary>
    /// <param name="name">For a test's messages.</param>
    /// <param name="rate">How fast its clock runs against the world's: 1.03 gains 3 %. See also <see cref="VirtualTime.AtRate"/>.</param>
    public VirtualEventLoop CreateLoop(string name, double rate = 1)
    {
        var loop = new VirtualEventLoop(this, name, rate);
        _loops.Add(loop);
        return loop;
    }

    /// <summary>Runs the work when virtual time comes to <paramref name="dueNs"/>, on no loop; for what a test does to the world.</summary>
    public void At(long dueNs, Action work) => Add(Math.Max(dueNs, NowNs), work);

    /// <summary>Lets time pass until the condition holds, asked after every event; false when <paramref name="limitNs"/> passed without it.</summary>
    public bool RunUntil(Func<bool> condition, long limitNs)
    {
        var endNs = limitNs > long.MaxValue - NowNs ? long.MaxValue - 1 : NowNs + limitNs;
        foreach (var loop in _loops)
            ScheduleTimers(loop);
        var outer = _thread;
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            return RunTo(endNs, condition);
        }
        finally
        {
            _thread = outer;
        }
    }

    /// <summary>Lets this much time pass.</summary>
    public void RunFor(long durationNs) => RunUntil(static () => false, durationNs);

    /// <summary>Runs all that is due by now, without letting time pass.</summary>
    public void RunDue() => RunFor(0);

    internal void Schedule(VirtualEventLoop loop, long dueNs, Action work) => Add(dueNs, () => RunOn(loop, work));

    bool RunTo(long endNs, Func<bool> condition)
    {
        while (!condition())
        {
            if (_trespass is not null)
                throw _trespass;
            var dueNs = Time.Schedule.NextDueNs;
            if (dueNs > endNs)
            {
                Time.MoveTo(endNs);
                return false;
            }

            Step(dueNs);
        }

        return true;
    }

    /// <summary>Work that comes from another thread while the world runs would come at another place in each run.</summary>
    void Add(long dueNs, Action work)
    {
        if (_thread != 0 && _thread != Environment.CurrentManagedThreadId)
            throw _trespass = new InvalidOperationException($"work came to the world from another thread than its own, at {NowNs} ns (seed {Seed})");
        Time.Schedule.Add(dueNs, work);
    }

    void Step(long dueNs)
    {
        _eventsAtInstant = dueNs > NowNs ? 0 : _eventsAtInstant + 1;
        if (_eventsAtInstant > MaxEventsPerInstant)
            throw new InvalidOperationException($"the world does not come past {NowNs} ns (seed {Seed})");
        Time.MoveTo(dueNs);
        Time.Schedule.Take()();
    }

    internal void RunOn(VirtualEventLoop loop, Action work)
    {
        if (loop.IsStopped)
            return;
        if (loop.StandsUntilNs > NowNs)
        {
            Add(loop.StandsUntilNs, () => RunOn(loop, work));
            return;
        }

        var outer = Current;
        Current = loop;
        try
        {
            work();
        }
        finally
        {
            Current = outer;
        }

        ScheduleTimers(loop);
    }

    /// <summary>Sees to it that the loop's next timer is in the schedule: once, however often this is called.</summary>
    void ScheduleTimers(VirtualEventLoop loop)
    {
        var dueNs = loop.WorldNsOf(loop.Timers.NextDueNs);
        if (dueNs >= loop.WakeNs || loop.IsStopped)
            return;
        loop.WakeNs = dueNs;
        Time.Schedule.Add(Math.Max(dueNs, NowNs), () =>
        {
            // An earlier wake-up was scheduled after this one; it has seen to the timers.
            if (loop.WakeNs != dueNs)
                return;
            loop.WakeNs = long.MaxValue;
            RunOn(loop, loop.AdvanceTimers);
        });
    }
}
