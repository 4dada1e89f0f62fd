using Meetpoint.Calendar;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>What makes a meeting well formed, whether it comes from our API or from another exchange.</summary>
static class MeetingRules
{
    /// <summary>The first fault, at the member of the request that it stands in; or null.</summary>
    public static Fault? Fault(Meeting meeting)
    {
        if (meeting.Title.Length is 0 or > MeetingLimits.TitleLength || meeting.Title.Any(char.IsControl))
            return new Fault("/title", "bad-title", $"a title has 1 to {MeetingLimits.TitleLength} characters on one line", "write a shorter one, or one at all");
        if (meeting.Length <= Duration.Zero)
            return new Fault("/end", "bad-end", "the end is not after the start", "give a later end, or a length such as 30m");
        if (meeting.Length > MeetingLimits.Length)
            return new Fault("/length", "bad-length", $"a meeting lasts {MeetingLimits.Length.TotalHours} hours at the most", "give a shorter length, or let it repeat");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(meeting.Zone) is not { } zone)
            return new Fault("/timeZone", "unknown-time-zone", $"'{meeting.Zone}' is no time zone", "write one of the tz database, such as Europe/London");
        if (meeting.Recurrence is { } rule)
        {
            if (!RecurrenceRule.TryParse(rule, out var series, out var error))
                return new Fault("/recurrence", "bad-recurrence", RecurrenceFault(rule, error), "write it as RFC 5545 has it, such as FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10");
            if (RecurrenceExpansion.EndsBefore(series, meeting.Start, zone))
                return new Fault("/recurrence", "bad-recurrence", "the series ends before it starts", "give a later UNTIL");
        }

        if (meeting.Prolonged is { } prolonged && FaultOf(meeting, prolonged) is { } badLength)
            return badLength;
        if (meeting.Pin is { } pin && (pin.Length is < MeetingLimits.LeastPinLength or > MeetingLimits.PinLength || !pin.All(char.IsAsciiDigit)))
            return new Fault("/pin", "bad-pin", $"a PIN has {MeetingLimits.LeastPinLength} to {MeetingLimits.PinLength} digits", "choose another, such as 2468");
        if (meeting.Invitees.Count > MeetingLimits.Invitees)
            return new Fault("/invitees", "bad-invitees", $"a meeting has at most {MeetingLimits.Invitees} invitees", "invite a list's members in two meetings");
        if (meeting.Invitees.GroupBy(invitee => invitee.Address, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return new Fault("/invitees", "bad-invitees", $"{twice.Key} is named twice", "name it once");
        return null;
    }

    /// <summary>A meeting all of whose occurrences lie behind us is a slip of whoever asks for it.</summary>
    public static Fault? WhenOver(Meeting meeting, Instant now) => Occurrences.At(meeting, now) is null
        ? new Fault("/start", "past", $"{meeting.Start:uuuu-MM-dd HH:mm} ({meeting.Zone}) is in the past, and the meeting would be over", "give a start that is still to come")
        : null;

    static Fault? FaultOf(Meeting meeting, IReadOnlyList<ProlongedOccurrence> prolonged)
    {
        if (prolonged.Any(each => each.Length <= Duration.Zero || each.Length > MeetingLimits.Length))
            return new Fault("/by", "bad-length", $"a meeting lasts {MeetingLimits.Length.TotalHours} hours at the most", "give a shorter time");
        var starts = Occurrences.Starts(meeting).ToHashSet();
        return prolonged.Count <= MeetingLimits.Occurrences && prolonged.All(each => starts.Contains(each.Start))
            ? null
            : new Fault("/occurrence", "unknown-occurrence", "an occurrence that is prolonged is none of the meeting's", "give the start of one of its dates");
    }

    static string RecurrenceFault(string rule, CalendarError error) => error.Reason == CalendarErrorReason.UnsupportedRecurrence
        ? $"'{rule}' repeats within a day, which is not served"
        : error.Detail.EndsWith(rule, StringComparison.Ordinal) ? $"'{rule}' is no rule"
        : $"'{rule}' cannot be read at '{error.Detail.Replace("RRULE: ", "", StringComparison.Ordinal)}'";
}
