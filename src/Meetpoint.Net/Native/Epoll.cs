using System.Runtime.InteropServices;

namespace Meetpoint.Net.Native;

/// <summary>An epoll instance with the eventfd that wakes it. One thread waits; any thread may wake it.</summary>
sealed unsafe class Epoll : IDisposable
{
    internal const int MaxEventsPerWait = 256;
    const ulong WakeToken = ulong.MaxValue;

    // struct epoll_event is packed on x86-64 only.
    static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    static readonly int TokenOffset = EventBytes - sizeof(ulong);

    readonly byte* _events;
    readonly int _epoll;
    readonly int _wake;
    bool _preciseWait = true;

    internal Epoll()
    {
        _epoll = Libc.EpollCreate(Libc.EpollCloseOnExec);
        _wake = Libc.EventFd(0, Libc.SockNonBlocking | Libc.SockCloseOnExec);
        if (_epoll < 0 || _wake < 0)
            throw new IOException($"cannot open an epoll: {Libc.Describe(Libc.LastError)}");
        _events = (byte*)NativeMemory.AllocZeroed((nuint)(MaxEventsPerWait * EventBytes));
        Control(Libc.EpollAdd, _wake, Libc.EpollIn, WakeToken);
    }

    /// <summary>Adds, changes or removes a descriptor.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    internal void Control(int operation, int fd, uint interest, ulong token)
    {
        var anEvent = stackalloc byte[16];
        *(uint*)anEvent = interest;
        *(ulong*)(anEvent + TokenOffset) = token;
        if (Libc.EpollControl(_epoll, operation, fd, anEvent) != 0 && operation != Libc.EpollDelete)
            throw new IOException($"cannot watch a socket: {Libc.Describe(Libc.LastError)}");
    }

    /// <summary>Ends the present or next wait at once.</summary>
    internal void Wake()
    {
        ulong one = 1;
        _ = Libc.Write(_wake, &one, sizeof(ulong));
    }

    /// <summary>Blocks until something is ready or the time is over; long.MaxValue waits for ever. Gives the count of events.</summary>
    internal int Wait(long timeoutNs)
    {
        int count;
        if (_preciseWait && timeoutNs != long.MaxValue)
        {
            var span = new Libc.TimeSpec { Seconds = timeoutNs / MonotonicTime.Second, Nanoseconds = timeoutNs % MonotonicTime.Second };
            count = WaitPrecisely(&span);
        }
        else
        {
            // Rounded up: a wait that ends too early would come back here again and again until the timer is due.
            var timeoutMs = timeoutNs == long.MaxValue ? -1 : (int)Math.Min(int.MaxValue, (timeoutNs + MonotonicTime.Millisecond - 1) / MonotonicTime.Millisecond);
            count = Libc.EpollWait(_epoll, _events, MaxEventsPerWait, timeoutMs);
        }

        count = Math.Max(count, 0);
        // Before anything is run of what woke it: what is posted meanwhile wakes it anew.
        for (var i = 0; i < count; i++)
        {
            if (TokenOf(i) != WakeToken)
                continue;
            ulong drained;
            _ = Libc.Read(_wake, &drained, sizeof(ulong));
        }

        return count;
    }

    /// <summary>Blocks the thread for that long, whatever happens; less than a second.</summary>
    internal static void Pause(long ns)
    {
        var span = new Libc.TimeSpec { Nanoseconds = ns };
        _ = Libc.NanoSleep(&span, null);
    }

    /// <summary>One event of the last wait; false for the wake-up.</summary>
    internal bool TryGetEvent(int index, out uint ready, out ulong token)
    {
        ready = *(uint*)(_events + (index * EventBytes));
        token = TokenOf(index);
        return token != WakeToken;
    }

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_wake);
        NativeMemory.Free(_events);
    }

    ulong TokenOf(int index) => *(ulong*)(_events + (index * EventBytes) + TokenOffset);

    int WaitPrecisely(Libc.TimeSpec* span)
    {
        try
        {
            var count = Libc.EpollWait2(_epoll, _events, MaxEventsPerWait, span, null);
            if (count < 0 && Libc.LastError == Libc.ENoSys)
                _preciseWait = false;
            return count;
        }
        catch (EntryPointNotFoundException)
        {
            // Before glibc 2.35: whole milliseconds have to do.
            _preciseWait = false;
            return 0;
        }
    }
}
