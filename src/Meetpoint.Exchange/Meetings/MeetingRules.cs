using Meetpoint.Calendar;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>What makes a meeting well formed, whether it comes from our API or from another exchange.</summary>
static class MeetingRules
{
    /// <summary>The first fault for people to read, or null.</summary>
    public static string? Fault(Meeting meeting)
    {
        if (meeting.Title.Length is 0 or > MeetingLimits.TitleLength)
            return $"the title needs 1 to {MeetingLimits.TitleLength} characters";
        if (meeting.Title.Any(char.IsControl))
            return "the title has a control character";
        if (meeting.Length <= Duration.Zero || meeting.Length > MeetingLimits.Length)
            return "the end must come after the start, within 24 hours";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(meeting.Zone) is null)
            return $"'{meeting.Zone}' is no time zone of the TZ database";
        if (meeting.Recurrence is { } rule && !RecurrenceRule.TryParse(rule, out _, out var fault))
            return $"the recurrence '{rule}' cannot be read: {fault}";
        if (meeting.Pin is { } pin && (pin.Length is < 4 or > MeetingLimits.PinLength || !pin.All(char.IsAsciiDigit)))
            return $"the PIN needs 4 to {MeetingLimits.PinLength} digits";
        if (meeting.Invitees.Count > MeetingLimits.Invitees)
            return $"at most {MeetingLimits.Invitees} invitees";
        if (meeting.Invitees.Select(invitee => invitee.Address).Distinct(StringComparer.Ordinal).Count() != meeting.Invitees.Count)
            return "an invitee is named twice";
        return Occurrences.Of(meeting).Count == 0 ? "it never takes place" : null;
    }
}
