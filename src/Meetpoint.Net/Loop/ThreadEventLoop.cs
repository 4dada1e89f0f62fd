using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>
/// An event loop on a thread of its own, which blocks in epoll until a socket is ready, work is posted or a timer is due; it never spins.
/// </summary>
/// <remarks>
/// A turn runs, in this order: posted work, ready sockets, due timers, then what asked for the end of the turn. What was posted comes first: whoever was told
/// of it may be the sender of what is on a socket now. All but
/// <see cref="Post"/>, <see cref="TryPost"/>, <see cref="NowNs"/>, <see cref="IsCurrent"/> and <see cref="Dispose"/> is for the loop's thread.
/// An exception of anything that runs here goes to the handler and ends nothing else.
/// </remarks>
public sealed class ThreadEventLoop : IEventLoop, IDisposable
{
    /// <summary>How much work may be posted and not yet begun.</summary>
    public const int DefaultMaxPosted = 65_536;

    /// <summary>A turn that took this long is reported: whoever waits for this loop noticed it.</summary>
    public const long HeldNs = MonotonicTime.Second;

    /// <summary>A stamp that says longer ago counts as this long: more says nothing, and may be of a wall clock that was set meanwhile.</summary>
    const long MaxStampAgeNs = MonotonicTime.Second;

    const long NanosecondsPerTick = 100;

    /// <summary>Turns that must have come closely one after the other before they are gathered.</summary>
    const int CloseTurnsBeforeGathering = 16;

    readonly TimeProvider _time;
    readonly Action<Exception> _onError;
    readonly Action<long>? _onHeld;
    readonly Epoll _epoll = new();
    readonly PollTable _table;
    readonly PostQueue _posted;
    readonly List<ITurnEnd> _turnEnds = [];
    readonly Thread _thread;
    readonly long _gatherNs;
    int _closeTurns;
    DatagramReceiveSlab? _receiveSlab;
    DatagramSendQueue? _sendQueue;
    long _nowNs;
    long _unixOffsetNs;
    long _unixOffsetAtNs = long.MinValue;
    volatile bool _stopping;

