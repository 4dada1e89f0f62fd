using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// What does not cross a border between two providers: what an answer says of the home's own network means nothing, or something else, in the visited one. Class, CUI, keys and
/// whatever bounds the session do cross.
/// </summary>
static class AccessFilter
{
    const AttributeType FramedIpAddress = (AttributeType)8, FramedIpNetmask = (AttributeType)9, FramedRoute = (AttributeType)22, TunnelType = (AttributeType)64, TunnelMedium = (AttributeType)65,
        TunnelClient = (AttributeType)66, TunnelServer = (AttributeType)67, TunnelGroup = (AttributeType)81, TunnelAssignment = (AttributeType)82, EgressVlan = (AttributeType)56, EgressVlanName = (AttributeType)58;

    static readonly AttributeType[] _ofTheHome =
    [
        AttributeType.FilterId, FramedIpAddress, FramedIpNetmask, FramedRoute, TunnelType, TunnelMedium, TunnelClient, TunnelServer, TunnelGroup, TunnelAssignment, AttributeType.TunnelPassword,
        EgressVlan, EgressVlanName,
    ];

    /// <summary>Of an answer to an Access-Request.</summary>
    public static AttributeSet OfAnswers { get; } = new(_ofTheHome);

    /// <summary>The same of an Access-Accept that is given the bounds of an agreement in place of the home's.</summary>
    public static AttributeSet OfBoundedAnswers { get; } = new([.. _ofTheHome, .. SessionBounds.Types]);
}
