using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Meetpoint.Xmpp.Xml;

/// <summary>Character data and attribute values: from bytes to strings, with the references that XMPP allows.</summary>
static class XmlText
{
    // XML 1.0, section 2.2: no control characters but tab, line feed and carriage return.
    static readonly SearchValues<byte> _forbidden = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 0xB, 0xC, 0xE, 0xF, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F]);

    static readonly SearchValues<byte> _special = SearchValues.Create("&\r\n\t"u8);

    /// <summary>True when the bytes are UTF-8 and characters that XML knows.</summary>
    internal static XmlFault Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.ContainsAny(_forbidden))
            return XmlFault.NotWellFormed;
        if (!bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF))
            return XmlFault.None;
        if (!Utf8.IsValid(bytes))
            return XmlFault.Encoding;
        // U+FFFE and U+FFFF are no characters.
        return bytes.IndexOf("\uFFFE"u8) >= 0 || bytes.IndexOf("\uFFFF"u8) >= 0 ? XmlFault.NotWellFormed : XmlFault.None;
    }

    /// <summary>The text of checked bytes; null with the fault when a reference is none that we take.</summary>
    /// <param name="raw">As it stands between the markup.</param>
    /// <param name="isAttribute">White space of an attribute's value becomes a blank (XML 1.0, section 3.3.3).</param>
    /// <param name="fault">What is wrong, when null is given.</param>
    internal static string? Decode(ReadOnlySpan<byte> raw, bool isAttribute, out XmlFault fault)
    {
        fault = XmlFault.None;
        if (!raw.ContainsAny(_special))
            return Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(raw.Length);
        while (raw.IndexOfAny(_special) is >= 0 and var at)
        {
            AppendPlain(text, raw[..at]);
            var special = raw[at];
            raw = raw[(at + 1)..];
            if (special == '&')
            {
                if (!TryReference(ref raw, text, out fault))
                    return null;
                continue;
            }

            // XML 1.0, section 2.11: each kind of line end is one line feed.
            if (special == '\r')
            {
                if (raw is [(byte)'\n', ..])
                    raw = raw[1..];
                special = (byte)'\n';
            }

            text.Append(isAttribute ? ' ' : (char)special);
        }

        AppendPlain(text, raw);
        return text.ToString();
    }

    static void AppendPlain(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
            text.Append(Encoding.UTF8.GetString(bytes));
    }

    static bool TryReference(ref ReadOnlySpan<byte> raw, StringBuilder text, out XmlFault fault)
    {
        // The longest reference that we take is "&#1114111;".
        const int MaxReferenceBytes = 12;
        fault = XmlFault.NotWellFormed;
        var end = raw[..Math.Min(raw.Length, MaxReferenceBytes)].IndexOf((byte)';');
        if (end <= 0)
            return false;
        var name = raw[..end];
        raw = raw[(end + 1)..];
        if (name[0] == '#')
            return TryCharacter(name[1..], text);
        char character;
        if (name.SequenceEqual("amp"u8))
            character = '&';
        else if (name.SequenceEqual("lt"u8))
            character = '<';
        else if (name.SequenceEqual("gt"u8))
            character = '>';
        else if (name.SequenceEqual("quot"u8))
            character = '"';
        else if (name.SequenceEqual("apos"u8))
            character = '\'';
        else
        {
            fault = XmlFault.Restricted;
            return false;
        }

        text.Append(character);
        return true;
    }

    static bool TryCharacter(ReadOnlySpan<byte> digits, StringBuilder text)
    {
        var isHex = digits is [(byte)'x', ..];
        if (!int.TryParse(isHex ? digits[1..] : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            || !IsCharacter(code))
            return false;
        text.Append(char.ConvertFromUtf32(code));
        return true;
    }

    static bool IsCharacter(int code) => code is 0x9 or 0xA or 0xD or (>= 0x20 and < 0xD800) or (>= 0xE000 and < 0xFFFE) or (>= 0x10000 and <= 0x10FFFF);
}
