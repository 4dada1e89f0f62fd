using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>Cameras and those who see them, of one side, and a window during which they are on. The loop's own cost is nobody's.</summary>
sealed class Audience : TimerNode
{
    const long LeadInNs = MonotonicTime.Second;
    const long TickNs = MonotonicTime.Millisecond;
    const long PictureNs = MonotonicTime.Second / VideoLoad.PicturesPerSecond;

    /// <summary>Time for what is under way when the camera is off.</summary>
    const long TailNs = 100 * MonotonicTime.Millisecond;

    const int TicksPerReport = 1_000;

    /// <summary>Ticks between two looks at what a screen was sent; far less than a receive buffer holds.</summary>
    const int HearEveryTicks = 4;

    readonly ThreadEventLoop _loop;
    readonly ManualResetEventSlim _done = new();
    readonly Camera[] _cameras;
    readonly Screen[] _screens;
    readonly long[] _nextPictureNs;
    Func<long> _clock = () => 0;
    long _nextReportNs;
    long _measureFromNs;
    long _measureToNs;
    bool _isMeasuring;
    int _tick;
    Window _from;
    Window _result;

    public Audience(ThreadEventLoop loop, VideoLoad load)
    {
        _loop = loop;
        var network = new SocketNetwork();
        _cameras = [.. Enumerable.Range(0, load.Cameras).Select(i => new Camera(network, loop, load, VideoLoad.FirstCameraSsrc + (10 * (uint)i)))];
        _screens = [.. Enumerable.Range(0, load.Screens).Select(i => new Screen(network, loop, VideoLoad.FirstScreenSsrc + (2 * (uint)i), i < load.Watches))];
        _nextPictureNs = new long[load.Cameras];
    }

    public IReadOnlyList<Camera> Cameras => _cameras;

    public IReadOnlyList<Screen> Screens => _screens;

    /// <summary>What the cameras sent and the screens were sent in a window, and how far the clock came.</summary>
    public readonly record struct Window(long ClockNs, long Sent, long Heard, long Looked, long Whole);

    /// <summary>Has the cameras on for the lead-in and then for as long as is told; reads the clock at both ends of that.</summary>
    public Window Drive(long lengthNs, Func<long> clock)
    {
        _done.Reset();
        _clock = clock;
        _loop.Post(() =>
        {
            var now = _loop.NowNs;
            _nextReportNs = now;
            for (var i = 0; i < _cameras.Length; i++)
            {
                _cameras[i].Begin();
                _nextPictureNs[i] = now + (PictureNs * i / _cameras.Length);
            }

            (_measureFromNs, _measureToNs, _isMeasuring) = (now + LeadInNs, now + LeadInNs + lengthNs, false);
            _loop.Timers.Arm(this, now + TickNs);
        });
        _done.Wait();
        return _result;
    }

    protected internal override void Fire(long nowNs)
    {
        for (var i = ++_tick % HearEveryTicks; i < _screens.Length; i += HearEveryTicks)
            _screens[i].Hear();
        if (nowNs >= _nextReportNs)
        {
            _nextReportNs += MonotonicTime.Second;
            foreach (var camera in _cameras)
                camera.Report(nowNs);
        }

        // Each once a second, at a time of its own, as receivers that know nothing of each other do (RFC 3550 section 6.3.5).
        for (var i = 0; i < _screens.Length; i++)
        {
            if (_tick % TicksPerReport == TicksPerReport * i / _screens.Length)
                _screens[i].Report();
        }

        // Last of the turn, at whose end they leave: what this thread did between would count as the server's.
        for (var i = 0; i < _cameras.Length; i++)
        {
            if (_nextPictureNs[i] > nowNs || _nextPictureNs[i] >= _measureToNs)
                continue;
            _cameras[i].SendPicture(TimeProvider.System);
            // What this thread has missed is missed: a camera sends no second of pictures at once.
            _nextPictureNs[i] = Math.Max(_nextPictureNs[i] + PictureNs, nowNs + (PictureNs / 2));
        }

        if (!_isMeasuring && nowNs >= _measureFromNs)
        {
            _isMeasuring = true;
            _from = Read();
        }

        if (nowNs < _measureToNs + TailNs)
        {
            _loop.Timers.Arm(this, Math.Max(DueNs + TickNs, nowNs));
            return;
        }

        var to = Read();
        _result = new Window(to.ClockNs - _from.ClockNs, to.Sent - _from.Sent, to.Heard - _from.Heard, to.Looked - _from.Looked, to.Whole - _from.Whole);
        _done.Set();
    }

    Window Read()
    {
        foreach (var camera in _cameras)
            camera.Hear();
        foreach (var screen in _screens)
            screen.Hear();
        return new(_clock(), _cameras.Sum(camera => camera.Sent), _screens.Sum(screen => screen.Heard), _screens.Sum(screen => screen.Looked), _screens.Sum(screen => screen.Whole));
    }
}
