using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Carries a room's events from its media loop to the caller's loop, in order, many at a turn, without allocating once warm.</summary>
sealed class EventRelay : IMediaRoomEvents
{
    /// <summary>Events that wait at most. Levels, which come again, are dropped from half of it on; anything else only at the end.</summary>
    public const int Capacity = 4096;

    readonly Lock _lock = new();
    readonly IEventLoop _loop;
    readonly IMediaRoomEvents _receiver;
    readonly Action _deliver;
    Queue<MediaEvent> _waiting = new();
    Queue<MediaEvent> _delivering = new();
    bool _posted;

    public EventRelay(IEventLoop loop, IMediaRoomEvents receiver)
    {
        _loop = loop;
        _receiver = receiver;
        _deliver = Deliver;
    }

    /// <summary>Events dropped because the caller's loop did not keep up.</summary>
    public long Dropped { get; private set; }

    public void OnMediaEvent(in MediaEvent e)
    {
        lock (_lock)
        {
            if (_waiting.Count >= (e.Kind == MediaEventKind.Level ? Capacity / 2 : Capacity))
            {
                Dropped++;
                return;
            }

            _waiting.Enqueue(e);
            if (_posted)
                return;
            _posted = true;
        }

        _loop.Post(_deliver);
    }

    void Deliver()
    {
        lock (_lock)
        {
            (_waiting, _delivering) = (_delivering, _waiting);
            _posted = false;
        }

        while (_delivering.TryDequeue(out var e))
            _receiver.OnMediaEvent(e);
    }
}
