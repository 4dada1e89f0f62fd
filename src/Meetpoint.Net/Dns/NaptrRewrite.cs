using System.Text;

namespace Meetpoint.Net.Dns;

/// <summary>The substitution expression of a NAPTR record (RFC 3402 section 3.2): "!^\+44(.*)$!sip:\1@albion.example!".</summary>
static class NaptrRewrite
{
    /// <summary>A longer result is none.</summary>
    public const int MaxResultLength = 512;

    /// <summary>Applies the expression to a text; null when it does not match, is no expression, or its result is too long. What did not match stays around the result.</summary>
    public static string? Apply(string expression, string text)
    {
        if (expression.Length < 3 || char.IsAsciiDigit(expression[0]) || expression[0] is 'i' or 'I' or '\\')
            return null;
        var delimiter = expression[0];
        var at = 1;
        if (Part(expression, delimiter, ref at) is not { } pattern || Part(expression, delimiter, ref at) is not { } replacement)
            return null;
        var flags = expression[at..];
        if (!flags.Equals("i", StringComparison.OrdinalIgnoreCase) && flags.Length > 0)
            return null;
        return ExtendedRegex.Parse(Unescape(pattern, delimiter), flags.Length > 0) is { } regex && regex.Match(text) is { } marks
            ? Replace(text, replacement, delimiter, regex.Groups, marks) : null;
    }

    /// <summary>Up to the next delimiter that no backslash stands before, and past it.</summary>
    static string? Part(string expression, char delimiter, ref int at)
    {
        for (var end = at; end < expression.Length; end++)
        {
            if (expression[end] == '\\')
            {
                end++;
            }
            else if (expression[end] == delimiter)
            {
                var part = expression[at..end];
                at = end + 1;
                return part;
            }
        }

        return null;
    }

    /// <summary>A delimiter behind a backslash is itself; where it is special to patterns as well the backslash means that, and stays.</summary>
    static string Unescape(string pattern, char delimiter) =>
        "^.[]$()|*+?{}".Contains(delimiter, StringComparison.Ordinal) ? pattern : pattern.Replace($"\\{delimiter}", delimiter.ToString(), StringComparison.Ordinal);

    static string? Replace(string text, string replacement, char delimiter, int groups, int[] marks)
    {
        var result = new StringBuilder(text, 0, marks[0], MaxResultLength);
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '\\')
            {
                result.Append(replacement[i]);
            }
            else if (++i < replacement.Length && replacement[i] is >= '1' and <= '9' && replacement[i] - '0' is var group && group <= groups)
            {
                if (marks[2 * group] >= 0 && marks[(2 * group) + 1] >= 0)
                    result.Append(text, marks[2 * group], marks[(2 * group) + 1] - marks[2 * group]);
            }
            else if (i < replacement.Length && (replacement[i] == '\\' || replacement[i] == delimiter))
            {
                result.Append(replacement[i]);
            }
            else
            {
                return null;
            }
        }

        result.Append(text, marks[1], text.Length - marks[1]);
        return result.Length <= MaxResultLength ? result.ToString() : null;
    }
}
