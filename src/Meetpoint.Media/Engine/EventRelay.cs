using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Carries a room's events from its media loop to the caller's loop, in order, many at a turn, without allocating once warm.</summary>
sealed class EventRelay<T>
{
    /// <summary>Events that wait at most. Those that come again are dropped from half of it on; anything else only at the end.</summary>
    public const int Capacity = 4096;

    readonly Lock _lock = new();
    readonly IEventLoop _loop;
    readonly Action<T> _receive;
    readonly Func<T, bool> _comesAgain;
    readonly Action _deliver;
    Queue<T> _waiting = new();
    Queue<T> _delivering = new();
    bool _posted;

    /// <summary>A relay.</summary>
    /// <param name="loop">The caller's.</param>
    /// <param name="receive">Takes each, there.</param>
    /// <param name="comesAgain">True for an event that may be left out when much waits, since another of it follows.</param>
    public EventRelay(IEventLoop loop, Action<T> receive, Func<T, bool> comesAgain) => (_loop, _receive, _comesAgain, _deliver) = (loop, receive, comesAgain, Deliver);

    /// <summary>Events dropped because the caller's loop did not keep up.</summary>
    public long Dropped { get; private set; }

    /// <summary>Hands one over; on the media loop.</summary>
    public void Send(in T e)
    {
        lock (_lock)
        {
            if (_waiting.Count >= (_comesAgain(e) ? Capacity / 2 : Capacity))
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
            _receive(e);
    }
}
