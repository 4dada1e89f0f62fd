using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>Reads the rules of a VTIMEZONE (RFC 5545 section 3.6.5) into a zone.</summary>
static class TimeZoneReader
{
    /// <summary>Observances of one zone. A century of a zone's history has some tens.</summary>
    const int MaxObservances = 200;

    /// <summary>Rules without an end are worked out so far; after it the last offset stays.</summary>
    static readonly LocalDateTime Horizon = new(2101, 1, 1, 0, 0);

    /// <summary>Transitions of one observance. Yearly rules that begin in 1601, as some programs write, have 500.</summary>
    const int MaxTransitions = 1_000;

    public static bool TryRead(CalendarComponent component, string id, out DateTimeZone zone, out CalendarError error)
    {
        zone = DateTimeZone.Utc;
        error = default;
        var transitions = new List<RuleTimeZone.Transition>();
        (Instant At, Offset From)? first = null;
        var observances = 0;
        foreach (var observance in component.Components)
        {
            if (observance.Name is not ("STANDARD" or "DAYLIGHT"))
                continue;
            if (++observances > MaxObservances)
            {
                error = CalendarError.Of(CalendarErrorReason.TooManyValues, $"VTIMEZONE of more than {MaxObservances} observances");
                return false;
            }

            if (!TryOffset(observance, "TZOFFSETFROM", out var from, out error) || !TryOffset(observance, "TZOFFSETTO", out var to, out error) ||
                !TryStarts(observance, from, out var starts, out error))
            {
                return false;
            }

            var name = observance.Find("TZNAME")?.Text ?? id;
            foreach (var start in starts)
            {
                var at = start.WithOffset(from).ToInstant();
                transitions.Add(new RuleTimeZone.Transition(at, to, observance.Name == "DAYLIGHT", name));
                if (first is null || at < first.Value.At)
                    first = (at, from);
            }
        }

        if (first is null)
        {
            error = CalendarError.Of(CalendarErrorReason.MissingProperty, "VTIMEZONE without STANDARD or DAYLIGHT");
            return false;
        }

        zone = RuleTimeZone.Create(id, transitions, first.Value.From);
        return true;
    }

    static bool TryOffset(CalendarComponent observance, string property, out Offset offset, out CalendarError error)
    {
        var value = observance.Find(property)?.Value ?? "";
        error = OffsetText.TryParse(value, out offset) ? default : CalendarError.BadValue(property, value);
        return error.Reason == CalendarErrorReason.None;
    }

    /// <summary>When the observance begins, each in the local time of the offset before it.</summary>
    static bool TryStarts(CalendarComponent observance, Offset from, out IEnumerable<LocalDateTime> starts, out CalendarError error)
    {
        starts = [];
        var value = observance.Find("DTSTART")?.Value ?? "";
        if (!CalendarTime.TryParse(value, null, out var start) || start.Local.Year > Horizon.Year)
        {
            error = CalendarError.BadValue("DTSTART", value);
            return false;
        }

        var dates = new List<LocalDateTime> { start.Local };
        if (!DateList.TryRead(observance, "RDATE", MaxTransitions, out var more, out error))
            return false;
        dates.AddRange(more.Select(time => time.Kind == CalendarTimeKind.Utc ? time.Local.PlusSeconds(from.Seconds) : time.Local));
        if (observance.Find("RRULE") is { } line)
        {
            if (!RecurrenceRule.TryParse(line.Value, out var rule, out error))
                return false;

            // UNTIL is UTC here always, and the rule's times are local to the offset before (section 3.3.10).
            var until = rule.Until is { Kind: CalendarTimeKind.Utc } utc ? utc.Local.PlusSeconds(from.Seconds) : rule.Until?.Local ?? Horizon;
            var last = LocalDateTime.Min(until, Horizon);
            dates.AddRange(RecurrenceExpansion.Expand(rule with { Until = null }, start.Local).TakeWhile(at => at <= last).Take(MaxTransitions));
        }

        starts = dates.Distinct();
        return true;
    }
}
