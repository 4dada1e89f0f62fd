using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>What one event loop does for media: one timer for the ticks of all its rooms.</summary>
sealed class MediaLoop : TimerNode
{
    readonly List<MediaRoomHandle> _rooms = [];
    CatchUp _catchUp;

    public MediaLoop(IEventLoop loop, PortReserve ports)
    {
        Loop = loop;
        Ports = ports;
    }

    public IEventLoop Loop { get; }

    public PortReserve Ports { get; }

    /// <summary>Rooms and relays that were placed here; changed from any thread.</summary>
    public int Load;

    /// <summary>Ticks that were left out because the loop came too late.</summary>
    public long SkippedTicks { get; private set; }

    /// <summary>On the loop.</summary>
    public void Add(MediaRoomHandle room)
    {
        _rooms.Add(room);
        if (!IsArmed)
            Loop.Timers.Arm(this, Loop.NowNs + MediaRoomOptions.TickNs);
    }

    /// <summary>On the loop.</summary>
    public void Remove(MediaRoomHandle room)
    {
        _rooms.Remove(room);
        if (_rooms.Count == 0)
            Loop.Timers.Cancel(this);
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs)
    {
        // Due times follow each other exactly, so ticks do not drift however late the loop wakes.
        var dueNs = DueNs;
        var skipped = _catchUp.Skip((nowNs - dueNs) / MediaRoomOptions.TickNs);
        SkippedTicks += skipped;
        dueNs += skipped * MediaRoomOptions.TickNs;
        for (var i = _rooms.Count - 1; i >= 0; i--)
            _rooms[i].Tick(dueNs);
        if (_rooms.Count > 0)
            Loop.Timers.Arm(this, dueNs + MediaRoomOptions.TickNs);
    }
}
