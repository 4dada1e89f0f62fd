using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Dictionary;

/// <summary>Values as text, both ways: "alice", 10, Framed-User, 192.0.2.1, 2001:db8::/32, 2026-06-01T12:00:00Z, 0a0b:0c0d:0e0f:0102, 0x0102.</summary>
static class ValueText
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    const int TaggedIntegerLength = 3;

    /// <summary>A value of another form than its type has comes as its octets.</summary>
    internal static string Write(AttributeDefinition? definition, ReadOnlySpan<byte> value)
    {
        switch (definition?.Type)
        {
            case AttributeDataType.Text when AttributeValue.IsText(value) || value.IsEmpty:
                return Quote(Encoding.UTF8.GetString(value));
            case AttributeDataType.Integer or AttributeDataType.Byte or AttributeDataType.Short when IsNumber(definition, value.Length):
                var number = Number(value);
                return definition.NameOf(number) ?? number.ToString(CultureInfo.InvariantCulture);
            case AttributeDataType.Integer64 when AttributeValue.TryReadInteger64(value, out var wide):
                return wide.ToString(CultureInfo.InvariantCulture);
            case AttributeDataType.Time when AttributeValue.TryReadInteger(value, out var seconds):
                return DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(TimeFormat, CultureInfo.InvariantCulture);
            case AttributeDataType.Ipv4Address when value.Length == 4 && AttributeValue.TryReadAddress(value, out var four):
                return four.ToString();
            case AttributeDataType.Ipv6Address when value.Length == 16 && AttributeValue.TryReadAddress(value, out var six):
                return six.ToString();
            case AttributeDataType.Ipv4Prefix when AttributeValue.TryReadIpv4Prefix(value, out var address, out var length):
                return $"{address}/{length}";
            case AttributeDataType.Ipv6Prefix when AttributeValue.TryReadIpv6Prefix(value, out var address, out var length):
                return $"{address}/{length}";
            case AttributeDataType.InterfaceId when value.Length == 8:
                return $"{Convert.ToHexStringLower(value[..2])}:{Convert.ToHexStringLower(value[2..4])}:{Convert.ToHexStringLower(value[4..6])}:{Convert.ToHexStringLower(value[6..])}";
            default:
                return "0x" + Convert.ToHexStringLower(value);
        }
    }

    /// <summary>The octets of a value; false for a text that is none of its type. 0x and octets in hexadecimal are a value of every type.</summary>
    internal static bool TryRead(AttributeDefinition? definition, string text, out byte[] value)
    {
        value = [];
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && definition?.Type != AttributeDataType.Text)
            return TryHex(text[2..], out value);
        switch (definition?.Type)
        {
            case AttributeDataType.Text:
                return TryUnquote(text, out value);
            case AttributeDataType.Integer or AttributeDataType.Byte or AttributeDataType.Short:
                return TryNumber(definition, text, out value);
            case AttributeDataType.Integer64 when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wide):
                BinaryPrimitives.WriteUInt64BigEndian(value = new byte[sizeof(ulong)], wide);
                return true;
            case AttributeDataType.Time when DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                var seconds = time.ToUnixTimeSeconds();
                BinaryPrimitives.WriteUInt32BigEndian(value = new byte[sizeof(uint)], unchecked((uint)seconds));
                return seconds is >= 0 and <= uint.MaxValue;
            case AttributeDataType.Ipv4Address or AttributeDataType.Ipv6Address when IPAddress.TryParse(text, out var address):
                value = address.GetAddressBytes();
                return address.AddressFamily == Family(definition);
            case AttributeDataType.Ipv4Prefix or AttributeDataType.Ipv6Prefix:
                return TryPrefix(definition, text, out value);
            case AttributeDataType.InterfaceId:
                return TryHex(text.Replace(":", "", StringComparison.Ordinal), out value) && value.Length == 8;
            default:
                return false;
        }
    }

    /// <summary>Behind a tag an integer has three octets.</summary>
    static bool IsNumber(AttributeDefinition definition, int length) => definition.Type switch
    {
        AttributeDataType.Byte => length == 1,
        AttributeDataType.Short => length == 2,
        _ => length == sizeof(uint) || (definition.HasTag && length == TaggedIntegerLength),
    };

    static uint Number(ReadOnlySpan<byte> value)
    {
        var number = 0u;
        foreach (var octet in value)
            number = (number << 8) | octet;
        return number;
    }

    static bool TryNumber(AttributeDefinition definition, string text, out byte[] value)
    {
        var size = definition.Type switch { AttributeDataType.Byte => 1, AttributeDataType.Short => 2, _ => definition.HasTag ? TaggedIntegerLength : sizeof(uint) };
        value = new byte[size];
        if (!definition.TryValueOf(text, out var number) && !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return false;
        for (var i = 0; i < size; i++)
            value[i] = (byte)(number >> (8 * (size - 1 - i)));
        return size == sizeof(uint) || number >> (8 * size) == 0;
    }

    static AddressFamily Family(AttributeDefinition definition) =>
        definition.Type is AttributeDataType.Ipv4Address or AttributeDataType.Ipv4Prefix ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    static bool TryPrefix(AttributeDefinition definition, string text, out byte[] value)
    {
        value = [];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) || address.AddressFamily != Family(definition)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > (definition.Type == AttributeDataType.Ipv4Prefix ? 32 : 128))
        {
            return false;
        }

        var room = new byte[18];
        value = room[..AttributeValue.WritePrefix(address, length, room)];
        return true;
    }

    /// <summary>Control characters, and what could be taken for the end, are escaped, so that a value never breaks out of its line.</summary>
    static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append((char)rune.Value);
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                Escape(quoted, rune);
            else
                quoted.Append(rune);
        }

        return quoted.Append('"').ToString();
    }

    static void Escape(StringBuilder quoted, Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var octet in bytes[..rune.EncodeToUtf8(bytes)])
            quoted.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
    }

    static bool TryUnquote(string text, out byte[] value)
    {
        value = [];
        if (!text.StartsWith('"'))
            return TryUtf8(text, out value);
        if (text.Length < 2 || text[^1] != '"')
            return false;
        var inner = text[1..^1];
        var bytes = new List<byte>(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '"')
                return false;
            var end = i + 1 < inner.Length && char.IsSurrogatePair(inner[i], inner[i + 1]) ? i + 2 : i + 1;
            if (inner[i] != '\\')
            {
                if (!TryUtf8(inner[i..end], out var character))
                    return false;
                bytes.AddRange(character);
                i = end - 1;
            }
            else if (++i < inner.Length && inner[i] is '"' or '\\')
            {
                bytes.Add((byte)inner[i]);
            }
            else if (i + 2 < inner.Length && inner[i] == 'x' && TryHex(inner[(i + 1)..(i + 3)], out var octet))
            {
                bytes.Add(octet[0]);
                i += 2;
            }
            else
            {
                return false;
            }
        }

        value = [.. bytes];
        return true;
    }

    static bool TryUtf8(string text, out byte[] value)
    {
        value = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var ok = System.Text.Unicode.Utf8.FromUtf16(text, value, out _, out var written, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done;
        value = ok ? value[..written] : [];
        return ok;
    }

    static bool TryHex(string text, out byte[] value)
    {
        value = new byte[text.Length / 2];
        return text.Length % 2 == 0 && text.Length <= 2 * RadiusPacket.MaxLength && Convert.FromHexString(text, value, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
