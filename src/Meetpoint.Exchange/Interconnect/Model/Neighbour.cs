using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What kind of system is adjacent.</summary>
[JsonConverter(typeof(KebabEnumConverter<NeighbourKind>))]
public enum NeighbourKind
{
    /// <summary>Another exchange, over the NNI.</summary>
    Exchange,

    /// <summary>A SIP trunk of a provider's own network.</summary>
    SipTrunk,

    /// <summary>An XMPP server, or the XMPP servers of the domains that routes lead to it.</summary>
    Xmpp,

    /// <summary>A RADIUS system of a provider's network: access servers, a proxy, home servers.</summary>
    Radius,
}

/// <summary>An adjacent system that sends to or receives from this exchange. Belongs to one provider.</summary>
public sealed record Neighbour
{
    /// <summary>Unique among neighbours.</summary>
    public required string Id { get; init; }

    /// <summary>Whose system it is.</summary>
    public required string Provider { get; init; }

    /// <summary>What it is.</summary>
    public required NeighbourKind Kind { get; init; }

    /// <summary>Domain name of the other exchange; for the kind exchange only.</summary>
    public string? Exchange { get; init; }

    /// <summary>Pinned identity key: the JWK thumbprint (RFC 7638, SHA-256, base64url) of its P-256 key; for the kind exchange only.</summary>
    public string? IdentityKey { get; init; }

    /// <summary>Where its signed messages go, as "https://nni.liberty.example:8443/"; for the kind exchange only.</summary>
    public string? NniUrl { get; init; }

    /// <summary>Where calls to it go, as "sip:liberty.example;transport=tls".</summary>
    public string? SipUri { get; init; }

    /// <summary>Further host names under which it is addressed, in order of preference.</summary>
    public ImmutableArray<string> SipHosts { get; init; } = [];

    /// <summary>Names, one of which its certificate must carry (RFC 5922 section 7).</summary>
    public ImmutableArray<string> TlsNames { get; init; } = [];

    /// <summary>
    /// Authorities that vouch for this trunk's names and for no other's: certificates in PEM. Null leaves it to those of the configuration, or of the
    /// machine.
    /// </summary>
    public string? TlsCa { get; init; }

    /// <summary>Addresses that an unauthenticated trunk sends from; only together with <see cref="Listener"/>.</summary>
    public ImmutableArray<string> SourceAddresses { get; init; } = [];

    /// <summary>Name of the listener or tunnel that an unauthenticated trunk comes in by.</summary>
    public string? Listener { get; init; }

    /// <summary>Equipment profile of what it sends.</summary>
    public string Profile { get; init; } = EquipmentProfile.GenericId;

    /// <summary>Providers, besides its own and those that its exchange serves, on whose behalf it may speak.</summary>
    public ImmutableArray<string> SpeaksFor { get; init; } = [];

    /// <summary>How it writes numbers; null: as its provider's customers do, and another exchange with a plus and the country code.</summary>
    public Numbering? Numbering { get; init; }

    /// <summary>
    /// Whether what it asserts of its callers is believed, within the addresses of the providers that it speaks for; and whether it may be told
    /// identities that callers withhold, where the agreement lets it.
    /// </summary>
    public IdentityTrust Identity { get; init; } = IdentityTrust.Trusted;

    /// <summary>How presence is had from it and given to it.</summary>
    public NeighbourPresence Presence { get; init; } = new();

    /// <summary>Where an XMPP server is met, as "xmpp.liberty.example:5269"; null asks the DNS for each of its domains.</summary>
    public string? XmppHost { get; init; }

    /// <summary>Whether an XMPP server may prove its domains by dialback (XEP-0220), where it has no certificate for them that is trusted here.</summary>
    public bool Dialback { get; init; }

    /// <summary>How RADIUS is spoken with it; for the kinds radius and exchange.</summary>
    public NeighbourRadius? Radius { get; init; }

    /// <summary>True when RADIUS is spoken with it over TLS: another exchange, or whoever has names in its certificate.</summary>
    [JsonIgnore]
    internal bool HasRadiusTls => Radius is not null && (Kind == NeighbourKind.Exchange || TlsNames.Length > 0);

    /// <summary>True when it proves itself by certificate; false is shown as unauthenticated.</summary>
    [JsonIgnore]
    public bool IsAuthenticated => Kind == NeighbourKind.Exchange || TlsNames.Length > 0 || (Kind == NeighbourKind.Xmpp && !Dialback);
}
