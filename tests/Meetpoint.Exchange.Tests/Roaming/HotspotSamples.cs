using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hotspots;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming;

/// <summary>Hotspots for tests.</summary>
static class HotspotSamples
{
    static readonly Gen<string> Word = Gen.Elements(
        "a", "=1+1", "'=x", "''@y", "-5", "+44", "@home", "o'clock", "comma, dot", "semi;colon", "back\\slash", "\"quoted\"", "ünï", "漢字", "😀", "<&>", "x\\;y", "'", "\\");

    /// <summary>Any hotspot that keeps the rules.</summary>
    public static Gen<Hotspot> Any { get; } =
        from id in Word
        from number in Gen.Choose(0, 1_000_000)
        from name in Word
        from latitude in Gen.Choose(-90_000_000, 90_000_000)
        from longitude in Gen.Choose(-180_000_000, 180_000_000)
        from lines in Gen.ListOf(Word)
        from flags in Gen.Choose(0, 255)
        from security in Gen.Elements(Enum.GetValues<HotspotSecurity>())
        from tier in Gen.Elements(Enum.GetValues<HotspotTier>())
        from text in Word
        select new Hotspot
        {
            Id = $"{id}{number}",
            Name = name,
            Latitude = new decimal(Math.Abs(latitude), 0, 0, latitude < 0, 6),
            Longitude = new decimal(Math.Abs(longitude), 0, 0, longitude < 0, 6),
            Address = [.. lines.Take(HotspotLimits.AddressLines)],
            City = (flags & 1) != 0 ? text : null,
            Country = (flags & 2) != 0 ? "GB" : "NZ",
            OpeningHours = (flags & 4) != 0 ? text : null,
            Ssids = [.. lines.Take(3).Prepend("Albion WiFi")],
            Security = security,
            Tier = tier,
            Passpoint = (flags & 8) != 0
                ? new PasspointVenue { DomainNames = ["albion.example"], RoamingConsortia = ["5a03ba", "0123456789"], VenueGroup = flags & 7, VenueType = flags, VenueName = text } : null,
            Civic = (flags & 16) != 0 ? [new CivicElement(3, text), new CivicElement(6, "a=b;c")] : [],
            UncertaintyMetres = (flags & 32) != 0 ? number : null,
            Since = (flags & 64) != 0 ? Instant.FromUnixTimeSeconds(number) : null,
            Until = (flags & 128) != 0 ? Instant.FromUnixTimeSeconds(number + 1L) : null,
            Note = (flags & 1) == 0 ? text : null,
        };

    /// <summary>One at a place.</summary>
    public static Hotspot At(string id, double latitude, double longitude, string name = "Café Zürich", string? city = "London") => new()
    {
        Id = id,
        Name = name,
        Latitude = (decimal)Math.Round(latitude, 9),
        Longitude = (decimal)Math.Round(longitude, 9),
        City = city,
        Country = "GB",
        Ssids = ["Albion"],
        Security = HotspotSecurity.Wpa2Enterprise,
    };

    /// <summary>The same by what is stored.</summary>
    public static void ShouldBeSame(this IEnumerable<Hotspot> hotspots, IEnumerable<Hotspot> expected) => hotspots.Select(Text).ShouldBe(expected.Select(Text));

    /// <summary>What of a document is wrong.</summary>
    public static List<(string Path, string Code)> Faults(this Hotspot hotspot)
    {
        var faults = new List<Fault>();
        HotspotRules.Check(hotspot, "", faults);
        return [.. faults.Select(fault => (fault.Path, fault.Code))];
    }

    public static string Text(Hotspot hotspot) => System.Text.Encoding.UTF8.GetString(StoredHotspot.Bytes(hotspot));
}
