using Meetpoint.Net;
using Meetpoint.Xmpp.Streams;

namespace Meetpoint.Xmpp.Server;

/// <summary>
/// One domain of ours towards one of theirs: the stream that carries it, how one comes about, what waits meanwhile, and for how long.
/// </summary>
sealed class DomainPair(XmppServer server, string local, string remote) : TimerNode
{
    readonly LinkedList<PendingStanza> _queue = new();
    readonly List<Verification> _verifications = [];
    readonly Queue<XmppHop> _hops = new();
    OutgoingStream? _attempt;
    OutgoingStream? _carrier;
    OutgoingStream? _asked;
    bool _isResolving;
    bool _avoidsCarrier;
    long _nextTryNs;
    long _refusedUntilNs;
    int _retrySeconds = server.Options.FirstRetrySeconds;
    string _lastReason = "";

    internal string Local => local;

    internal string Remote => remote;

    /// <summary>What stanzas go by; null while there is none.</summary>
    internal ServerStream? Stream { get; private set; }

    /// <summary>Stanzas that wait.</summary>
    internal int QueuedCount => _queue.Count;

    internal bool HasVerifications => _verifications.Count > 0;

    /// <summary>True once the other server has refused our certificate: dialback may do where it is admitted.</summary>
    internal bool AvoidsCertificate { get; set; }

    bool IsTrying => _isResolving || _attempt is not null || _carrier is not null;

    internal void Send(in PendingStanza stanza)
    {
        if (Stream is not null && _queue.Count == 0 && TryWrite(stanza))
            return;
        if (_refusedUntilNs > server.Loop.NowNs)
            server.FailStanza(stanza, XmppCondition.RemoteServerTimeout, _lastReason);
        else if (_queue.Count >= server.Options.MaxQueuedStanzas || server.QueuedCount >= server.Options.MaxQueuedStanzasInAll)
            server.FailStanza(stanza, XmppCondition.ResourceConstraint, "too many stanzas wait for the domain");
        else
            Enqueue(stanza);
    }

    internal void Verify(Verification verification)
    {
        _verifications.Add(verification);
        if (Stream is OutgoingStream { CanDialBack: true } open)
            open.AskAbout(verification);
        else if (_attempt is { CanDialBack: true } attempt)
            attempt.AskAbout(verification);
        else if (!IsTrying)
            Begin();
    }

    /// <summary>The stream can be asked now.</summary>
    internal void AskAboutKeys(OutgoingStream stream)
    {
        _asked = stream;
        foreach (var verification in _verifications)
            stream.AskAbout(verification);
    }

    internal void OnVerified(string ofLocal, string ofRemote, string streamId, bool? isValid)
    {
        var at = _verifications.FindIndex(one => one.Local == ofLocal && one.Remote == ofRemote && one.StreamId == streamId);
        if (at < 0)
            return;
        var verification = _verifications[at];
        _verifications.RemoveAt(at);
        verification.Done(isValid);
    }

    /// <summary>A stream carries this pair from now on.</summary>
    internal void OnReady(ServerStream stream)
    {
        _hops.Clear();
        if (_attempt == stream)
            _attempt = null;
        _carrier = null;
        AvoidsCertificate = false;
        (_retrySeconds, _refusedUntilNs, _nextTryNs) = (server.Options.FirstRetrySeconds, 0, 0);
        if (Stream is null)
        {
            Stream = stream;
            stream.Carried.Add(this);
        }

        Drain();
    }

    /// <summary>The other server does not take this pair; to try again at once would be of no use.</summary>
    internal void OnRefused(OutgoingStream stream, string reason)
    {
        if (_carrier == stream)
        {
            // What another's stream may not carry, one of our own may.
            _carrier = null;
            _avoidsCarrier = true;
            Begin();
            return;
        }

        if (_attempt != stream)
            return;
        _attempt = null;
        _hops.Clear();
        // Who does not take our proof may yet answer for its own.
        if (_asked != stream)
            FailVerifications();
        _refusedUntilNs = server.Loop.NowNs + (_retrySeconds * MonotonicTime.Second);
        Back(reason);
        FailQueue(XmppCondition.RemoteServerTimeout, reason);
    }

    /// <summary>A stream of this pair's is down: what it was asked stays unanswered.</summary>
    internal void OnAskedDown(OutgoingStream stream)
    {
        if (_asked != stream)
            return;
        _asked = null;
        FailVerifications();
        Settle();
    }

    /// <summary>An attempt ended before it came to anything.</summary>
    internal void OnAttemptFailed(OutgoingStream stream, string reason)
    {
        if (_carrier == stream)
        {
            _carrier = null;
            Rest(reason);
            return;
        }

        if (_attempt != stream)
            return;
        _attempt = null;
        server.Host.OnEvent(new XmppEvent(XmppEventKind.ConnectFailed, true, local, remote, stream.RemoteAddress, reason));
        _lastReason = reason;
        if (!TryNextHop())
            Rest(reason);
    }

