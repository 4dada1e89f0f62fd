using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>A bounded queue of work from any thread to one loop. Allocates only while it grows to its usual size.</summary>
/// <remarks>The loop is woken within the lock, so that after <see cref="Close"/> nobody writes to a descriptor that is closed.</remarks>
sealed class PostQueue(int limit, Epoll epoll)
{
    readonly Lock _lock = new();
    Action[] _filling = new Action[16];
    Action[] _draining = new Action[16];
    int _count;
    bool _closed;

    /// <summary>Adds work and wakes the loop. False when full.</summary>
    internal bool TryAdd(Action work)
    {
        lock (_lock)
        {
            // A stopped loop runs nothing more, and who posts to it cannot know yet: that is not an error.
            if (_closed)
                return true;
            if (_count == limit)
                return false;
            if (_count == _filling.Length)
                Array.Resize(ref _filling, Math.Min(limit, _count * 2));
            _filling[_count++] = work;
            if (_count == 1)
                epoll.Wake();
            return true;
        }
    }

    /// <summary>Wakes the loop without work.</summary>
    internal void Wake()
    {
        lock (_lock)
        {
            if (!_closed)
                epoll.Wake();
        }
    }

    /// <summary>Takes all that was added so far; valid, and to be cleared by the caller, until the next call. By the loop only.</summary>
    internal Span<Action> TakeAll()
    {
        lock (_lock)
        {
            var count = _count;
            _count = 0;
            (_filling, _draining) = (_draining, _filling);
            return _draining.AsSpan(0, count);
        }
    }

    internal void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _count = 0;
            Array.Clear(_filling);
        }
    }
}
