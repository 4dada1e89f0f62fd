using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Upstream;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Presence.Xmpp;

// The way out: people on XMPP servers who are watched here.
sealed partial class XmppPresenceGateway
{
    /// <inheritdoc/>
    public void Want(Presentity presentity, PresenceWay way, string watcher)
    {
        if (_border.Addresses.Shown(watcher) is not { } from || XmppAddresses.Of(way.Address) is not { } to)
            return;
        var key = (from.ToString(), to.ToString());
        if (!_contacts.TryGetValue(key, out var contact))
        {
            if (_contacts.Count >= MaxSubscriptions)
                return;
            _contacts[key] = contact = new XmppContact(from, to);
        }

        if (contact.Source is not null)
            return;
        contact.Source = _context.Hub.Open(
            presentity.Address, way.Neighbour.Neighbour.Id, presentity.Views.Exists(view => view.Audience.Watcher == watcher) ? watcher : null, isWhole: true);
        Ask(contact);
    }

    /// <summary>Asks for leave, or where that was given for the state.</summary>
    void Ask(XmppContact contact)
    {
        contact.AskedNs = _context.Loop.NowNs;
        var stanza = new XmppStanza(XmppStanzaKind.Presence, contact.Watcher, contact.Presentity, contact.Standing == XmppStanding.Subscribed ? "probe" : "subscribe");
        if (contact.Standing == XmppStanding.Asked)
        {
            Write(new XmppRoster.Row(contact.Watcher.ToString(), contact.Presentity.ToString(), 1, (long)XmppStanding.Asked), () => Send(stanza, failure => OnUnreached(contact, failure)));
            return;
        }

        Send(stanza, failure => OnUnreached(contact, failure));
    }

    /// <summary>The server cannot be reached: what it said last is all that is known, and it is asked again soon.</summary>
    void OnUnreached(XmppContact contact, XmppFailure failure)
    {
        contact.AskedNs = _context.Loop.NowNs - ProbeNs + (60 * Net.MonotonicTime.Second);
        if (contact.Source is { } source)
            _context.Hub.Lose(source, _context.Now);
    }

    void TakeAnswer(XmppStanza stanza)
    {
        if (!_contacts.TryGetValue((stanza.To.Bare.ToString(), stanza.From.Bare.ToString()), out var contact))
            return;
        switch (stanza.Type)
        {
            case "subscribed":
                if (contact.Standing == XmppStanding.Subscribed)
                    return;
                contact.Standing = XmppStanding.Subscribed;
                Write(new XmppRoster.Row(contact.Watcher.ToString(), contact.Presentity.ToString(), 1, (long)XmppStanding.Subscribed), () => Ask(contact));
                break;
            case "unsubscribed":
                contact.Standing = XmppStanding.Asked;
                contact.Resources.Clear();
                Report(contact);
                Forget((contact.Watcher.ToString(), contact.Presentity.ToString()));
                break;
            default:
                if (contact.Source is { } source)
                    _context.Hub.Lose(source, _context.Now);
                break;
        }
    }

    /// <summary>A resource says what it does; its server says it to everyone who may know, each by name.</summary>
    void TakeState(XmppStanza stanza)
    {
        if (!_contacts.TryGetValue((stanza.To.Bare.ToString(), stanza.From.Bare.ToString()), out var contact))
            return;
        if (contact.Standing == XmppStanding.Asked)
        {
            // A state is leave enough: its server tells it only to whom it may.
            contact.Standing = XmppStanding.Subscribed;
            Write(new XmppRoster.Row(contact.Watcher.ToString(), contact.Presentity.ToString(), 1, (long)XmppStanding.Subscribed), static () => { });
        }

        var resource = stanza.From.Resource ?? "";
        var said = new XmppPresence(stanza.Type, stanza.Text("show"), stanza.Text("status"), sbyte.TryParse(stanza.Text("priority"), out var priority) ? priority : (sbyte)0);
        if (stanza.Type == "unavailable")
        {
            if (resource.Length == 0)
                contact.Resources.Clear();
            else
                contact.Resources.Remove(resource);
        }
        else if (said.ToState() is { } state && (contact.Resources.ContainsKey(resource) || contact.Resources.Count < MaxResources))
        {
            contact.Resources[resource] = state;
        }

        Report(contact);
    }

    /// <summary>Each resource is a device; without any she is offline.</summary>
    void Report(XmppContact contact)
    {
        if (contact.Source is not { } source)
            return;
        IReadOnlyList<ReportedState> states = contact.Resources.Count == 0 && contact.Standing == XmppStanding.Subscribed
            ? [new ReportedState { Device = "xmpp", State = new PresenceState(Activity.Offline), Kind = SourceKind.Client }]
            : [.. contact.Resources.Select(pair => new ReportedState { Device = NameOf(pair.Key), State = pair.Value, Kind = SourceKind.Client, Capabilities = Capabilities.Message })];
        _context.Hub.Report(source, states, _context.Now, _context.Loop.NowNs);
    }

    static string NameOf(string resource) => resource.Length == 0 ? "xmpp" : resource.Length <= ReportedState.MaxDeviceLength ? resource : resource[..ReportedState.MaxDeviceLength];

    void Leave(XmppContact contact)
    {
        if (contact.Source is not { } source)
            return;
        contact.Source = null;
        contact.Resources.Clear();
        _context.Hub.Close(source);
    }
}
