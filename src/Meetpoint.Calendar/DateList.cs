namespace Meetpoint.Calendar;

/// <summary>Properties that hold a list of dates and may be repeated: RDATE and EXDATE.</summary>
static class DateList
{
    public static bool TryRead(CalendarComponent component, string property, int maxValues, out List<CalendarTime> times, out CalendarError error)
    {
        times = [];
        error = default;
        foreach (var line in component.All(property))
        {
            foreach (var range in line.Value.AsSpan().Split(','))
            {
                // A PERIOD's end (RDATE;VALUE=PERIOD) is not kept: the occurrence is as long as the event.
                var value = line.Value.AsSpan()[range];
                var slash = value.IndexOf('/');
                if (times.Count == maxValues)
                {
                    error = CalendarError.Of(CalendarErrorReason.TooManyValues, $"{property}: {maxValues} are read");
                    return false;
                }

                if (!CalendarTime.TryParse(slash < 0 ? value : value[..slash], line.Parameter("TZID"), out var time))
                {
                    error = CalendarError.BadValue(property, value.ToString());
                    return false;
                }

                times.Add(time);
            }
        }

        return true;
    }

    /// <summary>One line for each form and zone, so that its parameters hold for the whole list.</summary>
    public static IEnumerable<ContentLine> ToLines(string property, IReadOnlyList<CalendarTime> times) =>
        from time in times
        group time by (time.Kind, time.ZoneId) into same
        select same.First().ToLine(property) with { Value = string.Join(',', same.Select(time => time.Value)) };
}
