using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>STATUS of an event (RFC 5545 section 3.8.1.11).</summary>
public enum EventStatus
{
    /// <summary>Planned.</summary>
    Tentative,

    /// <summary>Certain.</summary>
    Confirmed,

    /// <summary>Called off.</summary>
    Cancelled,
}

/// <summary>CONFERENCE (RFC 7986 section 5.11): how to join. Immutable.</summary>
/// <param name="Uri">sip:, tel:, https: and so on.</param>
public sealed record ConferenceLink(string Uri)
{
    /// <summary>FEATURE: AUDIO, VIDEO, PHONE, MODERATOR, ...</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>LABEL, for a person.</summary>
    public string? Label { get; init; }
}

/// <summary>A VEVENT (RFC 5545 section 3.6.1). Immutable. Texts are unescaped.</summary>
public sealed record CalendarEvent
{
    /// <summary>UID: the same in every calendar and at every provider.</summary>
    public required string Uid { get; init; }

    /// <summary>SEQUENCE: the revision, from 0.</summary>
    public int Sequence { get; init; }

    /// <summary>DTSTAMP: when this was written; to the second.</summary>
    public required Instant Stamp { get; init; }

    /// <summary>DTSTART.</summary>
    public required CalendarTime Start { get; init; }

    /// <summary>DTEND, exclusive; also worked out of DURATION. Null: at its start, or at the end of its day when it is a date.</summary>
    public CalendarTime? End { get; init; }

    /// <summary>SUMMARY.</summary>
    public string? Summary { get; init; }

    /// <summary>DESCRIPTION.</summary>
    public string? Description { get; init; }

    /// <summary>LOCATION.</summary>
    public string? Location { get; init; }

    /// <summary>URL.</summary>
    public string? Url { get; init; }

    /// <summary>COMMENT, as replies carry it.</summary>
    public string? Comment { get; init; }

    /// <summary>STATUS.</summary>
    public EventStatus? Status { get; init; }

    /// <summary>CONFERENCE.</summary>
    public IReadOnlyList<ConferenceLink> Conferences { get; init; } = [];

    /// <summary>ORGANIZER.</summary>
    public Organizer? Organizer { get; init; }

    /// <summary>ATTENDEE.</summary>
    public IReadOnlyList<Attendee> Attendees { get; init; } = [];

    /// <summary>RRULE.</summary>
    public RecurrenceRule? Rule { get; init; }

    /// <summary>RDATE: occurrences besides those of the rule.</summary>
    public IReadOnlyList<CalendarTime> AddedDates { get; init; } = [];

    /// <summary>EXDATE: occurrences that are left out.</summary>
    public IReadOnlyList<CalendarTime> ExcludedDates { get; init; } = [];

    /// <summary>RECURRENCE-ID: this is about the one occurrence that was to begin then.</summary>
    public CalendarTime? RecurrenceId { get; init; }

    /// <summary>RANGE=THISANDFUTURE of RECURRENCE-ID.</summary>
    public bool ThisAndFuture { get; init; }

    /// <summary>Properties that have no place above, kept as they came.</summary>
    public IReadOnlyList<ContentLine> Others { get; init; } = [];
}
