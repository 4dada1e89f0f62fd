using System.Globalization;
using System.Text;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Dictionary;

/// <summary>
/// A packet for a reader, and attributes as a reader writes them: "User-Name = "alice"", with a tag "Tunnel-Type:1 = VLAN", of what the dictionary does not know
/// "Attr-26.99.7 = 0x01". Passwords, keys, and what EAP carries are never shown.
/// </summary>
public static class RadiusText
{
    const string Masked = "<masked>";
    const string Unnamed = "Attr-";
    const int MaxLineLength = 16_384;

    /// <summary>Code and id on the first line, an attribute on each further.</summary>
    public static string Write(in RadiusPacket packet, RadiusDictionary dictionary)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{packet.Code} {packet.Identifier}");
        foreach (var attribute in ReadAttribute.All(packet, dictionary))
            text.Append("\n  ").Append(Write(attribute));
        return text.ToString();
    }

    /// <summary>One attribute.</summary>
    public static string Write(ReadAttribute attribute)
    {
        var name = attribute.Definition?.Name ?? Unnamed + attribute.Path;
        var tag = attribute.Tag > 0 ? $":{attribute.Tag}" : "";
        var value = attribute.Definition is { IsSecret: true } ? $"{Masked} ({attribute.Value.Length})" : ValueText.Write(attribute.Definition, attribute.Value);
        return $"{name}{tag} = {value}";
    }

    /// <summary>Reads "Name = value"; false for what is none. Hidden values are read as they stand before they are hidden.</summary>
    public static bool TryRead(string line, RadiusDictionary dictionary, out ReadAttribute attribute)
    {
        attribute = new ReadAttribute(null, "", 0, []);
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || line.Length > MaxLineLength)
            return false;
        var (name, text) = (line[..equals].Trim(), line[(equals + 1)..].Trim());
        byte tag = 0;
        if (name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            if (!byte.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out tag) || tag is 0 or > 31)
                return false;
            name = name[..colon];
        }

        var definition = dictionary.Find(name);
        if (definition is null && !name.StartsWith(Unnamed, StringComparison.OrdinalIgnoreCase))
            return false;
        var path = definition?.Path ?? name[Unnamed.Length..];
        if (!ValueText.TryRead(definition, text, out var value) || (tag > 0 && definition is not { HasTag: true }))
            return false;
        attribute = new ReadAttribute(definition, path, tag, value);
        return true;
    }

    /// <summary>Adds an attribute that was read from a text; false when it does not fit, or its numbers lead nowhere. Nothing is hidden here.</summary>
    public static bool TryWrite(ref PacketWriter writer, ReadAttribute attribute, RadiusDictionary dictionary)
    {
        var numbers = attribute.Path.Split('.').Select(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : uint.MaxValue).ToArray();
        if (numbers[0] is 0 or > 255)
            return false;
        var value = attribute.Value;
        if (attribute.Tag > 0 || (attribute.Definition is { HasTag: true, Type: AttributeDataType.Integer } && value.Length == 3))
            value = [attribute.Tag, .. value];
        var type = (AttributeType)numbers[0];
        if (type == AttributeType.VendorSpecific && numbers.Length >= 3)
            return TryWrap(numbers[3..], ref value) && VendorAttributes.TryWrite(ref writer, numbers[1], dictionary.FormatOf(numbers[1]), numbers[2], value);
        if (!ExtendedAttribute.IsExtended(type))
        {
            return TryWrap(numbers[1..], ref value)
                && (attribute.Definition is { IsConcatenated: true } ? ConcatenatedValue.TryWrite(ref writer, type, value) : writer.TryWrite(type, value));
        }

        if (numbers.Length < 2 || numbers[1] > 255)
            return false;
        var isVendor = numbers[1] == ExtendedAttribute.VendorSpecific;
        if (isVendor && (numbers.Length < 4 || numbers[3] > 255))
            return false;
        if (!TryWrap(numbers[(isVendor ? 4 : 2)..], ref value))
            return false;
        if (isVendor)
            value = [(byte)(numbers[2] >> 24), (byte)(numbers[2] >> 16), (byte)(numbers[2] >> 8), (byte)numbers[2], (byte)numbers[3], .. value];
        return ExtendedAttribute.TryWrite(ref writer, type, (byte)numbers[1], value);
    }

    /// <summary>Puts a value into TLVs, the last number innermost.</summary>
    static bool TryWrap(uint[] numbers, ref byte[] value)
    {
        for (var i = numbers.Length - 1; i >= 0; i--)
        {
            if (numbers[i] > 255 || value.Length > RadiusAttribute.MaxValueLength)
                return false;
            value = [(byte)numbers[i], (byte)(value.Length + 2), .. value];
        }

        return true;
    }
}
