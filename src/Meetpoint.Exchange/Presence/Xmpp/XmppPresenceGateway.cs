using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Upstream;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Presence.Xmpp;

/// <summary>
/// Presence with XMPP servers (RFC 6121, mapped as RFC 8048 has it): their users subscribe to ours and are told one resource, the composed state; ours subscribe to theirs in the watcher's
/// own name, and each resource of theirs is a device. On the loop only.
/// </summary>
sealed partial class XmppPresenceGateway : IStanzaService, IUpstreamGateway
{
    /// <summary>The resource that the composed state of somebody of ours is told as.</summary>
    public const string Resource = "meetpoint";

    /// <summary>Resources of one person, at most.</summary>
    const int MaxResources = 16;

    /// <summary>Subscriptions each way, at most.</summary>
    const int MaxSubscriptions = 500_000;

    /// <summary>So often a server is asked whether what it told still holds: it says nothing when it dies.</summary>
    const long ProbeNs = 600 * MonotonicTime.Second;

    readonly PresenceContext _context;
    readonly XmppBorder _border;
    readonly Dictionary<(string Watcher, string Presentity), XmppWatcher> _watchers = [];
    readonly Dictionary<(string Watcher, string Presentity), XmppContact> _contacts = [];
    long _sweepNs;

    public XmppPresenceGateway(PresenceContext context, XmppBorder border)
    {
        (_context, _border) = (context, border);
        border.Add(this);
    }

    /// <summary>Sends; set once, before the first stanza.</summary>
    public Action<XmppStanza, Action<XmppFailure>?> Send { get; set; } = static (_, _) => { };

    /// <inheritdoc/>
    public XmppStanzaKind Kind => XmppStanzaKind.Presence;

    /// <summary>Those on XMPP servers who watch ours.</summary>
    public IEnumerable<XmppWatcher> Watchers => _watchers.Values;

    /// <summary>Those on XMPP servers who are watched here.</summary>
    public IEnumerable<XmppContact> Contacts => _contacts.Values;

    /// <summary>Goes on with the subscriptions of before.</summary>
    public void Start(IReadOnlyList<XmppRoster.Row> rows)
    {
        foreach (var row in rows)
        {
            if (!Jid.TryParse(row.Watcher, out var watcher) || !Jid.TryParse(row.Presentity, out var presentity))
                continue;
            if (row.IsOurs != 0)
                _contacts[(row.Watcher, row.Presentity)] = new XmppContact(watcher, presentity) { Standing = (XmppStanding)row.Standing };
            else if (_border.NeighbourOf(watcher.Domain) is { } neighbour)
                Admit(watcher, presentity, neighbour, isNew: false);
        }
    }

    /// <inheritdoc/>
    public void Take(XmppStanza stanza, NeighbourEntry neighbour)
    {
        switch (stanza.Type)
        {
            case "subscribe":
                Admit(stanza.From.Bare, stanza.To.Bare, neighbour, isNew: true);
                break;
            case "unsubscribe":
                if (Drop(stanza.From.Bare, stanza.To.Bare))
                    Answer("unsubscribed", stanza.To.Bare, stanza.From.Bare);
                break;
            case "probe":
                if (_watchers.TryGetValue((stanza.From.Bare.ToString(), stanza.To.Bare.ToString()), out var known))
                    Tell(known, isAsked: true);
                else
                    Answer("unsubscribed", stanza.To.Bare, stanza.From.Bare);
                break;
            case "subscribed" or "unsubscribed" or "error":
                TakeAnswer(stanza);
                break;
            case null or "unavailable":
                TakeState(stanza);
                break;
            default:
                break;
        }
    }

    /// <summary>Tells a watcher what is shown, where it differs from what was told.</summary>
    /// <param name="watcher">Who.</param>
    /// <param name="isAsked">Said even where nothing is new: the other side asks.</param>
    public void Tell(XmppWatcher watcher, bool isAsked = false)
    {
        if (watcher.View is not { } view || (!isAsked && watcher.Told is { } told && told.LooksLike(view.User)))
            return;
        watcher.Told = view.User;
        var said = XmppPresence.Of(view.User);
        var stanza = new XmppStanza(XmppStanzaKind.Presence, watcher.Presentity.With(Resource), watcher.Watcher, said.Type);
        if (said.Show is { } show)
            stanza.Add("show", show);
        if (said.Status is { } status)
            stanza.Add("status", status);
        Send(stanza, static _ => { }); // who cannot be reached asks when he is back
    }

