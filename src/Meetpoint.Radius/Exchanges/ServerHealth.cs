namespace Meetpoint.Radius.Exchanges;

/// <summary>
/// Whether a server is there (RFC 5997 section 4, RFC 3539 section 3.4.1). A request that is not answered is no proof: behind a server stand others, and it may be one of those that is
/// silent. So it is asked what it answers itself, by Status-Server or a probe; only silence to that kills it, and a realm that alone is silent is suspect by itself. Not thread safe.
/// </summary>
/// <param name="options">Limits and times.</param>
/// <param name="random">Spreads the probes.</param>
public sealed class ServerHealth(ServerHealthOptions options, Random random)
{
    const double Spread = 0.1;

    readonly Dictionary<int, Realm> _realms = [];
    long _lastAnswerNs = long.MinValue;
    long _probeNs = long.MaxValue; // when the next probe goes, or the one that is out is over
    bool _isProbeOut;
    int _silent;
    int _answers;

    /// <summary>How it stands.</summary>
    public ServerState State { get; private set; } = ServerState.Alive;

    /// <summary>True when requests may go to it.</summary>
    public bool IsUsable => State is ServerState.Alive or ServerState.Suspect;

    /// <summary>When <see cref="IsProbeDue"/> next has something to say; <see cref="long.MaxValue"/> for never.</summary>
    public long NextNs => _probeNs;

    /// <summary>True when requests for a realm may go to it.</summary>
    /// <param name="realm">The caller's number of it.</param>
    /// <param name="nowNs">Monotonic.</param>
    public bool IsUsableFor(int realm, long nowNs) =>
        IsUsable && (!_realms.TryGetValue(realm, out var state) || state.Timeouts < options.TimeoutsToSuspectRealm || nowNs >= state.RetryNs);

    /// <summary>A verified answer to a request of a realm.</summary>
    public void Answered(int realm, long nowNs)
    {
        _lastAnswerNs = nowNs;
        _realms.Remove(realm);
        _silent = 0;
        if (State == ServerState.Suspect)
            Become(ServerState.Alive, nowNs);
        else if (State != ServerState.Alive)
            CountAnswer(nowNs);
    }

    /// <summary>A request of a realm was not answered in time.</summary>
    /// <param name="realm">The caller's number of it.</param>
    /// <param name="sentNs">When it went out.</param>
    /// <param name="nowNs">Monotonic.</param>
    public void TimedOut(int realm, long sentNs, long nowNs)
    {
        var known = _realms.TryGetValue(realm, out var state);
        if (known || _realms.Count < options.MaxRealms)
            _realms[realm] = new Realm(state.Timeouts + 1, nowNs + options.RealmRetryNs);
        if (State == ServerState.Alive && _lastAnswerNs <= sentNs)
            Become(ServerState.Suspect, nowNs);
        else if (State == ServerState.Suspect && !options.CanProbe && ++_silent >= options.ProbesToDead)
            Become(ServerState.Dead, nowNs);
    }

    /// <summary>Time has passed. True when a probe is to be sent now; its answer is told by <see cref="ProbeAnswered"/>.</summary>
    public bool IsProbeDue(long nowNs)
    {
        if (nowNs < _probeNs)
            return false;
        if (_isProbeOut)
        {
            _isProbeOut = false;
            ProbeSilent(nowNs);
            return false;
        }

        if (!options.CanProbe)
        {
            Become(ServerState.Suspect, nowNs); // it gets another chance, by the requests themselves
            return false;
        }

        _isProbeOut = true;
        _probeNs = nowNs + options.ProbeTimeoutNs;
        return true;
    }

    /// <summary>A verified answer to a probe, whatever it says.</summary>
    public void ProbeAnswered(long nowNs)
    {
        if (!_isProbeOut)
            return;
        _isProbeOut = false;
        _silent = 0;
        _lastAnswerNs = nowNs;
        if (State == ServerState.Suspect)
        {
            Become(ServerState.Alive, nowNs);
            return;
        }

        _probeNs = nowNs + Interval();
        CountAnswer(nowNs);
    }

    void ProbeSilent(long nowNs)
    {
        _answers = 0;
        if (State == ServerState.Reviving)
            State = ServerState.Dead;
        if (++_silent >= options.ProbesToDead && State == ServerState.Suspect)
            State = ServerState.Dead;
        _probeNs = nowNs + Interval() - options.ProbeTimeoutNs;
    }

    void CountAnswer(long nowNs)
    {
        if (++_answers >= options.AnswersToAlive)
            Become(ServerState.Alive, nowNs);
        else
            State = ServerState.Reviving;
    }

    void Become(ServerState state, long nowNs)
    {
        State = state;
        (_silent, _answers, _isProbeOut) = (0, 0, false);
        _probeNs = state switch
        {
            ServerState.Alive => long.MaxValue,
            ServerState.Suspect => options.CanProbe ? nowNs : long.MaxValue,
            _ => options.CanProbe ? nowNs + Interval() : nowNs + (options.ProbesToDead * options.ProbeIntervalNs),
        };
    }

    long Interval() => (long)(options.ProbeIntervalNs * (1 + (((2 * random.NextDouble()) - 1) * Spread)));

    readonly record struct Realm(int Timeouts, long RetryNs);
}
