namespace Meetpoint.Calendar;

/// <summary>ORGANIZER (RFC 5545 section 3.8.4.3). Immutable.</summary>
/// <param name="Address">A URI: mailto:alice@albion.example.</param>
public sealed record Organizer(string Address)
{
    /// <summary>CN, the name to show.</summary>
    public string? CommonName { get; init; }

    /// <summary>SENT-BY, the URI of who acts for the organiser.</summary>
    public string? SentBy { get; init; }
}

/// <summary>CUTYPE (section 3.2.3).</summary>
public enum AttendeeKind
{
    /// <summary>A person.</summary>
    Individual,

    /// <summary>Several people.</summary>
    Group,

    /// <summary>A thing that is booked.</summary>
    Resource,

    /// <summary>A room, or the equipment in it.</summary>
    Room,

    /// <summary>Not known.</summary>
    Unknown,
}

/// <summary>ROLE (section 3.2.16).</summary>
public enum AttendeeRole
{
    /// <summary>Is needed.</summary>
    Required,

    /// <summary>Leads.</summary>
    Chair,

    /// <summary>May come.</summary>
    Optional,

    /// <summary>Is told only.</summary>
    NonParticipant,
}

/// <summary>PARTSTAT (section 3.2.12).</summary>
public enum ParticipationStatus
{
    /// <summary>Has not answered.</summary>
    NeedsAction,

    /// <summary>Comes.</summary>
    Accepted,

    /// <summary>Does not come.</summary>
    Declined,

    /// <summary>May come.</summary>
    Tentative,

    /// <summary>Has sent another.</summary>
    Delegated,
}

/// <summary>ATTENDEE (section 3.8.4.1). Immutable.</summary>
/// <param name="Address">A URI: mailto:bob@liberty.example, sip:boardroom@liberty.example.</param>
public sealed record Attendee(string Address)
{
    /// <summary>CN, the name to show.</summary>
    public string? CommonName { get; init; }

    /// <summary>SENT-BY, the URI of who acts for the attendee.</summary>
    public string? SentBy { get; init; }

    /// <summary>CUTYPE.</summary>
    public AttendeeKind Kind { get; init; }

    /// <summary>ROLE.</summary>
    public AttendeeRole Role { get; init; }

    /// <summary>PARTSTAT.</summary>
    public ParticipationStatus Status { get; init; }

    /// <summary>RSVP: an answer is asked for.</summary>
    public bool Rsvp { get; init; }
}
