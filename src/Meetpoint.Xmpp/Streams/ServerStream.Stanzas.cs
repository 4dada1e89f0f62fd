using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Xmpp.Streams;

/// <summary>Stanzas that come, the peers that may send them, and their counting (XEP-0198).</summary>
abstract partial class ServerStream
{
    readonly Acknowledgements _sm = new();
    readonly List<XmppPeer> _senders = [];

    /// <summary>Pairs that the other end may send for.</summary>
    protected int SenderCount => _senders.Count;

    /// <summary>From now on the other end may send as this peer.</summary>
    protected void Admit(XmppPeer peer)
    {
        if (!_senders.Exists(known => known.LocalDomain == peer.LocalDomain && known.RemoteDomain == peer.RemoteDomain))
            _senders.Add(peer);
    }

    /// <summary>Begins to count what we send, and asks the other end to.</summary>
    protected void EnableManagement()
    {
        if (_sm.IsSending)
            return;
        Out.Raw("<enable xmlns='urn:xmpp:sm:3'/>"u8);
        _sm.IsSending = true;
    }

    void Take(XmppElement element)
    {
        switch (element.Namespace)
        {
            case XmppNamespaces.Server:
                TakeStanza(element);
                break;
            case XmppNamespaces.StreamManagement:
                TakeManagement(element);
                break;
            case XmppNamespaces.Stream when element.Name == "error":
                TakeError(element);
                break;
            default:
                OnNegotiation(element);
                break;
        }
    }

    void TakeStanza(XmppElement element)
    {
        if (!XmppStanza.TryRead(element, out var stanza))
        {
            Fail(XmppStanza.KindOf(element.Name) is null ? StreamErrors.UnsupportedStanzaType : StreamErrors.ImproperAddressing);
            return;
        }

        if (FindSender(stanza.To.Domain, stanza.From.Domain) is not { } peer)
        {
            // RFC 6120, section 8.1.2.2: nobody speaks for a domain that was not proven on this stream.
            if (_senders.Count == 0)
                Fail(StreamErrors.NotAuthorized, "nothing is proven yet");
            else
                Fail(Server.Host.Hosts(stanza.To.Domain) ? StreamErrors.InvalidFrom : StreamErrors.HostUnknown, $"{stanza.From.Domain} to {stanza.To.Domain}");
            return;
        }

        _lastStanzaNs = Server.Loop.NowNs;
        if (_sm.IsReceiving)
            _sm.Handled = unchecked(_sm.Handled + 1);
        Server.Deliver(stanza, peer);
        if (Phase == StreamPhase.Running && Server.Host.RestNs(peer, Server.Loop.NowNs) is > 0 and var restNs)
            Rest(Server.Loop.NowNs + restNs);
    }

    XmppPeer? FindSender(string localDomain, string remoteDomain)
    {
        foreach (var peer in _senders)
        {
            if (peer.RemoteDomain == remoteDomain && peer.LocalDomain == localDomain)
                return peer;
        }

        return null;
    }

    void TakeManagement(XmppElement element)
    {
        switch (element.Name)
        {
            case "r" when _sm.IsReceiving:
                Out.Raw("<a xmlns='urn:xmpp:sm:3' h='"u8).Text(Number(_sm.Handled)).Raw("'/>"u8);
                break;
            case "a" when _sm.IsSending:
                if (!uint.TryParse(element["h"], System.Globalization.CultureInfo.InvariantCulture, out var handled) || !_sm.TryAcknowledge(handled))
                    Fail(StreamErrors.PolicyViolation, "more is acknowledged than was sent");
                break;
            case "enable":
                TakeEnable();
                break;
            case "enabled" when _sm.IsSending:
                _sm.IsReceiving = true;
                break;
            case "failed" when _sm.IsSending:
                // What was kept was sent over a stream that stands: it is as good as any without counting.
                _sm.TakeAll();
                _sm.AskedNs = 0;
                break;
            case "resume":
                Out.Raw("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"u8);
                break;
            default:
                break;
        }
    }

    void TakeEnable()
    {
        if (!Server.Options.UsesStreamManagement || Phase != StreamPhase.Running || _sm.IsReceiving)
        {
            Out.Raw("<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"u8);
            return;
        }

        Out.Raw("<enabled xmlns='urn:xmpp:sm:3'/>"u8);
        _sm.IsReceiving = true;
        _sm.IsSending = true;
    }

    void AskForAcknowledgement()
    {
        if (!_sm.IsSending || _sm.SinceAsked == 0 || _sm.AskedNs != 0)
            return;
        _out.Raw("<r xmlns='urn:xmpp:sm:3'/>"u8);
        _sm.SinceAsked = 0;
        _sm.AskedNs = Server.Loop.NowNs;
    }

    void TakeError(XmppElement error)
    {
        var condition = error.Elements.FirstOrDefault(static one => one.Namespace == XmppNamespaces.StreamErrors && one.Name != "text")?.Name ?? "undefined-condition";
        var text = error.Element("text", XmppNamespaces.StreamErrors)?.Text;
        _endReason = text is null ? condition : $"{condition}: {text}";
        Report(XmppEventKind.ClosedByPeer, _endReason);
        OnPeerEnded();
    }
}
