using System.Globalization;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using NodaTime.Text;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>An advertisement as lines of a hostapd configuration, to be put behind those of the network itself.</summary>
static class HostapdText
{
    /// <summary>Realms and methods of one line that hostapd takes (MAX_NAI_REALMS, MAX_NAI_EAP_METHODS).</summary>
    const int RealmsOfLine = 10, MethodsOfLine = 5;

    /// <summary>Kind of network (802.11 table 9-211): one that is open to the public, who pays.</summary>
    const int ChargeablePublic = 2;

    /// <summary>Octets of a venue's name (802.11 section 9.4.5.4).</summary>
    const int VenueNameBytes = 252;

    /// <summary>The lines.</summary>
    public static string Of(PasspointAdvertisement advertisement)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Passpoint of {advertisement.Provider.Id}, by the agreements in force at {InstantPattern.General.Format(advertisement.At)}\n");
        text.Append(CultureInfo.InvariantCulture, $"interworking=1\ninternet=1\naccess_network_type={ChargeablePublic}\nhs20=1\n");
        AppendVenue(text, advertisement.Hotspot?.Passpoint);
        if (advertisement.DomainNames.Count > 0)
            text.Append("domain_name=").AppendJoin(',', advertisement.DomainNames).Append('\n');
        foreach (var consortium in advertisement.RoamingConsortia)
            text.Append("roaming_consortium=").Append(consortium).Append('\n');

        // Realms that are proved alike share a line. A suffix is told as the domain itself, as the element knows no wildcard.
        foreach (var alike in advertisement.Realms.GroupBy(realm => Methods(realm.Realm), StringComparer.Ordinal))
        {
            foreach (var line in alike.Select(realm => realm.Realm.Domain).Distinct(StringComparer.Ordinal).Chunk(RealmsOfLine))
                text.Append("nai_realm=0,").AppendJoin(';', line).Append(alike.Key).Append('\n');
        }

        return text.ToString();
    }

    static void AppendVenue(StringBuilder text, PasspointVenue? venue)
    {
        if (venue is { VenueGroup: { } group, VenueType: { } type })
            text.Append(CultureInfo.InvariantCulture, $"venue_group={group}\nvenue_type={type}\n");
        if (venue?.VenueName is { } name)
            text.Append("venue_name=eng:").Append(Cut(name)).Append('\n');
    }

    static string Cut(string name)
    {
        while (Encoding.UTF8.GetByteCount(name) > VenueNameBytes)
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        return name;
    }

    static string Methods(Realm realm) => string.Concat(realm.Eap.Take(MethodsOfLine).Select(EapForms.Of).Select(form => string.Create(
        CultureInfo.InvariantCulture, $",{form.Type}{string.Concat(form.Anqp.Select(parameter => $"[{parameter.Id}:{parameter.Value}]"))}")));
}
