using Meetpoint.Net;
using Meetpoint.Xmpp.Server;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp.Streams;

/// <summary>A stream that we opened (RFC 6120, section 4): we prove our domains to another server, and send.</summary>
sealed class OutgoingStream : ServerStream
{
    readonly DomainPair _pair;
    readonly XmppHop _hop;
    readonly XmppProof _admitted;
    readonly List<DomainPair> _asked = [];
    bool _startedTls;
    bool _triesCertificate;
    bool _isAuthenticated;
    bool _isBidirectional;
    bool _offersManagement;

    internal OutgoingStream(XmppServer server, DomainPair pair, XmppHop hop)
        : base(server, isOutgoing: true)
    {
        _pair = pair;
        _hop = hop;
        _admitted = server.Host.Admits(pair.Local, pair.Remote);
        (LocalDomain, RemoteDomain, RemoteAddress) = (pair.Local, pair.Remote, hop.Address);
        Rearm();
    }

    /// <summary>True once dialback may be spoken: keys told, and keys asked about.</summary>
    internal bool CanDialBack { get; private set; }

    internal void Connect() => Stream = Server.Network.Connect(_hop.Address, null, null, Server.Loop, this);

    public override void OnOpened(IStream stream)
    {
        Stream = stream;
        if (_hop.IsDirectTls && !IsSecure && !_startedTls)
        {
            _startedTls = true;
            StartTls(_pair.Local, _pair.Remote, isDirect: true);
            return;
        }

        IsSecure = _startedTls;
        if (IsSecure && !_admitted.HasFlag(XmppProof.Dialback) && !ProvesByCertificate(_pair.Remote))
        {
            var why = Distrust ?? $"the certificate has not the name {_pair.Remote}";
            Report(XmppEventKind.CertificateRefused, why);
            _pair.OnRefused(this, $"certificate: {why}");
            Fail(StreamErrors.NotAuthorized, "the certificate does not prove the domain");
            return;
        }

        if (Restart())
            WriteHeader(_pair.Local, _pair.Remote, null);
    }

    /// <summary>Proves a further pair of domains on this stream (XEP-0220, section 2.6).</summary>
    internal void DialBack(DomainPair pair)
    {
        _asked.Add(pair);
        Out.Raw("<db:result"u8).Attribute("from"u8, pair.Local).Attribute("to"u8, pair.Remote).Raw(">"u8)
            .Text(Server.Keys.Of(pair.Remote, pair.Local, StreamId)).Raw("</db:result>"u8);
    }

    /// <summary>Asks whether a key is one of theirs.</summary>
    internal void AskAbout(Verification verification)
    {
        Out.Raw("<db:verify"u8).Attribute("from"u8, verification.Local).Attribute("to"u8, verification.Remote).Attribute("id"u8, verification.StreamId).Raw(">"u8)
            .Text(verification.Key).Raw("</db:verify>"u8);
    }

    protected override bool CanWrite() => Stream is not null && HasOwnHeader;

    protected override void OnHeader(XmppElement header)
    {
        StreamId = header["id"] ?? "";
        if (header["version"] is not null)
            return;
        // Before XMPP 1.0 there were no features, and nothing but dialback.
        if (Server.Options.Tls is null)
            Prove(offersCertificate: false);
        else
            Refuse("the other server speaks no XMPP 1.0, and so no TLS");
    }

    protected override void OnNegotiation(XmppElement element)
    {
        switch (element.Namespace)
        {
            case XmppNamespaces.Stream when element.Name == "features":
                TakeFeatures(element);
                break;
            case XmppNamespaces.Tls:
                TakeTls(element);
                break;
            case XmppNamespaces.Sasl when _triesCertificate:
                TakeSasl(element);
                break;
            case XmppNamespaces.Dialback:
                TakeDialback(element);
                break;
            default:
                break;
        }
    }

    protected override void OnDown(string reason)
    {
        foreach (var asked in _asked.ToArray())
            asked.OnAttemptFailed(this, reason);
        _asked.Clear();
        _pair.OnAskedDown(this);
        _pair.OnAttemptFailed(this, reason);
    }

    void TakeFeatures(XmppElement features)
    {
        var options = Server.Options;
        if (!IsSecure && options.Tls is not null)
        {
            if (features.Element("starttls", XmppNamespaces.Tls) is null)
                Refuse("the other server offers no TLS");
            else
                Out.Raw("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"u8);
            return;
        }

        _offersManagement = options.UsesStreamManagement && features.Element("sm", XmppNamespaces.StreamManagement) is not null;
        if (_isAuthenticated)
        {
            CanDialBack = true;
            Ready(_pair, XmppProof.Certificate);
            _pair.AskAboutKeys(this);
            return;
        }

        if (options.IsBidirectional && !_isBidirectional && features.Element("bidi", XmppNamespaces.BidirectionalFeature) is not null)
        {
            _isBidirectional = true;
            Out.Raw("<bidi xmlns='urn:xmpp:bidi'/>"u8);
        }

        Prove(features.Element("mechanisms", XmppNamespaces.Sasl)?.Elements.Any(static one => one.Text.Trim() == "EXTERNAL") ?? false);
    }

