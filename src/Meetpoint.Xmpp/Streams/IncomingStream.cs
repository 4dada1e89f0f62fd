using Meetpoint.Net;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp.Streams;

/// <summary>A stream that another server opened to us (RFC 6120, section 4): it proves its domains, and sends.</summary>
sealed class IncomingStream : ServerStream
{
    /// <summary>Elements that a stream may send before it has proven anything: each costs us an answer.</summary>
    const int MaxUnproven = 256;

    readonly bool _isDirectTls;
    bool _isAuthenticated;
    bool _isBidirectional;
    int _verifying;
    int _unproven;

    internal IncomingStream(XmppServer server, IStream stream, bool isDirectTls)
        : base(server, isOutgoing: false)
    {
        Stream = stream;
        RemoteAddress = stream.Remote;
        _isDirectTls = isDirectTls;
        Rearm();
        if (isDirectTls)
            StartTls("", null, isDirect: true);
    }

    public override void OnOpened(IStream stream)
    {
        IsSecure = true;
        if (!_isDirectTls)
            Restart();
    }

    protected override void OnHeader(XmppElement header)
    {
        var (local, remote) = (DomainOf(header["to"]), DomainOf(header["from"]));
        if (_isAuthenticated && (local != LocalDomain || (remote ?? RemoteDomain) != RemoteDomain))
        {
            Fail(StreamErrors.InvalidFrom, "other domains than were authenticated");
            return;
        }

        LocalDomain = local;
        RemoteDomain = remote ?? RemoteDomain;
        WriteOwnHeader();
        if (header["version"] is not { } version || version.StartsWith("0.", StringComparison.Ordinal))
            Fail(StreamErrors.UnsupportedVersion);
        else if (LocalDomain is null)
            Fail(StreamErrors.ImproperAddressing);
        else if (!Server.Host.Hosts(LocalDomain))
            Fail(StreamErrors.HostUnknown);
        else if (RemoteDomain is not null && IsSecure && !MayProve(LocalDomain, RemoteDomain))
            Refuse(RemoteDomain);
        else
            WriteFeatures();
        if (_isAuthenticated && _isBidirectional)
            Server.UseBackwards(this, LocalDomain!, RemoteDomain!);
    }

    protected override bool CanWrite()
    {
        if (Stream is null)
            return false;
        WriteOwnHeader();
        return true;
    }

    protected override void OnNegotiation(XmppElement element)
    {
        if (Phase == StreamPhase.Negotiating && ++_unproven > MaxUnproven)
        {
            Fail(StreamErrors.PolicyViolation, "too much before anything is proven");
            return;
        }

        switch (element.Namespace)
        {
            case XmppNamespaces.Tls when element.Name == "starttls" && !IsSecure && Server.Options.Tls is not null && LocalDomain is not null:
                Out.Raw("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"u8);
                if (HasPending)
                    Fail(StreamErrors.PolicyViolation, "bytes came before TLS");
                else
                    StartTls(LocalDomain, null, isDirect: false);
                break;
            case XmppNamespaces.Sasl when element.Name == "auth" && MayNegotiate:
                Authenticate(element);
                break;
            case XmppNamespaces.Bidirectional when element.Name == "bidi" && MayNegotiate:
                _isBidirectional = Server.Options.IsBidirectional;
                break;
            case XmppNamespaces.Dialback when MayNegotiate && element["type"] is null:
                TakeDialback(element);
                break;
            default:
                Fail(StreamErrors.UnsupportedStanzaType);
                break;
        }
    }

    protected override void OnDown(string reason)
    {
    }

    /// <summary>Nothing but STARTTLS is spoken of before TLS.</summary>
    bool MayNegotiate => IsSecure || Server.Options.Tls is null;

    static string? DomainOf(string? address) => Jid.TryParse(address, out var jid) && jid.Local is null && jid.Resource is null ? jid.Domain : null;

    bool MayProve(string local, string remote) =>
        Server.Host.Admits(local, remote) is var admitted
        && (admitted.HasFlag(XmppProof.Dialback) || (admitted.HasFlag(XmppProof.Certificate) && ProvesByCertificate(remote)));

    void Refuse(string remote)
    {
        Report(XmppEventKind.CertificateRefused, Distrust ?? $"the certificate has not the name {remote}, or it is not admitted");
        Fail(StreamErrors.NotAuthorized, "the certificate does not prove the domain");
    }

    void WriteOwnHeader()
    {
        if (HasOwnHeader)
            return;
        StreamId = Server.NewId();
        WriteHeader(LocalDomain, RemoteDomain, StreamId);
    }

    void WriteFeatures()
    {
        var options = Server.Options;
        Out.Raw("<stream:features>"u8);
        if (!MayNegotiate)
        {
            Out.Raw("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"u8);
        }
        else
        {
            // XEP-0178: offered only to who would succeed.
            if (!_isAuthenticated && RemoteDomain is not null && MayUseCertificate(RemoteDomain))
                Out.Raw("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms>"u8);
            Out.Raw("<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>"u8);
            if (options.IsBidirectional)
                Out.Raw("<bidi xmlns='urn:xmpp:features:bidi'/>"u8);
            if (options.UsesStreamManagement)
                Out.Raw("<sm xmlns='urn:xmpp:sm:3'/>"u8);
        }

        Out.Raw("</stream:features>"u8);
    }

