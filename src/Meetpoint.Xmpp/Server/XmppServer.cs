using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Xmpp.Server;
using Meetpoint.Xmpp.Streams;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp;

/// <summary>
/// An XMPP server towards other servers (RFC 6120), for any number of hosted domains: listens, connects, proves and is proven to, sends and receives
/// stanzas. What they mean is the host's.
/// </summary>
/// <remarks>
/// <para>
/// Use: make an <see cref="IXmppHost"/>, then <c>new XmppServer(network, loop, names, randomness, host, options)</c>, then <see cref="Listen"/> on
/// port 5269. <see cref="IXmppHost.OnStanza"/> hears what comes: from a domain that was proven, to a domain that is hosted. <see cref="Send"/> makes
/// the stream that is needed, or uses the one there is, keeps the order within a pair of domains, and tells of what could not be delivered.
/// </para>
/// <para>All calls and call-backs happen on the loop. Nothing is logged: <see cref="IXmppHost.OnEvent"/> hears what a log would.</para>
/// </remarks>
public sealed class XmppServer : IDisposable
{
    const int StreamIdBytes = 16;
    const int SecretBytes = 32;

    readonly INameResolver _resolver;
    readonly Randomness _randomness;
    readonly Random _generator;
    readonly Action _flush;
    readonly List<IStreamListener> _listeners = [];
    readonly HashSet<ServerStream> _streams = [];
    readonly Dictionary<(string Local, string Remote), DomainPair> _pairs = [];
    List<ServerStream> _marked = [];
    List<ServerStream> _flushing = [];
    int _verifications;
    bool _isDisposed;

    /// <summary>A server that does not listen yet.</summary>
    /// <param name="network">Where connections come from.</param>
    /// <param name="loop">Where everything happens.</param>
    /// <param name="names">Finds the servers of domains.</param>
    /// <param name="randomness">Of stream ids, dialback secret and the order of equal servers.</param>
    /// <param name="host">Whose domains it serves.</param>
    /// <param name="options">Limits and habits.</param>
    public XmppServer(INetwork network, IEventLoop loop, INameResolver names, Randomness randomness, IXmppHost host, XmppServerOptions options)
    {
        Network = network;
        Loop = loop;
        Host = host;
        Options = options;
        _resolver = names;
        _randomness = randomness;
        _generator = randomness.NewGenerator();
        _flush = FlushMarked;
        Keys = new DialbackKeys(options.DialbackSecret ?? randomness.Bytes(SecretBytes));
    }

    /// <summary>Streams that are open or being opened, both ways.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Stanzas that wait for a stream.</summary>
    public int QueuedCount { get; internal set; }

    /// <summary>Limits and habits.</summary>
    public XmppServerOptions Options { get; }

    internal INetwork Network { get; }

    internal IEventLoop Loop { get; }

    internal IXmppHost Host { get; }

    internal DialbackKeys Keys { get; }

    internal XmlNames Names { get; } = new();

    /// <summary>Listens for other servers.</summary>
    /// <param name="local">Where; port 0 takes a free one.</param>
    /// <param name="isDirectTls">TLS from the first byte (XEP-0368), as an SRV record of _xmpps-server tells.</param>
    /// <returns>Where, with the true port.</returns>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    /// <exception cref="InvalidOperationException">Direct TLS without TLS in the options.</exception>
    public NetAddress Listen(NetAddress local, bool isDirectTls = false)
    {
        if (isDirectTls && Options.Tls is null)
            throw new InvalidOperationException("direct TLS needs TLS in the options");
        var listener = Network.Listen(local, null, Loop, stream => Accept(stream, isDirectTls));
        _listeners.Add(listener);
        return listener.Local;
    }

    /// <summary>
    /// Sends a stanza from a hosted domain to another server's. It waits for a stream as long and as many as the options say; those of one pair of
    /// domains arrive in the order of the calls.
    /// </summary>
    /// <param name="stanza">What; not to be changed afterwards.</param>
    /// <param name="failed">
    /// Told once when it cannot be delivered, perhaps within this call. Null: <see cref="IXmppHost.OnUndelivered"/> hears the error for its sender,
    /// unless it is an error itself or the answer to an iq.
    /// </param>
    public void Send(XmppStanza stanza, Action<XmppFailure>? failed = null)
    {
        var pending = new PendingStanza(stanza, failed, Loop.NowNs);
        if (_isDisposed)
            FailStanza(pending, XmppCondition.ServiceUnavailable, "the server has stopped");
        else if (!Host.Hosts(stanza.From.Domain))
            FailStanza(pending, XmppCondition.InternalServerError, $"{stanza.From.Domain} is not hosted here");
        else if (Host.Hosts(stanza.To.Domain))
            FailStanza(pending, XmppCondition.InternalServerError, $"{stanza.To.Domain} is hosted here");
        else if (PairOf(stanza.From.Domain, stanza.To.Domain) is not { } pair)
            FailStanza(pending, XmppCondition.ResourceConstraint, "too many domains");
        else
            pair.Send(pending);
    }