    void Prove(bool offersCertificate)
    {
        if (offersCertificate && IsSecure && _admitted.HasFlag(XmppProof.Certificate) && !_pair.AvoidsCertificate)
        {
            _triesCertificate = true;
            Out.Raw("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>"u8).Text(Base64Text.Encode(_pair.Local)).Raw("</auth>"u8);
        }
        else if (_admitted.HasFlag(XmppProof.Dialback))
        {
            CanDialBack = true;
            _pair.AskAboutKeys(this);
            DialBack(_pair);
        }
        else
        {
            Refuse("the other server takes no certificate of ours");
        }
    }

    void TakeTls(XmppElement element)
    {
        if (element.Name != "proceed" || _startedTls)
        {
            Refuse("the other server refuses TLS");
        }
        else if (HasPending)
        {
            Fail(StreamErrors.PolicyViolation, "bytes came before TLS");
        }
        else
        {
            _startedTls = true;
            StartTls(_pair.Local, _pair.Remote, isDirect: false);
        }
    }

    void TakeSasl(XmppElement element)
    {
        _triesCertificate = false;
        if (element.Name == "success")
        {
            _isAuthenticated = true;
            if (Restart())
                WriteHeader(_pair.Local, _pair.Remote, null);
        }
        else
        {
            _pair.AvoidsCertificate = true;
            Report(XmppEventKind.ProofRefused, "EXTERNAL: " + (element.Elements.FirstOrDefault()?.Name ?? element.Name));
            Prove(offersCertificate: false);
        }
    }

    void TakeDialback(XmppElement element)
    {
        var type = element["type"];
        if (!Jid.TryParse(element["to"], out var to) || !Jid.TryParse(element["from"], out var from))
        {
            Fail(StreamErrors.ImproperAddressing);
        }
        else if (element.Name == "verify" && type is not null)
        {
            _pair.OnVerified(to.Domain, from.Domain, element["id"] ?? "", type switch { "valid" => true, "invalid" => false, _ => null });
            if (Phase == StreamPhase.Negotiating && !_asked.Contains(_pair) && !_isAuthenticated && !_pair.HasVerifications)
                Close("nothing more to ask");
        }
        else if (element.Name == "verify")
        {
            var isValid = Server.Keys.Verify(element.Text, from.Domain, to.Domain, element["id"] ?? "");
            Out.Raw("<db:verify"u8).Attribute("from"u8, to.Domain).Attribute("to"u8, from.Domain).Attribute("id"u8, element["id"])
                .Attribute("type"u8, isValid ? "valid" : "invalid").Raw("/>"u8);
        }
        else if (element.Name == "result" && type is not null && _asked.Find(pair => pair.Local == to.Domain && pair.Remote == from.Domain) is { } asked)
        {
            _asked.Remove(asked);
            TakeResult(asked, type, element);
        }
    }

    void TakeResult(DomainPair asked, string type, XmppElement element)
    {
        if (type == "valid")
        {
            Ready(asked, XmppProof.Dialback);
            return;
        }

        var why = element.Element("error", XmppNamespaces.Dialback)?.Elements.FirstOrDefault()?.Name
            ?? element.Element("error", XmppNamespaces.Server)?.Elements.FirstOrDefault()?.Name ?? type;
        Report(XmppEventKind.ProofRefused, $"dialback: {why}");
        asked.OnRefused(this, $"dialback: {why}");
        if (Phase == StreamPhase.Negotiating && !_pair.HasVerifications)
            Close("dialback failed");
    }

    void Ready(DomainPair pair, XmppProof proof)
    {
        // They took our proof; their own is their certificate, or else that DNS led here, which is what dialback proves.
        if (_isBidirectional)
            Admit(new XmppPeer(this, pair.Local, pair.Remote, ProvesByCertificate(pair.Remote) ? XmppProof.Certificate : XmppProof.Dialback));
        var peer = new XmppPeer(this, pair.Local, pair.Remote, proof);
        var isFirst = Phase == StreamPhase.Negotiating;
        Run();
        if (isFirst && _offersManagement)
            EnableManagement();
        Server.OnProven(peer);
        pair.OnReady(this);
    }

    void Refuse(string reason)
    {
        _pair.OnRefused(this, reason);
        Close(reason);
    }
}
