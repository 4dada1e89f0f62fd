using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Reads a hotspot from JSON members, whatever file they came from; notes every fault rather than stop at the first.</summary>
static class HotspotReader
{
    /// <summary>Every member, in the order in which files have them.</summary>
    public static IReadOnlyList<string> Members { get; } =
    [
        "id", "name", "latitude", "longitude", "address", "city", "country", "openingHours", "ssids", "security", "tier", "passpoint", "civic", "uncertaintyMetres", "since", "until", "note",
    ];

    /// <summary>The hotspot; null when there is any fault.</summary>
    /// <param name="members">From outside.</param>
    /// <param name="at">Where they stand: a JSON pointer.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static Hotspot? Read(JsonObject members, string at, List<Fault> faults)
    {
        var before = faults.Count;
        Hotspot hotspot;
        try
        {
            var reader = new ObjectReader(members, at, faults);
            hotspot = Read(reader);
            reader.Close();
        }
        catch (InvalidOperationException)
        {
            // A string of JSON with half a surrogate pair.
            faults.Add(new Fault(at, "not-unicode", "a text has half a character", "take it out"));
            return null;
        }

        if (faults.Count == before)
            HotspotRules.Check(hotspot, at, faults);
        return faults.Count == before ? hotspot : null;
    }

    static Hotspot Read(ObjectReader o) => new()
    {
        Id = o.Text("id"),
        Name = o.Text("name"),
        Latitude = o.Decimal("latitude"),
        Longitude = o.Decimal("longitude"),
        Address = o.Texts("address"),
        City = o.OptionalText("city"),
        Country = o.Text("country").ToUpperInvariant(),
        OpeningHours = o.OptionalText("openingHours"),
        Ssids = o.Texts("ssids"),
        Security = o.Word<HotspotSecurity>("security"),
        Tier = o.Word<HotspotTier>("tier", HotspotTier.Bronze),
        Passpoint = o.Object("passpoint", Passpoint) is { IsEmpty: false } venue ? venue : null,
        Civic = o.Objects("civic", element => new CivicElement(element.OptionalInt("type") ?? -1, element.Text("value"))),
        UncertaintyMetres = o.OptionalInt("uncertaintyMetres"),
        Since = Moment(o, "since"),
        Until = Moment(o, "until"),
        Note = o.OptionalText("note"),
    };

    static PasspointVenue Passpoint(ObjectReader o) => new()
    {
        DomainNames = [.. o.Texts("domainNames").Select(name => name.ToLowerInvariant())],
        RoamingConsortia = [.. o.Texts("roamingConsortia").Select(id => id.ToLowerInvariant())],
        VenueGroup = o.OptionalInt("venueGroup"),
        VenueType = o.OptionalInt("venueType"),
        VenueName = o.OptionalText("venueName"),
    };

    static Instant? Moment(ObjectReader o, string name)
    {
        if (o.OptionalText(name) is not { } text)
            return null;
        if (InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant)
            return instant.Value;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } date)
            return date.Value.AtMidnight().InUtc().ToInstant();
        o.Faults.Add(new Fault(o.Path(name), "bad-date", $"'{text}' is no date", "write an instant such as 2026-01-01T00:00:00Z"));
        return null;
    }
}
