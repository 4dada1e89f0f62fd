using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>How much is shown of somebody's presence; each shows what those before it show.</summary>
[JsonConverter(typeof(KebabEnumConverter<PresenceLevel>))]
public enum PresenceLevel
{
    /// <summary>Nothing: subscriptions are refused.</summary>
    Nothing,

    /// <summary>Free, busy, away or not there.</summary>
    FreeBusy,

    /// <summary>What somebody does, and since when; of each device where the watcher's system can show it.</summary>
    Activity,

    /// <summary>Notes in the person's own words besides.</summary>
    Note,
}

/// <summary>What presence crosses under an agreement.</summary>
public sealed record PresenceTerms
{
    /// <summary>What a's customers show b's.</summary>
    public PresenceLevel ShownByA { get; init; } = PresenceLevel.Note;

    /// <summary>What b's customers show a's.</summary>
    public PresenceLevel ShownByB { get; init; } = PresenceLevel.Note;

    /// <summary>
    /// True where each party leaves it to the other's exchange who of its customers may see what: then one subscription for all watchers of a presentity
    /// crosses, in place of one each.
    /// </summary>
    public bool Delegated { get; init; }
}

/// <summary>The style in which a make of equipment writes presence.</summary>
[JsonConverter(typeof(KebabEnumConverter<PresenceStyle>))]
public enum PresenceStyle
{
    /// <summary>PIDF with RPID, as the RFCs have it.</summary>
    Pidf,

    /// <summary>As a Cisco-style call control and its presence server.</summary>
    Cisco,

    /// <summary>As a Microsoft-style client and server.</summary>
    Microsoft,

    /// <summary>Dialog states alone (RFC 4235): phones that show lamps.</summary>
    DialogInfo,
}

/// <summary>How the exchange tells a system of the states of that system's own users that it has from elsewhere.</summary>
[JsonConverter(typeof(KebabEnumConverter<PresencePublishing>))]
public enum PresencePublishing
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>PUBLISH with PIDF (RFC 3903).</summary>
    Publish,

    /// <summary>SERVICE with a category publication, as a trusted application does in the Microsoft style.</summary>
    Service,
}

/// <summary>How presence is had from a neighbour, and given to it.</summary>
public sealed record NeighbourPresence
{
    /// <summary>Messages a second towards a Microsoft-style system that has not put us on its list.</summary>
    public const int UsualMicrosoftPace = 20;

    /// <summary>True where it answers SUBSCRIBE for its users.</summary>
    public bool Subscribe { get; init; } = true;

    /// <summary>How its own users' states of other systems are told to it.</summary>
    public PresencePublishing Publish { get; init; }

    /// <summary>Messages of presence a second that it takes; null: 20 in the Microsoft style, and no limit elsewhere. 0: no limit, we are on its list.</summary>
    public int? MessagesPerSecond { get; init; }

    /// <summary>True where the lines of its users are monitored by uaCSTA (ECMA TR/87).</summary>
    public bool Csta { get; init; }
}

/// <summary>What holds for one person's presence.</summary>
public sealed record UserPresence
{
    /// <summary>Entries of the lists, at most, each.</summary>
    public const int MaxEntries = 1_000;

    /// <summary>Systems of one person, at most.</summary>
    public const int MaxSystems = 8;

    /// <summary>The systems that know this person, where it is not the one that routes lead to; in order.</summary>
    public ImmutableArray<PresenceSystem> Systems { get; init; } = [];

    /// <summary>Who may see it: addresses, domains or provider ids. Empty: whoever an agreement lets.</summary>
    public ImmutableArray<string> Allow { get; init; } = [];

    /// <summary>Who may not, whatever else is said.</summary>
    public ImmutableArray<string> Block { get; init; } = [];
}

/// <summary>A system that knows a person, and the address by which it does.</summary>
public sealed record PresenceSystem
{
    /// <summary>Id of the neighbour.</summary>
    public required string Neighbour { get; init; }

    /// <summary>Her address there, as "2001@cucm.albion.example" or "+442079460001"; null: the one that she has here.</summary>
    public string? Address { get; init; }
}