    /// <summary>Starts the loop.</summary>
    /// <param name="name">Name of the thread, for a debugger.</param>
    /// <param name="time">The clock of <see cref="NowNs"/>; its monotonic time must run as the machine's does.</param>
    /// <param name="onError">Told of exceptions, on the loop; must not throw.</param>
    /// <param name="maxPosted">Most work that may wait.</param>
    /// <param name="gatherNs">
    /// While turns follow each other closely, the next waits until this long after the last began, so that it finds more to do: what a turn costs whatever it
    /// does, waking up first of all, is then shared. 0 for never. A turn on its own comes at once.
    /// </param>
    /// <param name="onHeld">Told, on the loop, of how many nanoseconds a turn took that took <see cref="HeldNs"/> or more: something blocked in it, or the machine stood still.</param>
    /// <exception cref="IOException">No epoll can be opened.</exception>
    public ThreadEventLoop(
        string name, TimeProvider time, Action<Exception> onError, int maxPosted = DefaultMaxPosted, long gatherNs = 0, Action<long>? onHeld = null)
    {
        _onHeld = onHeld;
        _gatherNs = gatherNs;
        _time = time;
        _onError = onError;
        _posted = new PostQueue(maxPosted, _epoll);
        _table = new PollTable(_epoll);
        _nowNs = time.NowNs();
        Timers = new TimerWheel(_nowNs);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public long NowNs => Volatile.Read(ref _nowNs);

    /// <inheritdoc/>
    public TimerWheel Timers { get; }

    /// <inheritdoc/>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Counts the turns.</summary>
    internal long Turn { get; private set; }

    /// <summary>Where the sockets of this loop receive: one slab for all, as only one receives at a time.</summary>
    internal DatagramReceiveSlab ReceiveSlab => _receiveSlab ??= new DatagramReceiveSlab();

    /// <summary>Where the sockets of this loop queue what they send.</summary>
    internal DatagramSendQueue SendQueue => _sendQueue ??= new DatagramSendQueue(this);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The bounded queue is full: the loop does not keep up.</exception>
    public void Post(Action work)
    {
        if (!TryPost(work))
            throw new InvalidOperationException($"the queue of loop '{_thread.Name}' is full");
    }

    /// <summary>Posts unless the bounded queue is full. A loop that was disposed takes the work and does nothing with it.</summary>
    public bool TryPost(Action work) => _posted.TryAdd(work);

    /// <summary>Calls it once, at the end of this turn. On the loop only.</summary>
    public void AtTurnEnd(ITurnEnd work) => _turnEnds.Add(work);

    /// <summary>Watches the source until <see cref="Unwatch"/>. On the loop only.</summary>
    /// <param name="source">What is watched.</param>
    /// <param name="interest">EPOLLIN, EPOLLOUT or both.</param>
    public void Watch(PollSource source, uint interest)
    {
        if (source.Slot < 0)
            _table.Add(source, interest);
        else
            _table.Change(source, interest);
    }

    /// <summary>Watches it no longer; to be called before its descriptor is closed. On the loop only.</summary>
    public void Unwatch(PollSource source) => _table.Remove(source);

    /// <summary>Stops the loop after its present turn and waits for that, unless called on the loop. Open sockets are closed.</summary>
    public void Dispose()
    {
        _stopping = true;
        _posted.Wake();
        if (!IsCurrent)
            _thread.Join();
    }

    /// <summary>Runs it at once on the loop, posts it elsewhere.</summary>
    internal void RunOnLoop(Action work)
    {
        if (IsCurrent)
            work();
        else
            Post(work);
    }

    /// <summary>The kernel's wall time stamp in the loop's monotonic time: at the latest now, and at most a second ago.</summary>
    internal long FromUnixNs(long unixNs)
    {
        if (unixNs == 0)
            return _nowNs;
        if (_unixOffsetAtNs != _nowNs)
        {
            _unixOffsetAtNs = _nowNs;
            _unixOffsetNs = _time.NowNs() - ((_time.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick);
        }

        var ageNs = _nowNs - (unixNs + _unixOffsetNs);
        return _nowNs - Math.Clamp(ageNs, 0, MaxStampAgeNs);
    }

    internal void Report(Exception exception) => _onError(exception);

    void Run()
    {
        while (!_stopping)
        {
            if (_gatherNs > 0)
                Gather();
            var endNs = _time.NowNs();
            if (endNs - _nowNs >= HeldNs)
                _onHeld?.Invoke(endNs - _nowNs);
            var dueNs = Timers.NextDueNs;
            var count = _epoll.Wait(dueNs == long.MaxValue ? dueNs : Math.Max(0, dueNs - endNs));
            var nowNs = _time.NowNs();
            _closeTurns = nowNs - _nowNs < 2 * _gatherNs ? _closeTurns + 1 : 0;
            Volatile.Write(ref _nowNs, nowNs);
            Turn++;
            RunPosted();
            RunReady(count);
            AdvanceTimers();
            RunTurnEnds();
        }

        _posted.Close();
        _table.StopAll();
        _receiveSlab?.Dispose();
        _sendQueue?.Dispose();
        _epoll.Dispose();
    }

    void Gather()
    {
        if (_closeTurns >= CloseTurnsBeforeGathering && _nowNs + _gatherNs - _time.NowNs() is > 0 and var restNs)
            Epoll.Pause(restNs);
    }

    void RunReady(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!_epoll.TryGetEvent(i, out var ready, out var token) || _table.Find(token) is not { } source)
                continue;
            try
            {
                source.OnReady(ready, _nowNs);
            }
            catch (Exception exception)
            {
                _onError(exception);
            }
        }
    }

    void RunPosted()
    {
        var works = _posted.TakeAll();
        foreach (ref var work in works)
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                _onError(exception);
            }

            work = null!;
        }
    }

    void AdvanceTimers()
    {
        try
        {
            Timers.Advance(_nowNs);
        }
        catch (Exception exception)
        {
            // The rest is due already, so the next turn comes at once.
            _onError(exception);
        }
    }

    void RunTurnEnds()
    {
        for (var i = 0; i < _turnEnds.Count; i++)
        {
            try
            {
                _turnEnds[i].OnTurnEnd(_nowNs);
            }
            catch (Exception exception)
            {
                _onError(exception);
            }
        }

        _turnEnds.Clear();
    }
}
