using System.Globalization;
using System.Text;

namespace Meetpoint.Net.Dns;

/// <summary>
/// Names between their wire form and their presentation form (RFC 1035, section 5.1): labels joined by dots, lower case as names compare
/// without case, no last dot; a dot or backslash in a label, and what is not printable ASCII, is escaped.
/// </summary>
public static class DnsName
{
    /// <summary>RFC 1035, section 2.3.4.</summary>
    public const int MaxLabelBytes = 63;

    const int MaxNameBytes = 255;

    /// <summary>The form in which names are compared here: lower case, without the last dot.</summary>
    public static string Normalise(string name) => name.TrimEnd('.').ToLowerInvariant();

    /// <summary>True when the name is the domain or under it.</summary>
    public static bool IsWithin(string name, string domain) =>
        domain.Length == 0 || name == domain || (name.EndsWith(domain, StringComparison.Ordinal) && name[^(domain.Length + 1)] == '.');

    /// <summary>True when it can be written as a name.</summary>
    public static bool IsValid(string name)
    {
        Span<byte> wire = stackalloc byte[MaxNameBytes];
        return TryWrite(name, wire, out _);
    }

    internal static string ToText(ReadOnlySpan<byte> labels)
    {
        var text = new StringBuilder(labels.Length);
        while (labels.Length > 0)
        {
            if (text.Length > 0)
                text.Append('.');
            foreach (var value in labels.Slice(1, labels[0]))
                AppendEscaped(text, value);
            labels = labels[(labels[0] + 1)..];
        }

        return text.ToString();
    }

    /// <summary>Writes length bytes and labels, with the root's zero.</summary>
    internal static bool TryWrite(string name, Span<byte> destination, out int written)
    {
        written = 0;
        var lengthAt = 0;
        var at = 1;
        for (var i = 0; i < name.Length; i++)
        {
            if (at >= MaxNameBytes)
                return false;
            int value = name[i];
            if (value == '.')
            {
                if (!EndLabel(destination, lengthAt, at))
                    return false;
                lengthAt = at++;
                continue;
            }

            if (value == '\\' && !TryUnescape(name, ref i, out value))
                return false;
            if (value > 255)
                return false;
            destination[at++] = (byte)value;
        }

        if (name.Length == 0 || name[^1] == '.' && at == lengthAt + 1)
        {
            destination[lengthAt] = 0;
            written = lengthAt + 1;
            return name.Length == 0 || lengthAt > 0;
        }

        if (at >= MaxNameBytes || !EndLabel(destination, lengthAt, at))
            return false;
        destination[at] = 0;
        written = at + 1;
        return true;
    }

    static bool EndLabel(Span<byte> destination, int lengthAt, int at)
    {
        var length = at - lengthAt - 1;
        destination[lengthAt] = (byte)length;
        return length is > 0 and <= MaxLabelBytes;
    }

    static bool TryUnescape(string name, ref int i, out int value)
    {
        value = 0;
        if (++i >= name.Length)
            return false;
        if (!char.IsAsciiDigit(name[i]))
        {
            value = name[i];
            return true;
        }

        if (i + 2 >= name.Length || !int.TryParse(name.AsSpan(i, 3), NumberStyles.None, CultureInfo.InvariantCulture, out value))
            return false;
        i += 2;
        return value <= 255;
    }

    static void AppendEscaped(StringBuilder text, byte value)
    {
        var lower = value is >= (byte)'A' and <= (byte)'Z' ? (char)(value | 0x20) : (char)value;
        if (lower is '.' or '\\')
            text.Append('\\').Append(lower);
        else if (lower is > ' ' and < (char)0x7F)
            text.Append(lower);
        else
            text.Append(CultureInfo.InvariantCulture, $"\\{value:D3}");
    }
}
