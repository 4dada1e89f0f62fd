using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Net;

namespace Meetpoint.Configuration;

/// <summary>meetpoint.yaml: how this process runs. What it carries for whom is in the store, put there by apply.</summary>
public sealed record ExchangeConfiguration
{
    /// <summary>Domain name of this exchange; its identity towards others.</summary>
    public required string Exchange { get; init; }

    /// <summary>Folder of keys and, with SQLite, of the store.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The identity key (PEM), made at the first use.</summary>
    public string IdentityKeyPath => Path.Combine(DataFolder, "identity.pem");

    /// <summary>The store, with SQLite.</summary>
    public string StorePath => Path.Combine(DataFolder, "meetpoint.db");

    /// <summary>The newest SIP messages, for traces.</summary>
    public string TracePath => Path.Combine(DataFolder, "trace.ring");

    /// <summary>PostgreSQL connection string; null for SQLite in the data folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>Name of this process among those that share the database.</summary>
    public string StoreNode { get; init; } = "node-1";

    /// <summary>Where the API is served; not set: on the administration socket alone.</summary>
    public NetAddress ApiListen { get; init; }

    /// <summary>Where what is served at <see cref="ApiListen"/> is reached through a proxy, with its path; null: as it was asked for.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The administration socket; its file mode says who is operator.</summary>
    public required string AdminSocket { get; init; }

    /// <summary>Where other exchanges connect.</summary>
    public NetAddress NniListen { get; init; }

    /// <summary>Host names in the exchange's certificates, besides its domain.</summary>
    public IReadOnlyList<string> TlsNames { get; init; } = [];

    /// <summary>Where SIP comes in.</summary>
    public IReadOnlyList<SipListenerConfiguration> Sip { get; init; } = [];

    /// <summary>Where XMPP servers come in; null: nowhere.</summary>
    public XmppConfiguration? Xmpp { get; init; }

    /// <summary>Where RADIUS is heard.</summary>
    public IReadOnlyList<RadiusListenerConfiguration> Radius { get; init; } = [];

    /// <summary>File with the authorities that vouch for SIP over TLS (PEM); null for those of the machine.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>Address that media is sent from and received on.</summary>
    public NetAddress MediaAddress { get; init; }

    /// <summary>First UDP port of media.</summary>
    public int MediaPortFirst { get; init; } = 20_000;

    /// <summary>Last UDP port of media.</summary>
    public int MediaPortLast { get; init; } = 29_999;

    /// <summary>Media threads.</summary>
    public int MediaThreads { get; init; } = 1;

    /// <summary>Name servers; empty for those of the machine.</summary>
    public IReadOnlyList<NetAddress> NameServers { get; init; } = [];

    /// <summary>Relays for browsers behind a wall; null: none.</summary>
    public RelayOptions? Relays { get; init; }

    /// <summary>Mail server; not set: invitations wait in the outbox.</summary>
    public MailConfiguration? Mail { get; init; }

    /// <summary>Telephone number that asks for a meeting's code.</summary>
    public string? EntryNumber { get; init; }

    /// <summary>User part of the SIP URI that asks for a meeting's code.</summary>
    public string EntryUser { get; init; } = "meet";

    /// <summary>Participants that this exchange carries at once.</summary>
    public int Ports { get; init; } = 1_000;

    /// <summary>Estimated score of a leg below which it is poor.</summary>
    public double QualityPoorBelow { get; init; } = 3.1;

    /// <summary>Windows of ten seconds that it is poor before that is an alarm.</summary>
    public int QualityAlarmWindows { get; init; } = 2;

    /// <summary>Where recordings of meetings are kept.</summary>
    public required RecordingsConfiguration Recordings { get; init; }

    /// <summary>Megabytes of SIP messages that are kept for traces; 0 keeps none.</summary>
    public int TraceMegabytes { get; init; } = 64;
}

/// <summary>A place where SIP comes in.</summary>
/// <param name="Name">By which unauthenticated trunks name it.</param>
/// <param name="Transport">udp, tcp or tls.</param>
/// <param name="Listen">Address and port.</param>
/// <param name="SentBy">host:port for Via and Contact; null for the address itself.</param>
/// <param name="Certificate">File with its certificate (PEM); null for the one that the identity key signs.</param>
/// <param name="Key">File with the certificate's key (PEM).</param>
public sealed record SipListenerConfiguration(
    string Name, string Transport, NetAddress Listen, string? SentBy, string? Certificate = null, string? Key = null);

/// <summary>Where XMPP servers come in.</summary>
/// <param name="Listen">Address and port.</param>
/// <param name="DirectTls">Address and port of TLS from the first byte; not set: none.</param>
/// <param name="Certificate">File with the certificate for all domains served here (PEM); null: no TLS.</param>
/// <param name="Key">File with the certificate's key (PEM).</param>
public sealed record XmppConfiguration(NetAddress Listen, NetAddress DirectTls, string? Certificate, string? Key);

/// <summary>Recordings of meetings.</summary>
/// <param name="Folder">Of their files.</param>
/// <param name="KeepDays">Days until they are deleted.</param>
/// <param name="Megabytes">Of all of them together; 0: nothing is recorded here.</param>
public sealed record RecordingsConfiguration(string Folder, int KeepDays, int Megabytes);

/// <summary>The mail server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port.</param>
/// <param name="StartTls">Whether STARTTLS is asked for.</param>
/// <param name="User">User name; null for none.</param>
/// <param name="PasswordFile">File with the password.</param>
/// <param name="From">User part of the mailbox that mail comes from.</param>
/// <param name="AnswerUrl">Where invitees answer.</param>
public sealed record MailConfiguration(string Host, int Port, bool StartTls, string? User, string? PasswordFile, string From, string AnswerUrl);

/// <summary>A listener of RADIUS.</summary>
/// <param name="Name">By which access servers name it.</param>
/// <param name="IsTls">Over TLS, else over UDP.</param>
/// <param name="Listen">Of Access-Requests; over TLS of everything.</param>
/// <param name="Accounting">Of Accounting-Requests over UDP; not set: the port behind.</param>
/// <param name="Dynamic">Of the home servers' Disconnect- and CoA-Requests over UDP; not set: nowhere.</param>
/// <param name="Certificate">File with the certificate shown in TLS (PEM); null: the identity key's.</param>
/// <param name="Key">File with the certificate's key (PEM).</param>
public sealed record RadiusListenerConfiguration(string Name, bool IsTls, NetAddress Listen, NetAddress Accounting, NetAddress Dynamic = default, string? Certificate = null, string? Key = null);
