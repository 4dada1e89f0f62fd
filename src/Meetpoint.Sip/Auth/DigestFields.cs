using System.Text;

namespace Meetpoint.Sip;

/// <summary>The fields of a "Digest name=value, ..." header value.</summary>
static class DigestFields
{
    /// <summary>At most so many fields are read.</summary>
    const int MaxFields = 32;

    /// <summary>Null when the scheme is not Digest. Names are without case; quotes are taken off.</summary>
    public static Dictionary<string, string>? Parse(ReadOnlySpan<byte> value)
    {
        value = SipLexer.Trim(value);
        if (value.Length < 7 || !SipLexer.EqualsIgnoreCase(value[..6], "Digest"u8) || !SipLexer.IsLws(value[6]))
            return null;
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = value[7..];
        while (fields.Count < MaxFields && SipLexer.NextListValue(ref rest, out var field))
        {
            var equals = field.IndexOf((byte)'=');
            if (equals <= 0)
                continue;
            var text = Encoding.UTF8.GetString(SipLexer.Trim(field[(equals + 1)..]));
            if (text is ['"', .. var inner, '"'])
                text = inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
            fields.TryAdd(Encoding.UTF8.GetString(SipLexer.Trim(field[..equals])), text);
        }

        return fields;
    }

    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