    /// <summary>The stream is gone; what it may have swallowed comes before what waits.</summary>
    internal void OnDown(ServerStream stream, IReadOnlyList<PendingStanza> lost, string reason)
    {
        if (Stream != stream)
            return;
        Stream = null;
        for (var i = lost.Count - 1; i >= 0; i--)
        {
            _queue.AddFirst(lost[i]);
            server.QueuedCount++;
        }

        if (_queue.Count > 0 && !IsTrying)
            Rest(reason);
        else
            Settle();
    }

    internal void Drain()
    {
        while (Stream is not null && _queue.First is { } first && TryWrite(first.Value))
        {
            if (first.List is null)
                continue;
            _queue.Remove(first);
            server.QueuedCount--;
        }

        Settle();
    }

    /// <summary>Everything that waits fails: the server stops.</summary>
    internal void Stop()
    {
        server.Loop.Timers.Cancel(this);
        FailAll(XmppCondition.RemoteServerTimeout, "the server stops");
    }

    protected override void Fire(long nowNs)
    {
        while (_queue.First is { } first && nowNs - first.Value.QueuedNs >= server.Options.QueueSeconds * MonotonicTime.Second)
        {
            Dequeue(first);
            server.FailStanza(first.Value, XmppCondition.RemoteServerTimeout, _lastReason.Length > 0 ? _lastReason : "no stream came about in time");
        }

        if (_queue.Count > 0 && !IsTrying && Stream is null && nowNs >= _nextTryNs)
            Begin();
        Settle();
    }

    void Enqueue(in PendingStanza stanza)
    {
        _queue.AddLast(stanza);
        server.QueuedCount++;
        if (Stream is null && !IsTrying && _nextTryNs <= server.Loop.NowNs)
            Begin();
        Settle();
    }

    void Dequeue(LinkedListNode<PendingStanza> node)
    {
        _queue.Remove(node);
        server.QueuedCount--;
    }

    bool TryWrite(in PendingStanza stanza)
    {
        switch (Stream!.TryWrite(this, stanza))
        {
            case WriteResult.Written:
                return true;
            case WriteResult.TooLarge:
                server.FailStanza(stanza, XmppCondition.NotAcceptable, "the stanza is too large");
                return true;
            default:
                return false;
        }
    }

    void Begin()
    {
        if (server.Host.Admits(local, remote) == XmppProof.None)
        {
            FailAll(XmppCondition.NotAllowed, "the domain is not admitted");
            return;
        }

        if (!_avoidsCarrier && server.CarrierTo(remote) is { } carrier)
        {
            _carrier = carrier;
            carrier.DialBack(this);
            return;
        }

        _isResolving = true;
        server.Resolve(remote, OnResolved);
    }

    void OnResolved(IReadOnlyList<XmppHop> hops, bool isDenied)
    {
        _isResolving = false;
        _hops.Clear();
        foreach (var hop in hops)
            _hops.Enqueue(hop);
        if (TryNextHop())
            return;
        var reason = isDenied ? $"{remote} has no XMPP server" : $"no answer about {remote}";
        server.Host.OnEvent(new XmppEvent(XmppEventKind.ConnectFailed, true, local, remote, NetAddress.None, reason));
        if (isDenied)
        {
            Back(reason);
            FailAll(XmppCondition.RemoteServerNotFound, reason);
        }
        else
        {
            Rest(reason);
        }
    }

    bool TryNextHop()
    {
        if (!_hops.TryDequeue(out var hop))
            return false;
        if (!server.TryConnect(this, hop, out _attempt))
            return false;
        _attempt!.Connect();
        return true;
    }

    void Rest(string reason)
    {
        FailVerifications();
        Back(reason);
        Settle();
    }

    void Back(string reason)
    {
        _lastReason = reason;
        _nextTryNs = server.Loop.NowNs + (_retrySeconds * MonotonicTime.Second);
        _retrySeconds = Math.Min(_retrySeconds * 2, server.Options.MaxRetrySeconds);
    }

    void FailAll(XmppCondition condition, string reason)
    {
        FailVerifications();
        FailQueue(condition, reason);
    }

    void FailQueue(XmppCondition condition, string reason)
    {
        while (_queue.First is { } first)
        {
            Dequeue(first);
            server.FailStanza(first.Value, condition, reason);
        }

        Settle();
    }

    void FailVerifications()
    {
        var all = _verifications.ToArray();
        _verifications.Clear();
        foreach (var verification in all)
            verification.Done(null);
    }

    /// <summary>Sets the timer to what comes next, or lets the pair be forgotten.</summary>
    void Settle()
    {
        var nowNs = server.Loop.NowNs;
        var dueNs = long.MaxValue;
        if (_queue.First is { } first)
            dueNs = first.Value.QueuedNs + (server.Options.QueueSeconds * MonotonicTime.Second);
        if (_queue.Count > 0 && !IsTrying && Stream is null)
            dueNs = Math.Min(dueNs, _nextTryNs);
        if (_queue.Count == 0 && _refusedUntilNs > nowNs)
            dueNs = _refusedUntilNs;
        if (dueNs < long.MaxValue)
            server.Loop.Timers.Arm(this, dueNs);
        else
            server.Loop.Timers.Cancel(this);
        if (_queue.Count == 0 && _verifications.Count == 0 && Stream is null && !IsTrying && _refusedUntilNs <= nowNs)
            server.Forget(this);
    }
}
