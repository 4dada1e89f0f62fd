using System.Globalization;
using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>One server under SIPp's load, window by window. A window in which calls fail or too much is sent again is thrown away and run once more.</summary>
sealed class SippSide(string name, SipServer server, SippLoad load, SipLoadSize size) : IDisposable
{
    /// <summary>Of messages sent again, for each call.</summary>
    const double MaxRetransmissionsPerCall = 1.0 / 200;

    /// <summary>Windows that may be thrown away one after the other.</summary>
    const int MaxThrownAway = 4;

    /// <summary>Before the next try: what disturbed it may pass.</summary>
    const int BetweenTriesMs = 3_000;

    readonly List<string> _thrownAway = [];
    long _residentAtFirst;
    SippLoad.Window _last;
    int _calls;

    /// <summary>What was seen besides, for the reader.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {_calls} calls; last window {_last}; resident {_residentAtFirst / 1e6:f0} MB after the first window, {server.ResidentBytes / 1e6:f0} MB at the end");
            foreach (var window in _thrownAway)
                yield return $"{name}: thrown away: {window}";
        }
    }

    /// <summary>Calls at a low rate, whatever comes of them: a server that is just started has yet to compile, connect and open.</summary>
    public void Wake() => load.Run(server, size.WakingCalls, size.WakingCallsPerSecond);

    /// <summary>One window; microseconds of processor time of one hop for one call.</summary>
    /// <exception cref="InvalidOperationException">The server does not carry the load.</exception>
    public Sample Run()
    {
        for (var left = MaxThrownAway; ; left--)
        {
            _last = load.Run(server, size.Calls, size.CallsPerSecond);
            _calls += size.Calls;
            if (_residentAtFirst == 0)
                _residentAtFirst = server.ResidentBytes;
            if (_last.Caller.Completed == size.Calls && _last.Caller.Failed == 0 && _last.Retransmissions <= size.Calls * MaxRetransmissionsPerCall)
                return new Sample(_last.ProcessorNs / 1e3 / size.Calls / server.Hops, null);
            _thrownAway.Add(_last.ToString());
            if (left == 0)
                throw new InvalidOperationException($"{name} does not carry {size.CallsPerSecond} calls a second:\n{string.Join('\n', _thrownAway)}\n{server.Tail}");
            Pause.For(BetweenTriesMs);
        }
    }

    public void Dispose() => server.Dispose();
}