    /// <summary>Stops listening, closes every stream in order, and fails what waits.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (var listener in _listeners)
            listener.Dispose();
        foreach (var pair in _pairs.Values.ToList())
            pair.Stop();
        foreach (var stream in _streams.ToList())
            stream.Close(StreamErrors.SystemShutdown);
        FlushMarked();
    }

    internal string NewId() => Convert.ToHexStringLower(_randomness.Bytes(StreamIdBytes));

    internal void FlushLater(ServerStream stream)
    {
        if (_marked.Count == 0)
            Loop.Post(_flush);
        _marked.Add(stream);
    }

    internal void Deliver(XmppStanza stanza, XmppPeer peer)
    {
        if (!stanza.IsRequest)
            Host.OnStanza(stanza, peer);
        else if (!Host.TryAnswer(stanza, peer))
            Send(ServiceAnswers.Of(stanza, Options));
    }

    internal void FailStanza(in PendingStanza pending, XmppCondition condition, string reason)
    {
        var stanza = pending.Stanza;
        if (pending.Failed is { } failed)
            failed(new XmppFailure(stanza, condition, reason));
        else if (!stanza.IsError && (stanza.Kind != XmppStanzaKind.Iq || stanza.IsRequest))
            Host.OnUndelivered(stanza.Error(condition, reason));
    }

    internal void Verify(string local, string remote, string streamId, string key, Action<bool?> done)
    {
        if (_isDisposed || _verifications >= Options.MaxVerifications || PairOf(local, remote) is not { } pair)
        {
            done(null);
            return;
        }

        _verifications++;
        pair.Verify(new Verification(local, remote, streamId, key, isValid =>
        {
            _verifications--;
            done(isValid);
        }));
    }

    internal void Resolve(string domain, Action<IReadOnlyList<XmppHop>, bool> done) =>
        new XmppResolution(_resolver, Loop, _generator, Options, domain, done).Begin();

    internal bool TryConnect(DomainPair pair, XmppHop hop, out OutgoingStream? stream)
    {
        stream = null;
        if (_isDisposed || _streams.Count >= Options.MaxStreams)
            return false;
        stream = new OutgoingStream(this, pair, hop);
        _streams.Add(stream);
        return true;
    }

    /// <summary>A stream to this domain that a further pair may try to share; null without.</summary>
    internal OutgoingStream? CarrierTo(string remote) => !Options.IsMultiplexing
        ? null
        : _pairs.Values.Where(pair => pair.Remote == remote).Select(static pair => pair.Stream).OfType<OutgoingStream>().FirstOrDefault(static stream => stream.CanDialBack);

    internal void OnProven(XmppPeer peer) => Host.OnEvent(new XmppEvent(
        XmppEventKind.Proven, peer.IsOutgoing, peer.LocalDomain, peer.RemoteDomain, peer.Address, peer.Proof == XmppProof.Certificate ? "certificate" : "dialback"));

    /// <summary>A stream that was opened to us carries the way back, too (XEP-0288).</summary>
    internal void UseBackwards(ServerStream stream, string local, string remote) => PairOf(local, remote)?.OnReady(stream);

    internal void OnUnblocked(ServerStream stream)
    {
        foreach (var pair in stream.Carried.ToArray())
            pair.Drain();
    }

    internal void OnDown(ServerStream stream, IReadOnlyList<(DomainPair Pair, PendingStanza Stanza)> lost, string reason)
    {
        foreach (var pair in stream.Carried.ToArray())
            pair.OnDown(stream, [.. lost.Where(one => one.Pair == pair).Select(static one => one.Stanza)], reason);
    }

    internal void OnEnded(ServerStream stream) => _streams.Remove(stream);

    internal void Forget(DomainPair pair)
    {
        if (_pairs.GetValueOrDefault((pair.Local, pair.Remote)) == pair)
            _pairs.Remove((pair.Local, pair.Remote));
    }

    ServerStream Accept(IStream stream, bool isDirectTls)
    {
        var incoming = new IncomingStream(this, stream, isDirectTls);
        _streams.Add(incoming);
        if (_isDisposed || _streams.Count > Options.MaxStreams)
        {
            Host.OnEvent(new XmppEvent(XmppEventKind.Limited, false, null, null, stream.Remote, "too many streams"));
            incoming.Fail(StreamErrors.ResourceConstraint);
        }

        return incoming;
    }

    DomainPair? PairOf(string local, string remote)
    {
        if (_pairs.TryGetValue((local, remote), out var pair))
            return pair;
        if (_pairs.Count >= Options.MaxPairs)
            return null;
        pair = new DomainPair(this, local, remote);
        _pairs.Add((local, remote), pair);
        return pair;
    }

    void FlushMarked()
    {
        (_marked, _flushing) = (_flushing, _marked);
        foreach (var stream in _flushing)
            stream.Flush();
        _flushing.Clear();
    }
}
