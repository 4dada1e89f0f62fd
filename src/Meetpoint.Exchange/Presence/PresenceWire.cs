using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence;

/// <summary>Which dialect is spoken to whom: by the record of the neighbour and its equipment's profile, and by the event package.</summary>
static class PresenceWire
{
    /// <summary>The style of who sends or receives.</summary>
    /// <param name="neighbour">The neighbour; null for an endpoint of ours.</param>
    /// <param name="profile">The equipment's profile.</param>
    public static DialectStyle StyleOf(NeighbourEntry? neighbour, EquipmentProfile? profile) =>
        neighbour?.Neighbour.Kind == NeighbourKind.Exchange ? DialectStyle.Exchange : profile?.Presence switch
        {
            PresenceStyle.Cisco => DialectStyle.Cisco,
            PresenceStyle.Microsoft => DialectStyle.Microsoft,
            _ => DialectStyle.Standard,
        };

    /// <summary>
    /// The style of who sends: that of the neighbour that it comes by, also where the person has equipment of another make here, else that of the equipment itself.
    /// </summary>
    public static DialectStyle StyleOf(SipCaller caller) => caller.Sender is { } neighbour ? StyleOf(neighbour) : StyleOf(null, caller.Profile);

    /// <summary>The style of a neighbour by its own profile.</summary>
    public static DialectStyle StyleOf(NeighbourEntry neighbour) => StyleOf(neighbour, neighbour.World.FindProfile(neighbour.Neighbour.Profile));

    /// <summary>The dialect for a subscription; null where it accepts none.</summary>
    public static IPresenceDialect? Choose(IReadOnlyList<string> accept, DialectStyle style, bool isLamp)
    {
        if (!isLamp)
            return PresenceDialects.Choose(accept, style);
        return accept.Count == 0 || AcceptedTypes.Parse(accept).Any(range => AcceptedTypes.Covers(range, LampDialect.Instance.MediaType)) ? LampDialect.Instance : null;
    }

    /// <summary>The dialect of a body; null for one that nobody reads.</summary>
    public static IPresenceDialect? Read(string? mediaType, DialectStyle style) => mediaType is null ? null
        : AcceptedTypes.Bare(mediaType) == LampDialect.Instance.MediaType ? LampDialect.Instance : PresenceDialects.ForContentType(mediaType, style);

    /// <summary>What is accepted of a style, for Accept.</summary>
    public static string AcceptOf(DialectStyle style, bool isLamp = false) => isLamp ? LampDialect.Instance.MediaType : style switch
    {
        DialectStyle.Microsoft => string.Join(", ", PresenceDialects.MicrosoftOrder.Select(dialect => dialect.MediaType)),
        _ => PresenceDialects.Preferred(style).MediaType,
    };

    /// <summary>A name by which a dialect is stored.</summary>
    public static string NameOf(IPresenceDialect dialect) => dialect switch
    {
        LampDialect => "lamp",
        _ => PresenceDialects.All.Select((known, index) => (known, index)).First(pair => ReferenceEquals(pair.known, dialect)) is var (known, index)
            ? $"{known.MediaType}#{index}" : "",
    };

    /// <summary>The dialect of a stored name; null for one of another version.</summary>
    public static IPresenceDialect? ByName(string name) =>
        name == "lamp" ? LampDialect.Instance : PresenceDialects.All.FirstOrDefault(dialect => NameOf(dialect) == name);

    /// <summary>The event package of a neighbour's equipment.</summary>
    public static bool IsLamp(EquipmentProfile? profile) => profile?.Presence == PresenceStyle.DialogInfo;
}
