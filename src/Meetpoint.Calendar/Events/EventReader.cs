using System.Globalization;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>Reads an event out of its VEVENT. Never throws on what it is given. Thread safe.</summary>
public static class EventReader
{
    static readonly HashSet<string> Known =
    [
        "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "COMMENT", "STATUS",
        "CONFERENCE", "ORGANIZER", "ATTENDEE", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
    ];

    /// <summary>Reads the typed view of a VEVENT; every zone that it names is one that <paramref name="zones"/> knows.</summary>
    /// <param name="component">The VEVENT.</param>
    /// <param name="zones">The zones of its calendar: <see cref="CalendarTimeZones.TryRead"/>.</param>
    /// <param name="value">The event, when true.</param>
    /// <param name="error">What is wrong, when false.</param>
    /// <param name="limits">How much to read; <see cref="CalendarLimits.Default"/> when null.</param>
    public static bool TryRead(
        CalendarComponent component, CalendarTimeZones zones, out CalendarEvent value, out CalendarError error, CalendarLimits? limits = null)
    {
        var maxValues = (limits ?? CalendarLimits.Default).MaxListValues;
        value = null!;
        if (!TryText(component, "UID", out var uid, out error) || !TryTime(component, "DTSTAMP", zones, out var stamp, out error) ||
            !TryTime(component, "DTSTART", zones, out var start, out error))
        {
            return false;
        }

        // METHOD CANCEL and REPLY of some programs leave SEQUENCE out; RFC 5545 section 3.8.7.4: it is 0 then.
        var sequenceText = component.Find("SEQUENCE")?.Value.Trim() ?? "0";
        if (!int.TryParse(sequenceText, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return Fail(CalendarError.BadValue("SEQUENCE", sequenceText), out error);
        if (!TryEnd(component, start!.Value, zones, out var end, out error) ||
            !TryOptionalTime(component, "RECURRENCE-ID", zones, out var recurrenceId, out error) ||
            !TryDates(component, "RDATE", zones, maxValues, out var added, out error) ||
            !TryDates(component, "EXDATE", zones, maxValues, out var excluded, out error))
        {
            return false;
        }

        RecurrenceRule? rule = null;
        if (component.Find("RRULE") is { } ruleLine && !RecurrenceRule.TryParse(ruleLine.Value, out rule, out error))
            return false;
        value = new CalendarEvent
        {
            Uid = uid,
            Sequence = sequence,
            Stamp = zones.ToInstant(stamp!.Value),
            Start = start.Value,
            End = end,
            Summary = component.Find("SUMMARY")?.Text,
            Description = component.Find("DESCRIPTION")?.Text,
            Location = component.Find("LOCATION")?.Text,
            Url = component.Find("URL")?.Value,
            Comment = component.Find("COMMENT")?.Text,
            Status = Status(component.Find("STATUS")),
            Conferences = [.. component.All("CONFERENCE").Select(Conference)],
            Organizer = component.Find("ORGANIZER") is { } organizer ? CalendarUserLines.ReadOrganizer(organizer) : null,
            Attendees = [.. component.All("ATTENDEE").Select(CalendarUserLines.ReadAttendee)],
            Rule = rule,
            AddedDates = added,
            ExcludedDates = excluded,
            RecurrenceId = recurrenceId,
            ThisAndFuture = "THISANDFUTURE".Equals(component.Find("RECURRENCE-ID")?.Parameter("RANGE"), StringComparison.OrdinalIgnoreCase),
            Others = [.. component.Lines.Where(line => !Known.Contains(line.Name))],
        };
        error = default;
        return true;
    }

    static bool TryText(CalendarComponent component, string property, out string text, out CalendarError error)
    {
        text = component.Find(property)?.Text.Trim() ?? "";
        error = text.Length > 0 ? default : Missing(component, property);
        return text.Length > 0;
    }

    static bool TryTime(CalendarComponent component, string property, CalendarTimeZones zones, out CalendarTime? time, out CalendarError error)
    {
        if (!TryOptionalTime(component, property, zones, out time, out error))
            return false;
        return time is not null || Fail(Missing(component, property), out error);
    }

    static bool TryOptionalTime(
        CalendarComponent component, string property, CalendarTimeZones zones, out CalendarTime? time, out CalendarError error)
    {
        time = null;
        error = default;
        if (component.Find(property) is not { } line)
            return true;
        if (!CalendarTime.TryParse(line.Value, line.Parameter("TZID"), out var read))
            return Fail(CalendarError.BadValue(property, line.Value), out error);
        time = read;
        return KnowsZone(read, zones, out error);
    }

    static bool TryDates(
        CalendarComponent component, string property, CalendarTimeZones zones, int maxValues, out List<CalendarTime> times, out CalendarError error)
    {
        if (!DateList.TryRead(component, property, maxValues, out times, out error))
            return false;
        foreach (var time in times)
        {
            if (!KnowsZone(time, zones, out error))
                return false;
        }

        return true;
    }

    static bool TryEnd(CalendarComponent component, CalendarTime start, CalendarTimeZones zones, out CalendarTime? end, out CalendarError error)
    {
        if (!TryOptionalTime(component, "DTEND", zones, out end, out error) || end is not null || component.Find("DURATION") is not { } line)
            return error.Reason == CalendarErrorReason.None;
        if (!CalendarDuration.TryParse(line.Value, out var duration))
            return Fail(CalendarError.BadValue("DURATION", line.Value), out error);
        var later = start.WithLocal(start.Local.PlusDays(duration.Days));
        end = duration.Exact == Duration.Zero
            ? later
            : later.WithLocal((zones.ToInstant(later) + duration.Exact).InZone(zones.ZoneOf(later)).LocalDateTime);
        return true;
    }

    static bool KnowsZone(CalendarTime time, CalendarTimeZones zones, out CalendarError error)
    {
        error = default;
        return time.Kind != CalendarTimeKind.Zoned || zones.Find(time.ZoneId!) is not null ||
            Fail(CalendarError.Of(CalendarErrorReason.UnknownTimeZone, CalendarError.Quote(time.ZoneId!)), out error);
    }

    static EventStatus? Status(ContentLine? line) => line?.Value.Trim().ToUpperInvariant() switch
    {
        "TENTATIVE" => EventStatus.Tentative,
        "CONFIRMED" => EventStatus.Confirmed,
        "CANCELLED" => EventStatus.Cancelled,
        _ => null,
    };

    static ConferenceLink Conference(ContentLine line) => new(line.Value)
    {
        Features = line.Parameters.FirstOrDefault(parameter => parameter.Name == "FEATURE")?.Values ?? [],
        Label = line.Parameter("LABEL"),
    };

    static CalendarError Missing(CalendarComponent component, string property) =>
        CalendarError.Of(CalendarErrorReason.MissingProperty, $"{component.Name} without {property}");

    static bool Fail(CalendarError reason, out CalendarError error)
    {
        error = reason;
        return false;
    }
}
