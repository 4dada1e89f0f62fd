using System.Text;

namespace Meetpoint.Calendar;

/// <summary>Parameter values on the wire: carets (RFC 6868) and quotes (RFC 5545 section 3.2).</summary>
static class ParameterText
{
    public static void Append(StringBuilder line, string value)
    {
        var quoted = value.AsSpan().IndexOfAny(';', ':', ',') >= 0;
        if (quoted)
            line.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '^':
                    line.Append("^^");
                    break;
                case '"':
                    line.Append("^'");
                    break;
                case '\r' when i + 1 < value.Length && value[i + 1] == '\n':
                    break;
                case '\r' or '\n':
                    line.Append("^n");
                    break;
                default:
                    if (value[i] == '\t' || !char.IsControl(value[i]))
                        line.Append(value[i]);
                    break;
            }
        }

        if (quoted)
            line.Append('"');
    }

    /// <summary>A caret before any other character is left as it stands (RFC 6868 section 3.2).</summary>
    public static string Decode(ReadOnlySpan<char> value)
    {
        if (!value.Contains('^'))
            return value.ToString();
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var next = value[i] == '^' && i + 1 < value.Length ? value[i + 1] : '\0';
            var decoded = next switch { 'n' => '\n', '\'' => '"', '^' => '^', _ => '\0' };
            text.Append(decoded == '\0' ? value[i] : decoded);
            if (decoded != '\0')
                i++;
        }

        return text.ToString();
    }
}
