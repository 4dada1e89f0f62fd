using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meetpoint.Radius.Streams;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>How RADIUS is spoken with a neighbour: a network access server, a proxy, or the home servers of its provider's customers.</summary>
public sealed record NeighbourRadius
{
    /// <summary>The most servers of one neighbour.</summary>
    public const int MaxServers = 16;

    /// <summary>The most places of one neighbour where access servers take Disconnect.</summary>
    public const int MaxDynamicServers = 1_000;

    /// <summary>What both share over UDP (RFC 2865 section 3), 1 to 255 octets in UTF-8. It goes in and is never shown. Null: it is spoken with over TLS (RFC 6614), where its certificate is its proof.</summary>
    public string? Secret { get; init; }

    /// <summary>
    /// Its home servers in order of preference: "192.0.2.20:1812" over UDP; over TLS an address or a host, "aaa.liberty.example:2083". Those behind the first are asked when it is silent.
    /// Empty: it only asks.
    /// </summary>
    public ImmutableArray<string> Servers { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Where its accounting goes over UDP, server by server; empty: to the port behind each.</summary>
    public ImmutableArray<string> AccountingServers { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Where its access servers take Disconnect and CoA over UDP (RFC 5176), "192.0.2.30:3799": that with the address by which an access server reports, else the first. Empty: nowhere; over
    /// TLS they go back over its own connection (RFC 8559).
    /// </summary>
    public ImmutableArray<string> DynamicServers { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Whether an Access-Request of it must be protected by a Message-Authenticator.</summary>
    public RadiusProtection Protection { get; init; } = RadiusProtection.Required;

    /// <summary>Whether its servers answer Status-Server (RFC 5997), by which they are asked whether they are there.</summary>
    public bool StatusServer { get; init; } = true;

    /// <summary>The one form of RADIUS that it is spoken with over TLS (RFC 9765), "1.0" or "1.1"; null: 1.1 where the other end can.</summary>
    public string? Version { get; init; }

    /// <summary>The same as the handshake wants it.</summary>
    [JsonIgnore]
    internal VersionPolicy Versions => Version switch
    {
        "1.0" => VersionPolicy.Only10,
        "1.1" => VersionPolicy.Only11,
        _ => VersionPolicy.Both,
    };
}

/// <summary>What is asked of Access-Requests over UDP against forgery (CVE-2024-3596).</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(KebabEnumConverter<RadiusProtection>))]
public enum RadiusProtection
{
    /// <summary>Each has a Message-Authenticator, and so has each answer.</summary>
    Required,

    /// <summary>For old access servers that know none: those with Proxy-State must have one, and with EAP anyway; answers need none.</summary>
    Legacy,
}
