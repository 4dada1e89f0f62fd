namespace Meetpoint.Media.Engine;

/// <summary>
/// How many ticks a loop that is late makes up for: after a stall, in which the process or the machine stood still, all of them, as no sound shall be lost, least of all to a
/// recording; and few when the loop cannot keep up, or all would be heard late for good.
/// </summary>
struct CatchUp
{
    /// <summary>Ticks that a loop may stay behind which does not keep up.</summary>
    public const int MaxBehind = 5;

    /// <summary>Ticks that are made up for after a stall: a second, for which jitter buffers hold what came meanwhile (<see cref="Jitter.PacketStore.Capacity"/>).</summary>
    public const int MaxAfterStall = 50;

    long _behind; // at the last tick
    long _leftHalves; // of what a stall allows, in half ticks

    /// <summary>Ticks to be left out now.</summary>
    /// <param name="behind">Ticks that are due besides the one that is made now.</param>
    public long Skip(long behind)
    {
        // What a stall allows shrinks by one with every second tick: a loop that has half of its time to spare makes up for all of it.
        if (behind > _behind + MaxBehind)
            _leftHalves = 2 * Math.Min(behind, MaxAfterStall);
        else if (_leftHalves > 0)
            _leftHalves--;
        var most = Math.Max(MaxBehind, (_leftHalves + 1) / 2);
        _behind = Math.Min(behind, most);
        return behind - _behind;
    }
}
