using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hotspots;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A hotspot as the caller may see it.</summary>
/// <param name="Provider">Id of its provider.</param>
/// <param name="ProviderName">What people call the provider.</param>
/// <param name="Hotspot">The hotspot.</param>
/// <param name="Updated">When it became so, here.</param>
/// <param name="DistanceMetres">Along the great circle; null where no point was given.</param>
/// <param name="Price">What the agreement lets the asker's customers be told that it costs, in words; null when it says nothing.</param>
public sealed record HotspotView(string Provider, string ProviderName, Hotspot Hotspot, Instant Updated, double? DistanceMetres, string? Price);

/// <summary>Hotspots that a search found.</summary>
/// <param name="Items">The nearest first, or by name.</param>
/// <param name="HasMore">Whether there may be more: ask for a smaller radius, or with more words.</param>
public sealed record FoundHotspots(IReadOnlyList<HotspotView> Items, bool HasMore);

/// <summary>How a file of hotspots changes what stands.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(KebabEnumConverter<HotspotImportMode>))]
public enum HotspotImportMode
{
    /// <summary>What is in the file is made or replaced; the rest stays.</summary>
    Merge,

    /// <summary>What is not in the file is taken out.</summary>
    Replace,
}

/// <summary>What an import did.</summary>
/// <param name="Created">Hotspots that were not there before.</param>
/// <param name="Changed">That were otherwise before.</param>
/// <param name="Unchanged">That were so already.</param>
/// <param name="Deleted">That are no more.</param>
/// <param name="Total">Hotspots of the provider now.</param>
public sealed record HotspotImportView(int Created, int Changed, int Unchanged, int Deleted, int Total);

/// <summary>What access points say by ANQP.</summary>
/// <param name="Provider">Whose access points.</param>
/// <param name="Hotspot">Of which hotspot; null: of any.</param>
/// <param name="At">The moment of which it is true.</param>
/// <param name="DomainNames">Domains of who runs them.</param>
/// <param name="RoamingConsortia">Consortia, 3 or 5 octets in hexadecimal.</param>
/// <param name="Realms">Realms that are welcome.</param>
/// <param name="VenueGroup">Venue group of 802.11; null without.</param>
/// <param name="VenueType">Venue type within the group; null without.</param>
/// <param name="VenueName">Name of the venue; null without.</param>
public sealed record PasspointView(
    string Provider, string? Hotspot, Instant At, IReadOnlyList<string> DomainNames, IReadOnlyList<string> RoamingConsortia, IReadOnlyList<PasspointRealmView> Realms,
    int? VenueGroup, int? VenueType, string? VenueName);

/// <summary>A realm that is welcome.</summary>
/// <param name="Realm">Its name, or a suffix as *.albion.example.</param>
/// <param name="Provider">The home provider.</param>
/// <param name="Eap">How its customers prove themselves.</param>
public sealed record PasspointRealmView(string Realm, string Provider, IReadOnlyList<EapMethod> Eap);
