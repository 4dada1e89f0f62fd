using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>The revision that a message is about: SEQUENCE, then DTSTAMP (RFC 5546 section 2.1.5). Later ones compare greater.</summary>
/// <param name="Sequence">SEQUENCE.</param>
/// <param name="Stamp">DTSTAMP.</param>
public readonly record struct ItipRevision(int Sequence, Instant Stamp) : IComparable<ItipRevision>
{
    /// <summary>The revision of an event.</summary>
    public static ItipRevision Of(CalendarEvent value) => new(value.Sequence, value.Stamp);

    /// <inheritdoc/>
    public int CompareTo(ItipRevision other) =>
        Sequence != other.Sequence ? Sequence.CompareTo(other.Sequence) : Stamp.CompareTo(other.Stamp);
}

/// <summary>What to do with a message that was received.</summary>
public enum ItipVerdict
{
    /// <summary>It is the latest: apply it.</summary>
    Apply,

    /// <summary>It was applied already: change nothing, and say that all is well.</summary>
    Duplicate,

    /// <summary>Something later was applied: refuse it.</summary>
    Stale,

    /// <summary>It answers a revision that was never sent: refuse it.</summary>
    Unknown,
}

/// <summary>Which message wins (RFC 5546 sections 2.1.4 and 2.1.5). Pure functions.</summary>
public static class ItipSequencing
{
    /// <summary>An attendee's calendar takes a REQUEST or CANCEL; <paramref name="held"/> is what it took last, null when nothing.</summary>
    public static ItipVerdict FromOrganizer(ItipRevision? held, ItipRevision received) => held?.CompareTo(received) switch
    {
        null or < 0 => ItipVerdict.Apply,
        0 => ItipVerdict.Duplicate,
        _ => ItipVerdict.Stale,
    };

    /// <summary>
    /// The organiser takes a REPLY or COUNTER. Each attendee's last answer is kept with its revision: an answer to an older
    /// SEQUENCE than the last that asked for answers is stale, and of two to the same the later stamped stands.
    /// </summary>
    /// <param name="askedSequence">SEQUENCE since which answers count: the last time, place or rule that changed.</param>
    /// <param name="currentSequence">SEQUENCE of the event now.</param>
    /// <param name="lastAnswer">This attendee's last answer that was applied; null when none.</param>
    /// <param name="received">The answer.</param>
    public static ItipVerdict FromAttendee(int askedSequence, int currentSequence, ItipRevision? lastAnswer, ItipRevision received)
    {
        if (received.Sequence > currentSequence)
            return ItipVerdict.Unknown;
        return received.Sequence < askedSequence ? ItipVerdict.Stale : FromOrganizer(lastAnswer, received);
    }

    /// <summary>
    /// True when the change needs a higher SEQUENCE and new answers: time, length, rule, its dates, or calling off (section 2.1.4).
    /// A new title or place alone does not.
    /// </summary>
    public static bool NeedsNewSequence(CalendarEvent before, CalendarEvent after) =>
        before.Start != after.Start || before.End != after.End || before.Rule?.ToString() != after.Rule?.ToString() ||
        !before.AddedDates.SequenceEqual(after.AddedDates) || !before.ExcludedDates.SequenceEqual(after.ExcludedDates) ||
        (before.Status == EventStatus.Cancelled) != (after.Status == EventStatus.Cancelled);
}
