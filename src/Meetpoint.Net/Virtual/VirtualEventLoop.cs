namespace Meetpoint.Net.Virtual;

/// <summary>A loop in virtual time; made by <see cref="VirtualWorld.CreateLoop"/>.</summary>
public sealed class VirtualEventLoop : IEventLoop
{
    readonly VirtualWorld _world;
    readonly double _rate;

    internal VirtualEventLoop(VirtualWorld world, string name, double rate)
    {
        _world = world;
        _rate = rate;
        Name = name;
        Timers = new TimerWheel(NowNs);
        AdvanceTimers = () => Timers.Advance(NowNs);
    }

    /// <summary>For a test's messages.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public long NowNs => _rate == 1 ? _world.NowNs : (long)(_world.NowNs * _rate);

    /// <inheritdoc/>
    public TimerWheel Timers { get; }

    /// <inheritdoc/>
    public bool IsCurrent => _world.Current == this;

    internal VirtualWorld World => _world;

    internal Action AdvanceTimers { get; }

    /// <summary>True while a datagram or bytes of a stream are being handed over: a real loop lends the memory of all its sockets for it.</summary>
    internal bool IsHandingOver { get; set; }

    /// <summary>When the world will next look at the timers; long.MaxValue when it will not.</summary>
    internal long WakeNs { get; set; } = long.MaxValue;

    /// <summary>True after <see cref="Stop"/>.</summary>
    public bool IsStopped { get; private set; }

    /// <inheritdoc/>
    public void Post(Action work) => _world.Schedule(this, _world.NowNs, work);

    /// <summary>The thread dies: nothing that was posted runs any more, no timer fires, no packet is heard.</summary>
    public void Stop() => IsStopped = true;

    /// <summary>The thread stands still for so long, as on a machine that has too much to do: what comes meanwhile waits, and nothing is lost.</summary>
    /// <param name="durationNs">World time.</param>
    public void StandStill(long durationNs) => StandsUntilNs = _world.NowNs + durationNs;

    /// <summary>World time until which it does nothing.</summary>
    internal long StandsUntilNs { get; private set; }

    /// <summary>World time at which this loop's clock shows a time, or a little after.</summary>
    internal long WorldNsOf(long loopNs) => _rate == 1 || loopNs == long.MaxValue ? loopNs : (long)Math.Ceiling(loopNs / _rate);
}
