namespace Meetpoint.Net.Virtual;

/// <summary>A loop in virtual time; made by <see cref="VirtualWorld.CreateLoop"/>.</summary>
public sealed class VirtualEventLoop : IEventLoop
{
    readonly VirtualWorld _world;

    internal VirtualEventLoop(VirtualWorld world, string name)
    {
        _world = world;
        Name = name;
        Timers = new TimerWheel(world.NowNs);
        AdvanceTimers = () => Timers.Advance(NowNs);
    }

    /// <summary>For a test's messages.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public long NowNs => _world.NowNs;

    /// <inheritdoc/>
    public TimerWheel Timers { get; }

    /// <inheritdoc/>
    public bool IsCurrent => _world.Current == this;

    internal VirtualWorld World => _world;

    internal Action AdvanceTimers { get; }

    /// <summary>When the world will next look at the timers; long.MaxValue when it will not.</summary>
    internal long WakeNs { get; set; } = long.MaxValue;

    /// <inheritdoc/>
    public void Post(Action work) => _world.Schedule(this, NowNs, work);
}
