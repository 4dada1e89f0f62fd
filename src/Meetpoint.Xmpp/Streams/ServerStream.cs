using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;
using Meetpoint.Xmpp.Server;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp.Streams;

/// <summary>One stream between servers, whoever opened it: bytes in and out, its header, its errors and its end.</summary>
abstract partial class ServerStream : IStreamReceiver
{
    /// <summary>Bytes that are sent at once, though the turn has not ended.</summary>
    const int FlushBytes = 16_384;

    /// <summary>Bytes that wait here at most while the connection takes none.</summary>
    const int MaxUnsentBytes = 262_144;

    readonly XmlStreamReader _reader;
    readonly XmppWriter _out = new();
    bool _isMarked;
    bool _isDown;
    string _endReason = "";

    protected ServerStream(XmppServer server, bool isOutgoing)
    {
        Server = server;
        IsOutgoing = isOutgoing;
        _reader = new XmlStreamReader(server.Options.Limits, server.Names);
        _timer = new StreamTimer(this);
        var nowNs = server.Loop.NowNs;
        _beganNs = _lastSentNs = _lastStanzaNs = nowNs;
    }

    internal bool IsOutgoing { get; }

    /// <summary>Pairs whose stanzas go by this stream.</summary>
    internal List<DomainPair> Carried { get; } = [];

    internal NetAddress RemoteAddress { get; private protected set; }

    internal bool IsSecure { get; private protected set; }

    internal StreamPhase Phase { get; private set; }

    protected XmppServer Server { get; }

    protected IStream? Stream { get; set; }

    /// <summary>True once this end's header stands on the present stream.</summary>
    protected bool HasOwnHeader { get; private set; }

    /// <summary>The id that the receiving end gave the stream.</summary>
    protected string StreamId { get; set; } = "";

    /// <summary>True when bytes came that are not whole.</summary>
    protected bool HasPending => _reader.Pending > 0;

    /// <summary>True once the certificate that the other end showed is believed; its names are another question.</summary>
    protected bool IsTrusted { get; private set; }

    /// <summary>Where this end's next bytes go; they leave at the end of the turn.</summary>
    protected XmppWriter Out
    {
        get
        {
            if (!_isMarked)
            {
                _isMarked = true;
                Server.FlushLater(this);
            }

            return _out;
        }
    }

    /// <summary>Which of ours it is for; null while nobody said.</summary>
    protected string? LocalDomain { get; set; }

    /// <summary>Which of theirs it is for, by its own word unless proven; null while nobody said.</summary>
    protected string? RemoteDomain { get; set; }

