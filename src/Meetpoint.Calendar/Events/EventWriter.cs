using System.Globalization;

namespace Meetpoint.Calendar;

/// <summary>Turns an event into its VEVENT. Thread safe.</summary>
public static class EventWriter
{
    /// <summary>The component; times with a zone need that zone's VTIMEZONE beside it (<see cref="ItipMessage"/> sees to that).</summary>
    /// <exception cref="ArgumentException">The UID is empty, or SEQUENCE is negative.</exception>
    public static CalendarComponent Write(CalendarEvent value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value.Uid);
        if (value.Sequence < 0)
            throw new ArgumentException("SEQUENCE counts from 0.");
        var lines = new List<ContentLine>
        {
            ContentLine.OfText("UID", value.Uid),
            CalendarTime.OfUtc(value.Stamp).ToLine("DTSTAMP"),
            new("SEQUENCE", value.Sequence.ToString(CultureInfo.InvariantCulture)),
        };
        if (value.RecurrenceId is { } id)
            lines.Add(RecurrenceIdLine(id, value.ThisAndFuture));
        lines.Add(value.Start.ToLine("DTSTART"));
        if (value.End is { } end)
            lines.Add(end.ToLine("DTEND"));
        if (value.Rule is { } rule)
            lines.Add(new ContentLine("RRULE", rule.ToString()));
        lines.AddRange(DateList.ToLines("RDATE", value.AddedDates));
        lines.AddRange(DateList.ToLines("EXDATE", value.ExcludedDates));
        AddText(lines, "SUMMARY", value.Summary);
        AddText(lines, "LOCATION", value.Location);
        AddText(lines, "DESCRIPTION", value.Description);
        AddText(lines, "COMMENT", value.Comment);
        if (value.Status is { } status)
            lines.Add(new ContentLine("STATUS", status.ToString().ToUpperInvariant()));
        if (value.Url is { } url)
            lines.Add(new ContentLine("URL", url));
        lines.AddRange(value.Conferences.Select(ConferenceLine));
        if (value.Organizer is { } organizer)
            lines.Add(CalendarUserLines.ToLine(organizer));
        lines.AddRange(value.Attendees.Select(CalendarUserLines.ToLine));
        lines.AddRange(value.Others);
        return new CalendarComponent("VEVENT", lines);
    }

    static ContentLine RecurrenceIdLine(CalendarTime id, bool thisAndFuture)
    {
        var line = id.ToLine("RECURRENCE-ID");
        return thisAndFuture ? line with { Parameters = [.. line.Parameters, new LineParameter("RANGE", "THISANDFUTURE")] } : line;
    }

    static ContentLine ConferenceLine(ConferenceLink conference)
    {
        var parameters = new List<LineParameter> { new("VALUE", "URI") };
        if (conference.Features.Count > 0)
            parameters.Add(new LineParameter("FEATURE", conference.Features));
        if (conference.Label is { } label)
            parameters.Add(new LineParameter("LABEL", label));
        return new ContentLine("CONFERENCE", conference.Uri, parameters);
    }

    static void AddText(List<ContentLine> lines, string name, string? text)
    {
        if (text is not null)
            lines.Add(ContentLine.OfText(name, text));
    }
}
