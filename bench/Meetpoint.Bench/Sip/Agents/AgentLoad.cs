using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>Callers and called of our own, for what SIPp does not do: media for hundreds of calls, and more calls than a server can take. One loop, one thread.</summary>
sealed class AgentLoad : IDisposable
{
    readonly ThreadEventLoop _loop = new("agents", TimeProvider.System, static exception => Environment.FailFast("the agents threw", exception));
    readonly CallerBank _callers;
    readonly CalledBank _called;

    /// <summary>Opens the sockets.</summary>
    /// <param name="mediaCalls">Most calls at once that talk; 0 when calls are silent.</param>
    public AgentLoad(int mediaCalls)
    {
        var network = new SocketNetwork();
        if (mediaCalls > 0)
            Media = new Media(_loop, network, 2 * mediaCalls);
        _callers = new CallerBank(_loop, network, Media);
        _called = new CalledBank(_loop, network, Media);
    }

    /// <summary>Null when calls are silent.</summary>
    public Media? Media { get; }

    /// <summary>Sends that many calls at that rate; comes back when each has ended in some way.</summary>
    public AgentCounts Run(string server, int calls, double callsPerSecond, AgentTimes times)
    {
        _loop.Post(() => _called.Times = times);
        return _callers.Run(server, calls, callsPerSecond, times);
    }

    public void Dispose() => _loop.Dispose();
}
