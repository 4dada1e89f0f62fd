using Meetpoint.Net;

namespace Meetpoint.Xmpp.Streams;

/// <summary>What time does to a stream: it must come about, each stanza must become whole, silence is broken by blanks, and long silence ends it.</summary>
abstract partial class ServerStream
{
    /// <summary>Nanoseconds after which a connection that took nothing is tried again.</summary>
    const long BlockedRetryNs = 20 * MonotonicTime.Millisecond;

    readonly StreamTimer _timer;
    readonly long _beganNs;
    long _lastSentNs;
    long _lastStanzaNs;
    long _partialSinceNs;
    long _blockedSinceNs;
    long _closingSinceNs;
    long _restUntilNs;

    XmppServerOptions Options => Server.Options;

    protected void Rearm() => Server.Loop.Timers.Arm(_timer, DueNs());

    static long After(long sinceNs, int seconds) => sinceNs + (seconds * MonotonicTime.Second);

    /// <summary>Reads no more until the time has come.</summary>
    void Rest(long untilNs)
    {
        _restUntilNs = untilNs;
        Stream!.IsPaused = true;
        Rearm();
    }

    void NotePartial()
    {
        if (_reader.Pending == 0)
        {
            _partialSinceNs = 0;
        }
        else if (_partialSinceNs == 0)
        {
            _partialSinceNs = Server.Loop.NowNs;
            Rearm();
        }
    }

    long DueNs()
    {
        var dueNs = Phase switch
        {
            StreamPhase.Negotiating => After(_beganNs, Options.NegotiationSeconds),
            StreamPhase.Running => After(_lastStanzaNs, Options.IdleCloseSeconds),
            _ => After(_closingSinceNs, Options.CloseSeconds),
        };
        if (Phase == StreamPhase.Running && Options.KeepAliveSeconds > 0)
            dueNs = Math.Min(dueNs, After(_lastSentNs, Options.KeepAliveSeconds));
        if (_partialSinceNs != 0)
            dueNs = Math.Min(dueNs, After(_partialSinceNs, Options.StanzaSeconds));
        if (_sm.AskedNs != 0)
            dueNs = Math.Min(dueNs, After(_sm.AskedNs, Options.AcknowledgeSeconds));
        if (_blockedSinceNs != 0)
            dueNs = Math.Min(dueNs, Server.Loop.NowNs + BlockedRetryNs);
        return _restUntilNs != 0 ? Math.Min(dueNs, _restUntilNs) : dueNs;
    }

    void OnTime(long nowNs)
    {
        if (Phase == StreamPhase.Closed)
            return;
        if (_restUntilNs != 0 && nowNs >= _restUntilNs)
        {
            _restUntilNs = 0;
            Stream!.IsPaused = false;
            Pump();
        }

        if (_blockedSinceNs != 0)
            Flush();
        Judge(nowNs);
        if (Phase != StreamPhase.Closed)
            Rearm();
    }

    void Judge(long nowNs)
    {
        if (Phase == StreamPhase.Negotiating && nowNs >= After(_beganNs, Options.NegotiationSeconds))
            Fail(StreamErrors.ConnectionTimeout, "the stream did not come about in time");
        else if (Phase == StreamPhase.Closing && nowNs >= After(_closingSinceNs, Options.CloseSeconds))
            Abort(_endReason);
        else if (_partialSinceNs != 0 && _restUntilNs == 0 && nowNs >= After(_partialSinceNs, Options.StanzaSeconds))
            Fail(StreamErrors.PolicyViolation, "a stanza did not become whole in time");
        else if (_blockedSinceNs != 0 && nowNs >= After(_blockedSinceNs, Options.AcknowledgeSeconds))
            Fail(StreamErrors.PolicyViolation, "the other end takes nothing");
        else if (_sm.AskedNs != 0 && nowNs >= After(_sm.AskedNs, Options.AcknowledgeSeconds))
            Fail(StreamErrors.ConnectionTimeout, "the other end acknowledges nothing");
        else if (Phase == StreamPhase.Running && nowNs >= After(_lastStanzaNs, Options.IdleCloseSeconds))
            Close("idle");
        else if (Phase == StreamPhase.Running && Options.KeepAliveSeconds > 0 && nowNs >= After(_lastSentNs, Options.KeepAliveSeconds))
            Out.Raw(" "u8);
    }

    sealed class StreamTimer(ServerStream stream) : TimerNode
    {
        protected override void Fire(long nowNs) => stream.OnTime(nowNs);
    }
}
