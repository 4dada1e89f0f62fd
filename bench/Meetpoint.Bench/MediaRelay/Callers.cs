using Meetpoint.Net;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>All ends of the calls of one side, and a window during which they talk. The loop's own cost is nobody's.</summary>
sealed class Callers : TimerNode
{
    const long LeadInNs = MonotonicTime.Second;
    const long TickNs = MonotonicTime.Millisecond;

    /// <summary>Ticks between two looks at what an end was sent; far less than a receive buffer holds.</summary>
    const int HearEveryTicks = 16;

    /// <summary>Time for what is under way when all are silent.</summary>
    const long TailNs = 100 * MonotonicTime.Millisecond;

    readonly ThreadEventLoop _loop;
    readonly CallEnd[] _ends = new CallEnd[2 * RelayLoad.Calls];
    readonly ManualResetEventSlim _done = new();
    Func<long> _clock = () => 0;
    long _intervalNs;
    long _measureFromNs;
    long _measureToNs;
    bool _measuring;
    bool _measured;
    int _tick;
    Window _from;
    Window _result;

    public Callers(ThreadEventLoop loop)
    {
        _loop = loop;
        var network = new SocketNetwork();
        for (var i = 0; i < _ends.Length; i++)
            _ends[i] = new CallEnd(network, loop, (uint)(1000 + i));
    }

    /// <summary>The caller of a call.</summary>
    public CallEnd Caller(int call) => _ends[2 * call];

    /// <summary>The called of a call.</summary>
    public CallEnd Called(int call) => _ends[(2 * call) + 1];

    /// <summary>What the ends sent and heard in a window, and how far the clock came.</summary>
    public readonly record struct Window(long ClockNs, long Sent, long Heard, long ReportsHeard);

    /// <summary>Talks for the lead-in and then for as long as is told; reads the clock at both ends of that.</summary>
    public Window Drive(int packetsPerSecond, long lengthNs, Func<long> clock)
    {
        _done.Reset();
        (_clock, _intervalNs) = (clock, MonotonicTime.Second * _ends.Length / packetsPerSecond);
        _loop.Post(() =>
        {
            var now = _loop.NowNs;
            for (var i = 0; i < _ends.Length; i++)
                _ends[i].Start(now + (_intervalNs * i / _ends.Length));
            (_measureFromNs, _measureToNs) = (now + LeadInNs, now + LeadInNs + lengthNs);
            (_measuring, _measured) = (false, false);
            _loop.Timers.Arm(this, now + TickNs);
        });
        _done.Wait();
        return _result;
    }

    protected internal override void Fire(long nowNs)
    {
        if (nowNs < _measureToNs)
        {
            foreach (var end in _ends)
                end.Send(nowNs, _intervalNs);
        }

        _tick++;
        for (var i = _tick % HearEveryTicks; i < _ends.Length; i += HearEveryTicks)
            _ends[i].Hear();

        if (!_measuring && nowNs >= _measureFromNs)
        {
            _measuring = true;
            HearAll();
            _from = Read();
        }

        if (!_measured && nowNs >= _measureToNs)
        {
            _measured = true;
            HearAll();
            var to = Read();
            _result = new Window(to.ClockNs - _from.ClockNs, to.Sent - _from.Sent, to.Heard - _from.Heard, to.ReportsHeard - _from.ReportsHeard);
        }

        if (nowNs < _measureToNs + TailNs)
        {
            _loop.Timers.Arm(this, Math.Max(DueNs + TickNs, nowNs));
            return;
        }

        HearAll();
        _done.Set();
    }

    void HearAll()
    {
        foreach (var end in _ends)
            end.Hear();
    }

    Window Read() => new(_clock(), _ends.Sum(end => end.Sent), _ends.Sum(end => end.Heard), _ends.Sum(end => end.ReportsHeard));
}
