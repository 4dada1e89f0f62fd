using System.Collections.Immutable;
using System.Text;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>What every hotspot must be, wherever it came from. Notes every breach with its place.</summary>
static class HotspotRules
{
    /// <summary>The largest group of 802.11 table 9-62.</summary>
    const int LastVenueGroup = 11;

    /// <summary>Checks one.</summary>
    /// <param name="hotspot">With its codes in their usual case: <see cref="HotspotReader"/>.</param>
    /// <param name="at">Where it stands: a JSON pointer.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static void Check(Hotspot hotspot, string at, List<Fault> faults)
    {
        if (hotspot.Id.Length > 0 && (Encoding.UTF8.GetByteCount(hotspot.Id) > HotspotLimits.IdBytes || hotspot.Id.Trim() != hotspot.Id))
            faults.Add(new Fault($"{at}/id", "bad-id", "this is no location id", $"use 1 to {HotspotLimits.IdBytes} bytes without blanks around them"));
        Line($"{at}/id", hotspot.Id, int.MaxValue, faults);
        Line($"{at}/name", hotspot.Name, HotspotLimits.LineChars, faults);
        Degrees($"{at}/latitude", hotspot.Latitude, 90, faults);
        Degrees($"{at}/longitude", hotspot.Longitude, 180, faults);
        Lines($"{at}/address", hotspot.Address, HotspotLimits.AddressLines, HotspotLimits.LineChars, faults);
        Line($"{at}/city", hotspot.City, HotspotLimits.LineChars, faults);
        if (hotspot.Country.Length > 0 && !Countries.IsKnown(hotspot.Country))
            faults.Add(new Fault($"{at}/country", "unknown-country", $"'{hotspot.Country}' is no country", "use a two-letter code of ISO 3166-1 such as GB"));
        Line($"{at}/openingHours", hotspot.OpeningHours, HotspotLimits.LineChars, faults);
        CheckSsids($"{at}/ssids", hotspot, faults);
        if (hotspot.Passpoint is { } passpoint)
            CheckPasspoint($"{at}/passpoint", passpoint, faults);
        CheckCivic($"{at}/civic", hotspot.Civic, faults);
        Range($"{at}/uncertaintyMetres", hotspot.UncertaintyMetres, 0, HotspotLimits.UncertaintyMetres, faults);
        if (hotspot.Since is { } since && hotspot.Until is { } until && until <= since)
            faults.Add(new Fault($"{at}/until", "dates-reversed", "it ends before it begins", "make 'until' later than 'since'"));
        Line($"{at}/note", hotspot.Note, HotspotLimits.NoteChars, faults);
    }

    static void CheckSsids(string at, Hotspot hotspot, List<Fault> faults)
    {
        if (hotspot.Ssids.IsEmpty && hotspot.Security != HotspotSecurity.Passpoint)
            faults.Add(new Fault(at, "missing", "without an SSID nobody finds it", "name at least one, or make the security 'passpoint'"));
        Lines(at, hotspot.Ssids, HotspotLimits.Ssids, int.MaxValue, faults);
        for (var i = 0; i < hotspot.Ssids.Length; i++)
        {
            if (Encoding.UTF8.GetByteCount(hotspot.Ssids[i]) > HotspotLimits.SsidBytes)
                faults.Add(new Fault($"{at}/{i}", "too-long", $"'{hotspot.Ssids[i]}' is no SSID", $"use 1 to {HotspotLimits.SsidBytes} bytes"));
        }
    }