    public abstract void OnOpened(IStream stream);

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (Phase == StreamPhase.Closed)
            return;
        _reader.Add(bytes);
        Pump();
    }

    public void OnClosed(IStream stream, string reason)
    {
        Phase = StreamPhase.Closed;
        Server.Loop.Timers.Cancel(_timer);
        Down(reason);
        _reader.Dispose();
        _out.Dispose();
        Server.OnEnded(this);
        Report(XmppEventKind.Ended, _endReason);
    }

    /// <summary>Ends the stream by an error (RFC 6120, section 4.9).</summary>
    internal void Fail(string condition, string? text = null)
    {
        if (Phase == StreamPhase.Closed)
            return;
        Report(XmppEventKind.ClosedByUs, text is null ? condition : $"{condition}: {text}");
        if (Phase != StreamPhase.Closing && CanWrite())
        {
            Out.Raw("<stream:error><"u8).Text(condition).Raw(" xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"u8);
            if (text is not null)
                Out.Raw("<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>"u8).Text(text).Raw("</text>"u8);
            Out.Raw("</stream:error></stream:stream>"u8);
        }

        Abort(condition);
    }

    /// <summary>Closes this direction, and the whole once the other end has closed its own.</summary>
    internal void Close(string reason)
    {
        if (Phase is StreamPhase.Closing or StreamPhase.Closed)
            return;
        var canWrite = CanWrite();
        if (canWrite)
            Out.Raw("</stream:stream>"u8);
        if (!canWrite || Phase == StreamPhase.Negotiating)
        {
            Abort(reason);
            return;
        }

        Flush();
        Phase = StreamPhase.Closing;
        Down(reason);
        _closingSinceNs = Server.Loop.NowNs;
        Rearm();
    }

    /// <summary>Hands what was written to the connection.</summary>
    internal void Flush()
    {
        _isMarked = false;
        if (Stream is null || Phase == StreamPhase.Closed)
            return;
        AskForAcknowledgement();
        if (_out.Length == 0)
            return;
        var nowNs = Server.Loop.NowNs;
        if (!Stream.Send(_out.Written))
        {
            if (_blockedSinceNs == 0)
                _blockedSinceNs = nowNs;
            Rearm();
            return;
        }

        _out.Dispose();
        _lastSentNs = nowNs;
        if (_blockedSinceNs == 0)
            return;
        _blockedSinceNs = 0;
        Server.OnUnblocked(this);
    }

    /// <summary>Writes a stanza of a pair that this stream carries.</summary>
    internal WriteResult TryWrite(DomainPair pair, in PendingStanza stanza)
    {
        if (Phase != StreamPhase.Running || (_blockedSinceNs != 0 && _out.Length >= MaxUnsentBytes))
            return WriteResult.Blocked;
        var before = _out.Length;
        Out.Element(stanza.Stanza.Element, XmppNamespaces.Server);
        if (_out.Length - before > Server.Options.Limits.MaxStanzaBytes)
        {
            _out.Truncate(before);
            return WriteResult.TooLarge;
        }

        _lastStanzaNs = Server.Loop.NowNs;
        if (_sm.IsSending)
            _sm.Sent(pair, stanza);
        if (_out.Length >= FlushBytes && _blockedSinceNs == 0)
            Flush();
        if (_sm.Count > Server.Options.MaxUnacknowledged)
            Fail(StreamErrors.PolicyViolation, "too much is not acknowledged");
        return WriteResult.Written;
    }

    protected abstract void OnHeader(XmppElement header);

    /// <summary>A child of the stream that is neither a stanza nor of stream management.</summary>
    protected abstract void OnNegotiation(XmppElement element);

    /// <summary>Nothing passes from now on: once.</summary>
    protected abstract void OnDown(string reason);

    /// <summary>Before the first error can be told, this end's header must stand. False when nothing can be written at all.</summary>
    protected virtual bool CanWrite() => Stream is not null;

    protected void Report(XmppEventKind kind, string detail) =>
        Server.Host.OnEvent(new XmppEvent(kind, IsOutgoing, LocalDomain, RemoteDomain, RemoteAddress, detail));

    protected void WriteHeader(string? from, string? to, string? id)
    {
        HasOwnHeader = true;
        Out.Raw("<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback'"u8)
            .Attribute("from"u8, from).Attribute("to"u8, to).Attribute("id"u8, id).Raw(" version='1.0' xml:lang='en'>"u8);
    }

    /// <summary>A new stream on the same connection. False, and it fails, when bytes were sent ahead of what secures it.</summary>
    protected bool Restart()
    {
        HasOwnHeader = false;
        if (_reader.Restart())
            return true;
        Fail(StreamErrors.PolicyViolation, "bytes came before the stream was begun anew");
        return false;
    }

    /// <summary>Begins TLS; OnOpened comes again.</summary>
    protected void StartTls(string localDomain, string? remoteDomain, bool isDirect)
    {
        Flush();
        Stream!.StartTls(IdentityOf(localDomain, isDirect), remoteDomain, asServer: !IsOutgoing);
    }

    /// <summary>True when the other end has shown a believed certificate with this domain's name.</summary>
    protected bool ProvesByCertificate(string domain) =>
        IsSecure && IsTrusted && Stream?.PeerCertificate is { } certificate && CertificateNames.Has(certificate, domain);

    protected void Run()
    {
        if (Phase != StreamPhase.Negotiating)
            return;
        Phase = StreamPhase.Running;
        _lastStanzaNs = Server.Loop.NowNs;
        Rearm();
    }

    void Pump()
    {
        while (Phase != StreamPhase.Closed && _restUntilNs == 0)
        {
            switch (_reader.Next())
            {
                case XmlStreamEvent.None:
                    NotePartial();
                    return;
                case XmlStreamEvent.Opened:
                    TakeHeader(_reader.Header!);
                    break;
                case XmlStreamEvent.Element:
                    Take(_reader.Element!);
                    break;
                case XmlStreamEvent.Ended:
                    OnPeerEnded();
                    return;
                case XmlStreamEvent.Fault:
                    Fail(StreamErrors.Of(_reader.Fault));
                    return;
            }
        }
    }

    void TakeHeader(XmppElement header)
    {
        if (header.Name != "stream" || header.Namespace != XmppNamespaces.Stream || _reader.DefaultNamespace != XmppNamespaces.Server)
            Fail(StreamErrors.InvalidNamespace);
        else
            OnHeader(header);
    }

    void OnPeerEnded()
    {
        if (Phase != StreamPhase.Closing && CanWrite())
            Out.Raw("</stream:stream>"u8);
        Abort(_endReason.Length > 0 ? _endReason : "closed by the other end");
    }

    /// <summary>Ends it after what was written.</summary>
    void Abort(string reason)
    {
        if (Phase == StreamPhase.Closed)
            return;
        Flush();
        Phase = StreamPhase.Closed;
        Down(reason);
        Stream?.Close();
    }

    void Down(string reason)
    {
        if (_endReason.Length == 0)
            _endReason = reason;
        if (_isDown)
            return;
        _isDown = true;
        OnDown(_endReason);
        Server.OnDown(this, _sm.TakeAll(), _endReason);
    }

    TlsIdentity IdentityOf(string localDomain, bool isDirect)
    {
        var tls = Server.Options.Tls!;
        return new TlsIdentity
        {
            Certificate = () => tls.Certificate(localDomain),
            // Before a stream's header only the client's hello says which domain is meant.
            CertificateFor = isDirect && !IsOutgoing ? name => tls.Certificate(Server.Host.Hosts(name.ToLowerInvariant()) ? name.ToLowerInvariant() : "") : null,
            Chain = () => tls.Chain(localDomain),
            Refuse = Judge,
            ApplicationProtocols = isDirect ? ["xmpp-server"] : [],
        };

        // Who is not believed is let in here: it may yet prove itself by dialback, where that is admitted.
        string? Judge(X509Certificate2? certificate, X509Certificate2Collection sent)
        {
            var distrust = certificate is null ? "no certificate" : tls.Distrust(certificate, sent);
            IsTrusted = distrust is null;
            Distrust = distrust;
            return null;
        }
    }

    /// <summary>Why the other end's certificate is not believed; null when it is.</summary>
    protected string? Distrust { get; private set; }

    static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);
}
