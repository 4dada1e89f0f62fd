using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A place with Wi-Fi, as its provider publishes it. Its shape and bounds are <see cref="HotspotRules"/>'.</summary>
public sealed record Hotspot
{
    /// <summary>Location id, unique within its provider: what its access points send as WISPr-Location-ID. 1 to 253 bytes, case counts.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Degrees north in WGS 84, -90 to 90, with the digits that were given.</summary>
    [JsonConverter(typeof(DegreesConverter))]
    public required decimal Latitude { get; init; }

    /// <summary>Degrees east in WGS 84, -180 to 180, with the digits that were given.</summary>
    [JsonConverter(typeof(DegreesConverter))]
    public required decimal Longitude { get; init; }

    /// <summary>Lines of its postal address, without city and country.</summary>
    public ImmutableArray<string> Address { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The city.</summary>
    public string? City { get; init; }

    /// <summary>Country by ISO 3166-1, two capital letters.</summary>
    public required string Country { get; init; }

    /// <summary>When it is open, in words for people.</summary>
    public string? OpeningHours { get; init; }

    /// <summary>Names of its networks; may be empty with Passpoint alone, which is found without.</summary>
    public ImmutableArray<string> Ssids { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>How one gets in.</summary>
    public required HotspotSecurity Security { get; init; }

    /// <summary>The tier of service.</summary>
    public HotspotTier Tier { get; init; }

    /// <summary>What its access points say of themselves by ANQP; null without Passpoint.</summary>
    public PasspointVenue? Passpoint { get; init; }

    /// <summary>Civic location for RFC 5580 (types of RFC 4776 section 3.4); the country is <see cref="Country"/>.</summary>
    public ImmutableArray<CivicElement> Civic { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Radius in metres within which it surely is, for the geospatial location of RFC 5580; null when nobody said.</summary>
    public int? UncertaintyMetres { get; init; }

    /// <summary>In service from here on (inclusive); null: always was.</summary>
    public Instant? Since { get; init; }

    /// <summary>In service until here (exclusive); null: open.</summary>
    public Instant? Until { get; init; }

    /// <summary>Whatever else a visitor should know.</summary>
    public string? Note { get; init; }

    /// <summary>True while it is in service.</summary>
    public bool IsInService(Instant now) => (Since is not { } since || now >= since) && (Until is not { } until || now < until);
}

/// <summary>How one gets into a hotspot.</summary>
[JsonConverter(typeof(KebabEnumConverter<HotspotSecurity>))]
public enum HotspotSecurity
{
    /// <summary>Whoever comes is in.</summary>
    Open,

    /// <summary>An open network with a WISPr portal.</summary>
    Portal,

    /// <summary>WPA2-Enterprise (802.1X).</summary>
    Wpa2Enterprise,

    /// <summary>WPA3-Enterprise (802.1X).</summary>
    Wpa3Enterprise,

    /// <summary>Passpoint: the device finds by itself whether its provider is welcome, and then uses 802.1X.</summary>
    Passpoint,
}

/// <summary>Tier of service, as the Wi-Fi alliances' members tell it in Offered-Service.</summary>
[JsonConverter(typeof(KebabEnumConverter<HotspotTier>))]
public enum HotspotTier
{
    /// <summary>Enough for messages and mail.</summary>
    Bronze,

    /// <summary>Enough for calls.</summary>
    Silver,

    /// <summary>Enough for video.</summary>
    Gold,
}

/// <summary>What a hotspot's access points say of themselves by ANQP (802.11 section 9.4.5). Realms are not among it: they follow from agreements.</summary>
public sealed record PasspointVenue
{
    /// <summary>Domains of who runs it; empty: those of its provider.</summary>
    public ImmutableArray<string> DomainNames { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Its own roaming consortium identifiers, 3 or 5 octets in hexadecimal, lower case.</summary>
    public ImmutableArray<string> RoamingConsortia { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Venue group of 802.11 table 9-62, 0 to 11.</summary>
    public int? VenueGroup { get; init; }

    /// <summary>Venue type within the group, 0 to 255.</summary>
    public int? VenueType { get; init; }

    /// <summary>Name of the venue.</summary>
    public string? VenueName { get; init; }

    /// <summary>True when nothing is said.</summary>
    [JsonIgnore]
    internal bool IsEmpty => DomainNames.IsEmpty && RoamingConsortia.IsEmpty && VenueGroup is null && VenueType is null && VenueName is null;
}

/// <summary>One element of a civic address.</summary>
/// <param name="Type">CAtype of RFC 4776 section 3.4, 0 to 255.</param>
/// <param name="Value">Its value, 1 to 255 bytes.</param>
public sealed record CivicElement(int Type, string Value);
