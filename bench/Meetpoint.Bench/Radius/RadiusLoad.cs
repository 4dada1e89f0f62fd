using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Bench.Radius;

/// <summary>The access servers, on a thread of their own: a fixed number of requests is under way, the next is asked as one is answered.</summary>
sealed class RadiusLoad : IDisposable
{
    const long RepeatAfterNs = 3 * MonotonicTime.Second;
    const long LookNs = 250 * MonotonicTime.Millisecond;
    const int PatienceMs = 120_000;

    /// <summary>One request in so many may be sent again.</summary>
    const int RepeatedOneIn = 200;

    readonly ThreadEventLoop _loop;
    readonly AccessServer[] _servers;
    readonly RepeatTimer _timer;
    long _next;
    long _end;
    long _answered;
    int _repeated;
    volatile string? _failure;

    public RadiusLoad()
    {
        _loop = new ThreadEventLoop("access servers", TimeProvider.System, static exception => Environment.FailFast("the loop threw", exception));
        var network = new SocketNetwork();
        _servers = [.. Enumerable.Range(0, RadiusPlan.Ports).Select(_ => new AccessServer(this, network, _loop))];
        _timer = new RepeatTimer(this);
        _loop.Post(() => _loop.Timers.Arm(_timer, _loop.NowNs + LookNs));
    }

    /// <summary>Who is asked.</summary>
    public NetAddress Server { get; private set; }

    /// <summary>What is asked.</summary>
    public RadiusCode Code { get; private set; }

    public AuthenticatorSource Authenticators { get; } = new(Randomness.Secure);

    /// <summary>Number of the request that is asked next.</summary>
    public long Next => Interlocked.Read(ref _next);

    /// <summary>Asks so many, and waits until each is answered and its answer verified.</summary>
    /// <exception cref="IOException">One is not answered, or not as it should be, or too many had to be sent again.</exception>
    public void Run(NetAddress server, RadiusCode code, int count)
    {
        var goal = Interlocked.Read(ref _answered) + count;
        var repeated = Volatile.Read(ref _repeated);
        _loop.Post(() =>
        {
            (Server, Code, _end) = (server, code, _next + count);
            foreach (var one in _servers)
            {
                one.Begin();
                one.Pump(_loop.NowNs);
            }
        });
        if (!Pause.Until(() => _failure is not null || Interlocked.Read(ref _answered) >= goal, PatienceMs))
            Fail(string.Create(CultureInfo.InvariantCulture, $"{goal - Interlocked.Read(ref _answered)} of {count} requests are not answered"));
        if (Volatile.Read(ref _repeated) - repeated > count / RepeatedOneIn)
            Fail(string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _repeated) - repeated} of {count} requests had to be sent again"));
        if (_failure is { } failure)
            throw new IOException(failure);
    }

    /// <summary>Nothing that was measured counts. From any thread.</summary>
    public void Fail(string reason) => _failure ??= reason;

    /// <summary>The number of the next request; false when all were asked. On the loop.</summary>
    public bool TryTakeNumber(out long number)
    {
        number = _next;
        if (_next >= _end || _failure is not null)
            return false;
        Interlocked.Increment(ref _next);
        return true;
    }

    /// <summary>A request was answered, and well. On the loop.</summary>
    public void Answered() => Interlocked.Increment(ref _answered);

    public void Dispose() => _loop.Dispose();

    sealed class RepeatTimer(RadiusLoad load) : TimerNode
    {
        protected internal override void Fire(long nowNs)
        {
            load._loop.Timers.Arm(this, nowNs + LookNs);
            foreach (var server in load._servers)
                Interlocked.Add(ref load._repeated, server.Repeat(nowNs - RepeatAfterNs, nowNs));
        }
    }
}