    static void CheckPasspoint(string at, PasspointVenue venue, List<Fault> faults)
    {
        Lines($"{at}/domainNames", venue.DomainNames, HotspotLimits.PasspointNames, int.MaxValue, faults);
        for (var i = 0; i < venue.DomainNames.Length; i++)
        {
            if (AddressText.Canonical(venue.DomainNames[i], out var form) != venue.DomainNames[i] || form != AddressForm.Domain)
                faults.Add(new Fault($"{at}/domainNames/{i}", "bad-address", $"'{venue.DomainNames[i]}' is no domain", "write a domain such as albion.example"));
        }

        Lines($"{at}/roamingConsortia", venue.RoamingConsortia, HotspotLimits.PasspointNames, int.MaxValue, faults);
        for (var i = 0; i < venue.RoamingConsortia.Length; i++)
        {
            if (!RoamingConsortium.IsId(venue.RoamingConsortia[i]))
                faults.Add(new Fault($"{at}/roamingConsortia/{i}", "bad-consortium", $"'{venue.RoamingConsortia[i]}' is no roaming consortium", RoamingConsortium.Mend));
        }

        if (venue.VenueGroup is null != venue.VenueType is null)
            faults.Add(new Fault($"{at}/venueType", "missing", "a venue has a group and a type within it", "set both 'venueGroup' and 'venueType', or neither"));
        Range($"{at}/venueGroup", venue.VenueGroup, 0, LastVenueGroup, faults);
        Range($"{at}/venueType", venue.VenueType, 0, byte.MaxValue, faults);
        Line($"{at}/venueName", venue.VenueName, HotspotLimits.LineChars, faults);
    }

    static void CheckCivic(string at, ImmutableArray<CivicElement> civic, List<Fault> faults)
    {
        if (civic.Length > HotspotLimits.CivicElements)
            faults.Add(new Fault(at, "too-many", $"{civic.Length} elements", $"keep to {HotspotLimits.CivicElements}"));
        for (var i = 0; i < civic.Length; i++)
        {
            Range($"{at}/{i}/type", civic[i].Type, 0, byte.MaxValue, faults);
            Line($"{at}/{i}/value", civic[i].Value, int.MaxValue, faults);
            if (civic[i].Value.Length == 0 || Encoding.UTF8.GetByteCount(civic[i].Value) > HotspotLimits.CivicBytes)
                faults.Add(new Fault($"{at}/{i}/value", "too-long", "this is no civic element", $"use 1 to {HotspotLimits.CivicBytes} bytes"));
        }
    }

    static void Degrees(string at, decimal value, int limit, List<Fault> faults)
    {
        if (value < -limit || value > limit)
            faults.Add(new Fault(at, "out-of-range", FormattableString.Invariant($"{value} is out of range"), $"use -{limit} to {limit} degrees"));
        else if (value.Scale > HotspotLimits.Decimals)
            faults.Add(new Fault(at, "too-exact", FormattableString.Invariant($"{value} has {value.Scale} decimals"), $"use {HotspotLimits.Decimals} at most"));
    }

    static void Range(string at, int? value, int low, int high, List<Fault> faults)
    {
        if (value < low || value > high)
            faults.Add(new Fault(at, "out-of-range", $"{value} is out of range", $"use {low} to {high}"));
    }

    static void Lines(string at, ImmutableArray<string> lines, int most, int chars, List<Fault> faults)
    {
        if (lines.Length > most)
            faults.Add(new Fault(at, "too-many", $"{lines.Length} of them", $"keep to {most}"));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                faults.Add(new Fault($"{at}/{i}", "missing", "it is empty", "leave it out"));
            Line($"{at}/{i}", lines[i], chars, faults);
        }
    }

    // Control characters have no place in what is shown to people and written into other people's configurations.
    static void Line(string at, string? text, int chars, List<Fault> faults)
    {
        if (text is null)
            return;
        if (text.Length > chars)
            faults.Add(new Fault(at, "too-long", $"{text.Length} characters", $"keep to {chars}"));
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029')
                faults.Add(new Fault(at, "control-character", $"it has U+{(int)text[i]:X4} at {i + 1}", "take it out"));
            else if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (!char.IsSurrogate(text[i]))
                continue;
            else
                faults.Add(new Fault(at, "not-unicode", $"it has half a character at {i + 1}", "take it out"));
            if (faults is [.., { } last] && last.Path == at)
                return; // one is enough to mend it
        }
    }
}
