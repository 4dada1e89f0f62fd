using System.Globalization;
using System.Text;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>
/// Writes records of CSV by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it; <see cref="Unguarded"/>
/// takes away the same on the way in, so nothing changes by going out and coming back.
/// </summary>
static class CsvWriter
{
    static readonly System.Buffers.SearchValues<char> _toQuote = System.Buffers.SearchValues.Create("\",\r\n");

    /// <summary>Appends one record with its end of line.</summary>
    public static void Append(StringBuilder to, IReadOnlyList<string> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0)
                to.Append(',');
            var field = Guarded(fields[i]);
            // A file whose one field is empty would be an empty line.
            if (field.AsSpan().ContainsAny(_toQuote) || (fields.Count == 1 && field.Length == 0))
                to.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            else
                to.Append(field);
        }

        to.Append("\r\n");
    }

    /// <summary>The field as a spreadsheet may open it.</summary>
    public static string Guarded(string field) => IsFormula(field) && !IsNumber(field) ? "'" + field : field;

    /// <summary>The field as it was before <see cref="Guarded"/>.</summary>
    public static string Unguarded(string field) => field is ['\'', .. var rest] && IsFormula(rest) ? rest : field;

    // Behind apostrophes too, or one that was there already would be taken for the guard.
    static bool IsFormula(string field) => field.AsSpan().TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r', ..];

    static bool IsNumber(string field) => decimal.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
}