    /// <summary>Another world is in force: who may see less, or nothing any more, hears of it now.</summary>
    public void Readmit()
    {
        foreach (var watcher in _watchers.Values.ToList())
        {
            var address = XmppAddresses.AddressOf(watcher.Watcher);
            var origin = _context.Admission.World.Find(address)?.Provider;
            if (_border.NeighbourOf(watcher.Watcher.Domain) is not { } neighbour || origin is null
                || _context.Directory.Find(XmppAddresses.AddressOf(watcher.Presentity)) is not { } target
                || !_context.Policy.TryAdmit(new PresenceAsker(neighbour, origin, address, [], default), target, out var audience, out _))
            {
                Drop(watcher.Watcher, watcher.Presentity);
                Answer("unsubscribed", watcher.Presentity, watcher.Watcher);
                continue;
            }

            if (watcher.View is not { } view || view.Audience == audience)
                continue;
            var renewed = _context.Hub.Watch(target.Address, in audience, watcher);
            _context.Hub.Unwatch(view, watcher);
            watcher.View = renewed;
            Tell(watcher);
        }
    }

    /// <summary>Regularly: asks whether what servers told still holds.</summary>
    public void Sweep(long nowNs)
    {
        if (nowNs < _sweepNs)
            return;
        _sweepNs = nowNs + (30 * MonotonicTime.Second);
        foreach (var contact in _contacts.Values)
        {
            if (contact.Source is { } source && nowNs - contact.AskedNs >= ProbeNs)
            {
                if (source.Presentity.Views.Exists(view => view.Audience.Watcher == source.Audience))
                    Ask(contact);
                else
                    Leave(contact);
            }
        }
    }

    void Admit(Jid watcher, Jid presentity, NeighbourEntry neighbour, bool isNew)
    {
        var key = (watcher.ToString(), presentity.ToString());
        if (_watchers.TryGetValue(key, out var known))
        {
            Answer("subscribed", presentity, watcher);
            Tell(known, isAsked: true);
            return;
        }

        var asker = XmppAddresses.AddressOf(watcher);
        var target = _context.Directory.Find(XmppAddresses.AddressOf(presentity));
        var origin = _context.Admission.World.Find(asker)?.Provider;
        Refusal refusal;
        PresenceAudience audience = default;
        if (target is null || origin is null || _watchers.Count >= MaxSubscriptions)
            refusal = _context.Admission.Refuse(_watchers.Count >= MaxSubscriptions ? RefusalReason.Overload : RefusalReason.NoRoute, default) with { Sender = neighbour, Origin = origin };
        else if (_context.Policy.TryAdmit(new PresenceAsker(neighbour, origin, asker, [], default), target, out audience, out refusal))
            refusal = default;
        if (refusal.Reason != RefusalReason.None || target is null)
        {
            _context.Refusals.Note(in refusal, key.Item2, $"xmpp {key.Item1}");
            Answer("unsubscribed", presentity, watcher);
            if (!isNew)
                Forget(key);
            return;
        }

        var admitted = new XmppWatcher(this, watcher, presentity);
        if (_context.Hub.Watch(target.Address, in audience, admitted) is not { } view)
            return;
        admitted.View = view;
        _watchers[key] = admitted;
        if (!isNew)
        {
            Tell(admitted);
            return;
        }

        Write(new XmppRoster.Row(key.Item1, key.Item2, 0, (long)XmppStanding.Subscribed), () =>
        {
            Answer("subscribed", presentity, watcher);
            Tell(admitted, isAsked: true);
        });
    }

    bool Drop(Jid watcher, Jid presentity)
    {
        var key = (watcher.ToString(), presentity.ToString());
        if (!_watchers.Remove(key, out var known))
            return false;
        if (known.View is { } view)
            _context.Hub.Unwatch(view, known);
        Forget(key);
        return true;
    }

    void Answer(string type, Jid from, Jid to) => Send(new XmppStanza(XmppStanzaKind.Presence, from.Bare, to.Bare, type), static _ => { });

    void Write(XmppRoster.Row row, Action done) => _context.Store.Write(
        transaction =>
        {
            XmppRoster.Put(transaction, row);
            return true;
        }, _ => _context.Loop.Post(done), fault => _context.Log.Fault("presence", fault));

    void Forget((string Watcher, string Presentity) key) => _context.Store.Write(
        transaction =>
        {
            XmppRoster.Remove(transaction, key.Watcher, key.Presentity);
            return true;
        }, static _ => { }, fault => _context.Log.Fault("presence", fault));
}
