using System.Diagnostics.CodeAnalysis;

namespace Meetpoint.Calendar;

/// <summary>Reads iCalendar data (RFC 5545) from anyone. Never throws on what it is given.</summary>
/// <remarks>
/// Tolerant where meaning is not in doubt: LF for CRLF, names in lower case, blank lines, a byte order mark, octets that are
/// not UTF-8 (replaced), control characters (dropped), anything before and after the calendar. Thread safe.
/// </remarks>
public static class CalendarParser
{
    sealed record Frame(string Name, List<ContentLine> Lines, List<CalendarComponent> Components);

    /// <summary>Reads the first VCALENDAR.</summary>
    /// <param name="octets">The data, UTF-8.</param>
    /// <param name="calendar">The calendar, when true.</param>
    /// <param name="error">What is wrong, when false.</param>
    /// <param name="limits">How much to read; <see cref="CalendarLimits.Default"/> when null.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> octets, [NotNullWhen(true)] out CalendarComponent? calendar, out CalendarError error, CalendarLimits? limits = null)
    {
        limits ??= CalendarLimits.Default;
        calendar = null;
        if (octets.Length > limits.MaxBytes)
        {
            error = CalendarError.Of(CalendarErrorReason.TooLarge, $"{octets.Length} octets, {limits.MaxBytes} are read");
            return false;
        }

        var unfolder = new LineUnfolder(octets, limits.MaxLineBytes);
        var open = new Stack<Frame>();
        var number = 0;
        while (unfolder.TryNext(out var text))
        {
            if (++number > limits.MaxLines)
                return Fail(CalendarErrorReason.TooManyLines, $"{limits.MaxLines} are read", number, out error);
            if (!ContentLineParser.TryParse(text, limits.MaxParameterValues, out var line, out var reason))
            {
                if (open.Count == 0)
                    continue;
                return Fail(reason, CalendarError.Quote(text), number, out error);
            }

            if (line.Name == "BEGIN")
            {
                if (open.Count == limits.MaxDepth)
                    return Fail(CalendarErrorReason.TooDeep, $"{limits.MaxDepth} levels are read", number, out error);
                var name = line.Value.Trim().ToUpperInvariant();
                if (!CalendarWriter.IsToken(name))
                    return Fail(CalendarErrorReason.BadContentLine, CalendarError.Quote(text), number, out error);
                if (open.Count > 0 || name == "VCALENDAR")
                    open.Push(new Frame(name, [], []));
                continue;
            }

            if (!open.TryPeek(out var frame))
                continue;
            if (line.Name != "END")
            {
                frame.Lines.Add(line);
                continue;
            }

            if (!line.Value.Trim().Equals(frame.Name, StringComparison.OrdinalIgnoreCase))
                return Fail(CalendarErrorReason.UnexpectedEnd, $"{frame.Name} is open", number, out error);
            open.Pop();
            var component = new CalendarComponent(frame.Name, frame.Lines, frame.Components);
            if (open.TryPeek(out var outer))
            {
                outer.Components.Add(component);
                continue;
            }

            calendar = component;
            error = default;
            return true;
        }

        return unfolder.StoppedOnLongLine
            ? Fail(CalendarErrorReason.LineTooLong, $"{limits.MaxLineBytes} octets are read", number + 1, out error)
            : open.TryPeek(out var unclosed)
                ? Fail(CalendarErrorReason.Unclosed, unclosed.Name, number, out error)
                : Fail(CalendarErrorReason.NoCalendar, "no BEGIN:VCALENDAR", number, out error);
    }

    static bool Fail(CalendarErrorReason reason, string detail, int line, out CalendarError error)
    {
        error = new CalendarError(reason, line, detail);
        return false;
    }
}