    bool MayUseCertificate(string remote) => !Server.Host.Hosts(remote) && Server.Host.Admits(LocalDomain!, remote).HasFlag(XmppProof.Certificate) && ProvesByCertificate(remote);

    void Authenticate(XmppElement auth)
    {
        if (_isAuthenticated)
        {
            Fail(StreamErrors.PolicyViolation, "authenticated already");
            return;
        }

        var claimed = auth.Text.Trim() is "" or "=" ? RemoteDomain : DomainOf(Base64Text.Decode(auth.Text));
        if (auth["mechanism"] != "EXTERNAL" || claimed is null || (RemoteDomain is not null && claimed != RemoteDomain) || !MayUseCertificate(claimed))
        {
            Report(XmppEventKind.ProofRefused, $"EXTERNAL: {Distrust ?? $"the certificate has not the name {claimed}"}");
            Out.Raw("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"u8);
            return;
        }

        RemoteDomain = claimed;
        Out.Raw("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"u8);
        _isAuthenticated = true;
        if (!Restart())
            return;
        Prove(LocalDomain!, claimed, XmppProof.Certificate);
    }

    void TakeDialback(XmppElement element)
    {
        var (to, from) = (DomainOf(element["to"]), DomainOf(element["from"]));
        if (to is null || from is null)
        {
            Fail(StreamErrors.ImproperAddressing);
        }
        else if (element.Name == "verify")
        {
            var isValid = Server.Keys.Verify(element.Text, from, to, element["id"] ?? "");
            Answer("verify"u8, to, from, isValid ? "valid" : "invalid", element["id"]);
        }
        else if (element.Name == "result")
        {
            TakeKey(to, from, element.Text);
        }
        else
        {
            Fail(StreamErrors.UnsupportedStanzaType);
        }
    }

    void TakeKey(string local, string remote, string key)
    {
        // Nobody else is a domain of ours.
        var admitted = Server.Host.Hosts(local) && !Server.Host.Hosts(remote) ? Server.Host.Admits(local, remote) : XmppProof.None;
        if (!Server.Host.Hosts(local))
            AnswerError(local, remote, "item-not-found");
        else if (admitted.HasFlag(XmppProof.Certificate) && ProvesByCertificate(remote))
            // XEP-0344: who has proven by certificate already needs no question.
            Verified(local, remote, true, XmppProof.Certificate);
        else if (!admitted.HasFlag(XmppProof.Dialback))
            AnswerError(local, remote, "policy-violation");
        else if (SenderCount + _verifying >= Server.Options.MaxPairsPerStream)
            AnswerError(local, remote, "resource-constraint");
        else
        {
            _verifying++;
            Server.Verify(local, remote, StreamId, key.Trim(), isValid =>
            {
                _verifying--;
                if (isValid is { } known)
                    Verified(local, remote, known, XmppProof.Dialback);
                else
                    AnswerError(local, remote, "remote-server-timeout");
            });
        }
    }

    void Verified(string local, string remote, bool isValid, XmppProof proof)
    {
        if (Phase is StreamPhase.Closing or StreamPhase.Closed)
            return;
        Answer("result"u8, local, remote, isValid ? "valid" : "invalid", null);
        if (isValid)
        {
            Prove(local, remote, proof);
            return;
        }

        Report(XmppEventKind.ProofRefused, $"dialback: {remote} did not confirm the key");
        // XEP-0220, section 2.4.2: where nothing is proven the stream ends.
        if (SenderCount == 0)
            Close("dialback failed");
    }

    void Prove(string local, string remote, XmppProof proof)
    {
        var peer = new XmppPeer(this, local, remote, proof);
        Admit(peer);
        LocalDomain ??= local;
        RemoteDomain ??= remote;
        Run();
        Server.OnProven(peer);
        // After SASL the new stream's header goes first.
        if (_isBidirectional && HasOwnHeader)
            Server.UseBackwards(this, local, remote);
    }

    void Answer(ReadOnlySpan<byte> name, string from, string to, string type, string? id)
    {
        Out.Raw("<db:"u8).Raw(name).Attribute("from"u8, from).Attribute("to"u8, to).Attribute("type"u8, type).Attribute("id"u8, id).Raw("/>"u8);
    }

    void AnswerError(string from, string to, string condition)
    {
        if (Phase is StreamPhase.Closing or StreamPhase.Closed)
            return;
        Report(XmppEventKind.ProofRefused, $"dialback: {condition} for {to} to {from}");
        Out.Raw("<db:result"u8).Attribute("from"u8, from).Attribute("to"u8, to).Raw(" type='error'><error type='cancel'><"u8).Text(condition)
            .Raw(" xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>"u8);
    }
}
