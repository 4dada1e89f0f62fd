using System.Security.Cryptography.X509Certificates;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Exchange.Storage;
using Meetpoint.Exchange.Support.Trace;
using Meetpoint.Media.Engine;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Sip.Registrar;
using NodaTime;
using SipTransport = Meetpoint.Sip.SipTransport;

namespace Meetpoint.Exchange;

/// <summary>A place where SIP comes in.</summary>
/// <param name="Name">By which unauthenticated trunks name it.</param>
/// <param name="Transport">What it carries.</param>
/// <param name="Local">Address and port; port 0 takes a free one.</param>
/// <param name="SentBy">For Via and Contact; null for the address itself.</param>
/// <param name="Certificate">What it shows in TLS; null for the certificate that the identity key signs, which exchanges need.</param>
public sealed record SipListen(string Name, SipTransport Transport, NetAddress Local, string? SentBy = null, TlsCertificate? Certificate = null);

/// <summary>Where XMPP servers come in.</summary>
/// <param name="Local">Address and port; port 0 takes a free one.</param>
/// <param name="DirectTls">Address and port of TLS from the first byte (XEP-0368); not set: none.</param>
/// <param name="Certificate">What is shown for every domain served here; null offers no TLS, which suits a trusted network alone.</param>
public sealed record XmppListen(NetAddress Local, NetAddress DirectTls = default, TlsCertificate? Certificate = null);

/// <summary>Everything that an exchange is built from: its place in the world, and the world around it. Nothing is looked up elsewhere.</summary>
public sealed record ExchangeOptions
{
    /// <summary>Domain name of the exchange.</summary>
    public required string Name { get; init; }

    /// <summary>Its long-lived identity.</summary>
    public required IdentityKey Identity { get; init; }

    /// <summary>Host names in its certificates, besides its domain.</summary>
    public IReadOnlyList<string> TlsNames { get; init; } = [];

    /// <summary>Authorities that vouch for SIP trunks and equipment over TLS, where a trunk's record names none; null for those of the machine.</summary>
    public X509Certificate2Collection? TrustedCertificates { get; init; }

    /// <summary>Durable state; the exchange does not dispose of it.</summary>
    public required Store Store { get; init; }

    /// <summary>
    /// Name of this node among those that share the store; it then leases its part of each limit. Null: the store is its own, as a SQLite file is,
    /// and with it the whole of every limit.
    /// </summary>
    public string? Node { get; init; }

    /// <summary>Sockets, or the virtual network.</summary>
    public required INetwork Network { get; init; }

    /// <summary>The loop of signalling.</summary>
    public required IEventLoop Signalling { get; init; }

    /// <summary>The loops of media, at least one; one a core.</summary>
    public required IReadOnlyList<IEventLoop> MediaLoops { get; init; }

    /// <summary>Wall time.</summary>
    public required IClock Clock { get; init; }

    /// <summary>Monotonic time, the same as the loops'.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Finds names.</summary>
    public required INameResolver Names { get; init; }

    /// <summary>The way to other exchanges; null makes one over HTTPS.</summary>
    public Func<NniNeighbours, NniCertificates, INniTransport>? NniTransport { get; init; }

    /// <summary>Where SIP comes in.</summary>
    public IReadOnlyList<SipListen> Sip { get; init; } = [];

    /// <summary>Where XMPP servers come in; null: nowhere, and none is connected to.</summary>
    public XmppListen? Xmpp { get; init; }

    /// <summary>Where RADIUS comes in over UDP; none, here and over TLS: there is no hub.</summary>
    public IReadOnlyList<RadiusListen> Radius { get; init; } = [];

    /// <summary>Where RADIUS comes in over TLS.</summary>
    public IReadOnlyList<RadiusTlsListen> RadiusTls { get; init; } = [];

    /// <summary>The loop of the RADIUS hub; null takes that of signalling.</summary>
    public IEventLoop? RadiusLoop { get; init; }

    /// <summary>Finds names on the loop of the hub; null takes <see cref="Names"/>, where both are one loop.</summary>
    public INameResolver? RadiusNames { get; init; }

    /// <summary>What is granted to endpoints that register.</summary>
    public RegistrarPolicy Registrar { get; init; } = new();

    /// <summary>Where media is bound.</summary>
    public required MediaEngineOptions Media { get; init; }

    /// <summary>The addresses under which meetings are reached.</summary>
    public required MeetingAddresses Meetings { get; init; }

    /// <summary>Hands mail on; null lets it wait in the outbox.</summary>
    public IMailTransport? Mail { get; init; }

    /// <summary>User part of the mailbox that mail comes from; its domain is the provider's.</summary>
    public string MailFrom { get; init; } = "meetings";

    /// <summary>Where invitees answer.</summary>
    public Uri AnswerUrl { get; init; } = new("http://localhost/");

    /// <summary>When a leg is poor, and when that is an alarm.</summary>
    public QualityOptions Quality { get; init; } = new();

    /// <summary>Where messages are kept for traces; null keeps none.</summary>
    public TraceOptions? Trace { get; init; }

    /// <summary>Where recordings of meetings are kept; null: none are made here.</summary>
    public RecordingSettings? Recordings { get; init; }

    /// <summary>Of ids, tokens, codes, keys and the spread of retries; media has its own in <see cref="Media"/>.</summary>
    public Randomness Randomness { get; init; } = Randomness.Secure;

    /// <summary>Writes the log.</summary>
    public required IExchangeLog Log { get; init; }
}
