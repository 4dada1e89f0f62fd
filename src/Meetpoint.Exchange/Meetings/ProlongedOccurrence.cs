using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>One occurrence of a series that lasts otherwise than the others.</summary>
/// <param name="Start">Its start in the meeting's zone; in calendars its RECURRENCE-ID (RFC 5545 3.8.4.4).</param>
/// <param name="Length">How long it lasts.</param>
public sealed record ProlongedOccurrence(LocalDateTime Start, Duration Length)
{
    /// <summary>The meeting, or one occurrence of a series, prolonged; nothing else of it changes.</summary>
    /// <param name="meeting">What stands.</param>
    /// <param name="by">By how much.</param>
    /// <param name="named">Start of the occurrence in the meeting's zone; null: the one that is on, else the next.</param>
    /// <param name="now">Wall time.</param>
    /// <exception cref="BookingRefusedException">There is no such occurrence, or it would reach into the next.</exception>
    internal static Meeting Prolong(Meeting meeting, Duration by, LocalDateTime? named, Instant now)
    {
        var starts = Occurrences.Starts(meeting);
        var zone = DateTimeZoneProviders.Tzdb[meeting.Zone];
        var at = -1;
        for (var i = 0; i < starts.Count && at < 0; i++)
        {
            if (named is { } name ? starts[i] == name : now < Begin(i) + Occurrences.LengthOf(meeting, starts[i]))
                at = i;
        }

        if (at < 0 && named is { } unknown)
            throw Refused("/occurrence", "unknown-occurrence", $"the meeting does not begin at {unknown:uuuu-MM-dd HH:mm} ({meeting.Zone})", "give the start of one of its dates");
        // One that is over is prolonged from its end, as long as that lies ahead.
        at = at < 0 ? starts.Count - 1 : at;
        var length = Occurrences.LengthOf(meeting, starts[at]) + by;
        if (meeting.Recurrence is null)
            return meeting with { Length = length };
        if (at + 1 < starts.Count && Begin(at) + length > Begin(at + 1))
            throw Refused("/by", "overlap", $"it would reach into the next one, which begins at {starts[at + 1]:uuuu-MM-dd HH:mm} ({meeting.Zone})", "give a shorter time");
        var others = (meeting.Prolonged ?? []).Where(each => each.Start != starts[at]);
        return meeting with { Prolonged = [.. others.Append(new ProlongedOccurrence(starts[at], length)).OrderBy(each => each.Start)] };

        Instant Begin(int i) => zone.AtLeniently(starts[i]).ToInstant();
    }

    static BookingRefusedException Refused(string member, string code, string message, string mend) =>
        new(BookingRefusal.Malformed(new Fault(member, code, message, mend)));
}
