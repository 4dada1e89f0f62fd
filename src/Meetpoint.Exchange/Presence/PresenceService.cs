using Meetpoint.Exchange.Presence.Calls;
using Meetpoint.Exchange.Presence.Pages;
using Meetpoint.Exchange.Presence.Publishing;
using Meetpoint.Exchange.Presence.Sip;
using Meetpoint.Exchange.Presence.Upstream;
using Meetpoint.Exchange.Presence.Xmpp;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Presence;

/// <summary>Presence of one exchange, put together: the hub, who reports to it, and who is shown what. On the loop only.</summary>
sealed class PresenceService
{
    readonly PresenceContext _context;
    readonly Publications _publications;
    readonly PresenceMemory _memory;
    readonly WatcherInformation _winfo;

    public PresenceService(PresenceContext context)
    {
        _context = context;
        context.Hub.Decisions = new DecisionLog(context.Clock);
        _memory = new PresenceMemory(context);
        Upstreams = new PresenceUpstreams(context, _memory);
        Subscriptions = new PresenceSubscriptions(context);
        _publications = new Publications(context);
        Publisher = new OwnUserPublisher(context);
        Phones = new PhoneStates(context);
        Clients = new ClientStates(context);
        Pages = new PhonePages(context);
        _winfo = new WatcherInformation(context) { Events = Subscriptions.Events };
        Subscriptions.Winfo = _winfo;
        Front = new PresenceFront(Subscriptions, _publications, _winfo);
    }

    /// <summary>The schema.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = [SubscriptionRows.Migration, PresenceMemory.Migration, PublicationTags.Migration, XmppRoster.Migration, PhonePageLinks.Migration, SubscriptionRows.RatesMigration];

    /// <summary>Takes what is for presence.</summary>
    public PresenceFront Front { get; }

    public PresenceSubscriptions Subscriptions { get; }

    public PresenceUpstreams Upstreams { get; }

    public PresenceContext Context => _context;

    /// <summary>What clients of the API say.</summary>
    public ClientStates Clients { get; }

    /// <summary>Puts states into the systems of people who have several.</summary>
    public OwnUserPublisher Publisher { get; }

    /// <summary>What calls that cross here say of people.</summary>
    public PhoneStates Phones { get; }

    /// <summary>Streams of the API that are open.</summary>
    public HashSet<Api.PresenceFeed> Feeds { get; } = [];

    /// <summary>Pages that phones fetch.</summary>
    public PhonePages Pages { get; }

    /// <summary>Presence with XMPP servers; null where there are none.</summary>
    public XmppPresenceGateway? Xmpp { get; private set; }

    /// <summary>Stanzas go and come by this border from now on; before <see cref="Start"/>.</summary>
    public void Connect(XmppBorder border, Action<XmppStanza, Action<XmppFailure>?> send)
    {
        Xmpp = new XmppPresenceGateway(_context, border) { Send = send };
        Upstreams.Xmpp = Xmpp;
    }

    /// <summary>What the store has of the time before; from any thread.</summary>
    public PresenceStart Load() => _context.Store.Read(reader => new PresenceStart(
        SubscriptionRows.Load(reader, _context.Node, _context.Now.ToUnixTimeMilliseconds()), PresenceMemory.Load(reader), PublicationTags.Load(reader), XmppRoster.Load(reader)));

    /// <summary>Goes on where the last process stopped. Once the listeners are open.</summary>
    public void Start(PresenceStart start)
    {
        _memory.Recall(start.Devices);
        Xmpp?.Start(start.Roster); // before anybody is watched again, who would be asked for leave anew
        Subscriptions.Restore(start.Subscriptions);
        Publisher.Readmit(start.Tags);
    }

    /// <summary>Says goodbye to whom it would be missed by.</summary>
    public void Stop() => Upstreams.Stop();

    /// <summary>Another world is in force.</summary>
    public void OnWorldApplied()
    {
        Subscriptions.Readmit();
        foreach (var feed in Feeds)
            feed.Readmit();
        Pages.Readmit();
        Upstreams.Readmit();
        Publisher.Readmit();
        Xmpp?.Readmit();
    }

    /// <summary>What is due by now: with the exchange's housekeeping, twice a second.</summary>
    public void Advance(long nowNs)
    {
        var now = _context.Now;
        _context.Hub.Advance(now, nowNs);
        _publications.Advance(nowNs);
        Clients.Advance(nowNs);
        Pages.Advance(nowNs);
        _winfo.Advance(nowNs);
        _memory.Sweep(now);
        Upstreams.Sweep(nowNs);
        Xmpp?.Sweep(nowNs);
    }
}

/// <summary>What the last process left.</summary>
sealed record PresenceStart(IReadOnlyList<SubscriptionRows.Row> Subscriptions, IReadOnlyList<PresenceMemory.Row> Devices,
    IReadOnlyDictionary<(string Address, string Neighbour), string> Tags, IReadOnlyList<XmppRoster.Row> Roster);
