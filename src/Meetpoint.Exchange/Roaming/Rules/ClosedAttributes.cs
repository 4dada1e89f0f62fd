using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>
/// What does not cross a border between two providers unless their agreement allows it: what a home says of its own network means nothing, or something else, in the visited one. Class, CUI, keys and whatever
/// bounds the session do cross.
/// </summary>
static class ClosedAttributes
{
    const AttributeType FramedIpNetmask = (AttributeType)9, FramedRoute = (AttributeType)22, TunnelType = (AttributeType)64, TunnelMedium = (AttributeType)65, TunnelClient = (AttributeType)66,
        TunnelServer = (AttributeType)67, TunnelGroup = (AttributeType)81, TunnelAssignment = (AttributeType)82, EgressVlan = (AttributeType)56, EgressVlanName = (AttributeType)58;

    /// <summary>Of all that goes from a home to a hotspot.</summary>
    public static ImmutableArray<AttributeType> TowardsHotspot { get; } =
    [
        AttributeType.FilterId, AttributeType.FramedIpAddress, FramedIpNetmask, FramedRoute, TunnelType, TunnelMedium, TunnelClient, TunnelServer, TunnelGroup, TunnelAssignment,
        AttributeType.TunnelPassword, EgressVlan, EgressVlanName,
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => TowardsHotspot.Select(type => RadiusDictionary.Standard.Find(type)?.Name ?? $"Attr-{(int)type}");

    /// <summary>True for an attribute that such packets do not carry across as they are.</summary>
    public static bool Closes(RoamingPacket of, AttributeKey key) => of.GoesToHotspot() && key is { Vendor: 0, Inner: 0 } && TowardsHotspot.Contains(key.Type);

    /// <summary>True for what goes from a home to a hotspot, and not the other way.</summary>
    public static bool GoesToHotspot(this RoamingPacket of) => of is not (RoamingPacket.Request or RoamingPacket.Accounting);
}
