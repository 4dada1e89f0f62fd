using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Messaging;
using Meetpoint.Exchange.Messaging.Meeting;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Roaming.Hotspots;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Net;

namespace Meetpoint.Exchange;

// The parts that the program, the API and tests reach.
public sealed partial class ExchangeNode
{
    /// <summary>True while any call or meeting has media that passes here. From any thread.</summary>
    public bool CarriesMedia => _media.IsInUse;

    /// <summary>Ids of this exchange.</summary>
    public Ids Ids { get; }

    /// <summary>The waist.</summary>
    public Admission Admission { get; }

    /// <summary>Changes the world.</summary>
    public WorldEditor Worlds { get; }

    /// <summary>What happened.</summary>
    public EventLog Events { get; }

    /// <summary>Certificates towards other exchanges.</summary>
    public NniCertificates Certificates { get; }

    /// <summary>The signed messages.</summary>
    public NniNode Nni { get; }

    /// <summary>Usage and statements.</summary>
    public Settlements Settlements { get; }

    /// <summary>Lives of grants.</summary>
    public GrantBook Grants { get; }

    /// <summary>Keys to the API.</summary>
    public ApiKeys Keys { get; }

    /// <summary>The durable state.</summary>
    public Store Store => _options.Store;

    /// <summary>Where SIP is heard, by listener, with true ports.</summary>
    public IReadOnlyDictionary<string, NetAddress> SipAddresses { get; private set; } = new Dictionary<string, NetAddress>();

    /// <summary>Where XMPP servers are heard, with the true port; not set where none are.</summary>
    public NetAddress XmppAddress { get; private set; }

    /// <summary>Where RADIUS is heard over TLS, by listener, with true ports.</summary>
    public IReadOnlyDictionary<string, NetAddress> RadiusTlsAddresses { get; private set; } = new Dictionary<string, NetAddress>();

    /// <summary>Where RADIUS is heard over UDP, by listener, with true ports.</summary>
    public IReadOnlyDictionary<string, RadiusListen> RadiusAddresses { get; private set; } = new Dictionary<string, RadiusListen>();

    internal MeetingParties Parties { get; }

    internal RegistrationBook Registrations { get; }

    internal MeetingService Meetings { get; }

    internal RecordingBook Recordings { get; }

    internal ProviderDirectory Directory { get; }

    internal HotspotService Hotspots { get; }

    internal RoamingSessions Roaming { get; }

    internal LiveMeetings Live => _live;

    internal CallContext Calls => _calls;

    internal Messenger Messages { get; }

    internal MeetNow MeetNow { get; }

    internal PresenceService Presence { get; }

    internal RefusalWriter Refusals { get; }

    internal TraceKeeper Trace { get; }

    internal QualityAlarms Quality { get; }

    internal WorldStore WorldStore => _worldStore;

    internal RadiusHub? Radius => _radius;

    internal IEventLoop RadiusLoop => _options.RadiusLoop ?? _options.Signalling;

    internal IEventLoop Loop => _options.Signalling;
}
