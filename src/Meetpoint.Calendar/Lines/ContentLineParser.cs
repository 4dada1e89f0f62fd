namespace Meetpoint.Calendar;

/// <summary>Reads one unfolded content line.</summary>
static class ContentLineParser
{
    public static bool TryParse(string line, int maxParameterValues, out ContentLine parsed, out CalendarErrorReason reason)
    {
        parsed = null!;
        reason = CalendarErrorReason.BadContentLine;
        var end = TokenEnd(line, 0);
        if (end == 0 || end == line.Length)
            return false;
        var name = line[..end].ToUpperInvariant();
        List<LineParameter>? parameters = null;
        var values = 0;
        var at = end;
        while (line[at] == ';')
        {
            var nameStart = at + 1;
            var nameEnd = TokenEnd(line, nameStart);
            if (nameEnd == nameStart || nameEnd >= line.Length || line[nameEnd] != '=')
                return false;
            var list = new List<string>(1);
            at = nameEnd;
            do
            {
                if (++values > maxParameterValues)
                {
                    reason = CalendarErrorReason.TooManyParameters;
                    return false;
                }

                if (!TryValue(line, at + 1, list, out at))
                    return false;
            }
            while (line[at] == ',');

            (parameters ??= []).Add(new LineParameter(line[nameStart..nameEnd].ToUpperInvariant(), list));
        }

        if (line[at] != ':')
            return false;
        parsed = new ContentLine(name, line[(at + 1)..], parameters ?? (IReadOnlyList<LineParameter>)[]);
        reason = CalendarErrorReason.None;
        return true;
    }

    /// <summary>A value and where it ended: on one of <c>; : ,</c> which is certainly there.</summary>
    static bool TryValue(string line, int start, List<string> values, out int end)
    {
        if (start < line.Length && line[start] == '"')
        {
            var close = line.IndexOf('"', start + 1);
            end = close + 1;
            if (close < 0 || end >= line.Length || line[end] is not (';' or ':' or ','))
                return false;
            values.Add(ParameterText.Decode(line.AsSpan(start + 1, close - start - 1)));
            return true;
        }

        var length = start > line.Length ? -1 : line.AsSpan(start).IndexOfAny(';', ':', ',');
        end = start + length;
        if (length < 0)
            return false;
        values.Add(ParameterText.Decode(line.AsSpan(start, length)));
        return true;
    }

    static int TokenEnd(string line, int start)
    {
        while (start < line.Length && (char.IsAsciiLetterOrDigit(line[start]) || line[start] is '-' or '_'))
            start++;
        return start;
    }
}
