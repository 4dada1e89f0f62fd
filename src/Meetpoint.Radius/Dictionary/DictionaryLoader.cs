using System.Globalization;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Forwarding;

namespace Meetpoint.Radius.Dictionary;

/// <summary>Reads dictionaries in the usual line format: ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR, END-VENDOR, BEGIN-TLV, END-TLV.</summary>
sealed class DictionaryLoader
{
    const int MaxErrors = 100;
    const int MaxDepth = 8;
    const uint VendorSpecific = 26;

    readonly List<DictionaryError> _errors = [];
    readonly Dictionary<string, (uint Number, VendorFormat Format)> _vendors = new(StringComparer.OrdinalIgnoreCase);
    readonly Stack<AttributeDefinition> _within = new();

    internal AttributeDefinition?[] Attributes { get; } = new AttributeDefinition?[256];

    internal Dictionary<string, AttributeDefinition> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal IReadOnlyList<DictionaryError> Errors => _errors;

    internal void Load(DictionaryFile file)
    {
        _within.Clear();
        var line = 0;
        foreach (var text in file.Text.EnumerateLines())
        {
            line++;
            var mark = text.IndexOf('#');
            var words = (mark < 0 ? text : text[..mark]).ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && Take(words) is { } reason && _errors.Count < MaxErrors)
                _errors.Add(new DictionaryError(file.Name, line, reason));
        }

        if (_within.Count > 0)
            _errors.Add(new DictionaryError(file.Name, line, $"'{_within.Peek().Name}' is not ended"));
    }

    /// <summary>What is wrong with a line; null when it is taken.</summary>
    string? Take(string[] words) => (words[0].ToUpperInvariant(), words.Length) switch
    {
        ("ATTRIBUTE", 4 or 5) => AddAttribute(words[1], words[2], words[3], words.Length == 5 ? words[4] : ""),
        ("VALUE", 4) => AddValue(words[1], words[2], words[3]),
        ("VENDOR", 3 or 4) => AddVendor(words[1], words[2], words.Length == 4 ? words[3] : ""),
        ("BEGIN-VENDOR", 2 or 3) => BeginVendor(words[1], words.Length == 3 ? words[2] : ""),
        ("BEGIN-TLV", 2) => Begin(words[1]),
        ("END-VENDOR" or "END-TLV", 2) => End(words[1]),
        ("ATTRIBUTE" or "VALUE" or "VENDOR" or "BEGIN-VENDOR" or "BEGIN-TLV" or "END-VENDOR" or "END-TLV", _) => $"{words.Length - 1} words after {words[0]}",
        _ => $"'{words[0]}' is nothing that is known",
    };

    string? AddVendor(string name, string number, string format)
    {
        if (!TryNumber(number, out var vendor))
            return $"'{number}' is no number";
        var of = VendorFormat.Usual;
        if (format.Length > 0 && !TryFormat(format, out of))
            return $"'{format}' is no format";
        _vendors[name] = (vendor, of);
        return null;
    }

    string? BeginVendor(string name, string parent)
    {
        if (!_vendors.TryGetValue(name, out var vendor))
            return $"the vendor '{name}' is not known";
        if (_within.Count > 0)
            return $"'{_within.Peek().Name}' is not ended";
        var space = Attributes[VendorSpecific];
        if (parent.Length > 0)
            space = parent.StartsWith("parent=", StringComparison.OrdinalIgnoreCase) ? Names.GetValueOrDefault(parent["parent=".Length..]) : null;
        if (space is null || space.Type is not (AttributeDataType.Vendor or AttributeDataType.ExtendedVendor))
            return $"'{parent}' has no vendors";
        var node = space.Child(vendor.Number);
        if (node is null)
        {
            node = new AttributeDefinition(name, vendor.Number, AttributeDataType.Tlv, space) { IsVendor = true, Format = vendor.Format };
            space.Add(node);
        }

        _within.Push(node);
        return null;
    }

    string? Begin(string name)
    {
        if (!Names.TryGetValue(name, out var tlv) || tlv.Type != AttributeDataType.Tlv)
            return $"'{name}' is no TLV";
        if (_within.Count >= MaxDepth)
            return $"deeper than {MaxDepth}";
        _within.Push(tlv);
        return null;
    }

    string? End(string name)
    {
        if (_within.Count == 0 || !_within.Peek().Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            return $"'{name}' is not open";
        _within.Pop();
        return null;
    }

    string? AddAttribute(string name, string number, string type, string flags)
    {
        if (DataType(type) is not { } dataType)
            return $"'{type}' is no data type";
        var (hasTag, isConcatenated, isSecret, hiding) = (false, dataType == AttributeDataType.Octets && type.Equals("concat", StringComparison.OrdinalIgnoreCase), false, HidingMethod.None);
        foreach (var flag in flags.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (flag.ToLowerInvariant())
            {
                case "has_tag": hasTag = true; break;
                case "concat": isConcatenated = true; break;
                case "secret": isSecret = true; break;
                case "encrypt=1": hiding = HidingMethod.Password; break;
                case "encrypt=2": hiding = HidingMethod.Salted; break;
                case "array" or "virtual": break;
                default: return $"'{flag}' is no flag";
            }
        }

        var parent = _within.Count > 0 ? _within.Peek() : null;
        var path = number.Split('.');
        for (var i = 0; i < path.Length - 1; i++)
        {
            if (!TryNumber(path[i], out var step) || (parent is null ? step < 256 ? Attributes[step] : null : parent.Child(step)) is not { } next)
                return $"'{number}' stands in nothing that is known";
            parent = next;
        }

        if (!TryNumber(path[^1], out var last) || (parent is null && last is 0 or > 255))
            return $"'{number}' is no number of an attribute";
        var definition = new AttributeDefinition(name, last, dataType, parent)
        {
            HasTag = hasTag,
            IsConcatenated = isConcatenated,
            Hiding = hiding,
            IsSecret = isSecret || hiding != HidingMethod.None,
        };
        if (parent is null)
            Attributes[last] = definition;
        else
            parent.Add(definition);
        Names[name] = definition;
        return null;
    }

    string? AddValue(string attribute, string name, string number)
    {
        if (!Names.TryGetValue(attribute, out var definition))
            return $"the attribute '{attribute}' is not known";
        if (!TryNumber(number, out var value))
            return $"'{number}' is no number";
        definition.AddValue(name, value);
        return null;
    }

    static bool TryNumber(string text, out uint number) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>format=T,L.</summary>
    static bool TryFormat(string text, out VendorFormat format)
    {
        format = default;
        var parts = text.StartsWith("format=", StringComparison.OrdinalIgnoreCase) ? text["format=".Length..].Split(',') : [];
        if (parts.Length != 2 || !byte.TryParse(parts[0], CultureInfo.InvariantCulture, out var type) || !byte.TryParse(parts[1], CultureInfo.InvariantCulture, out var length))
            return false;
        format = new VendorFormat(type, length);
        return format.IsValid;
    }

    static AttributeDataType? DataType(string name) => name.ToLowerInvariant() switch
    {
        "string" or "text" => AttributeDataType.Text,
        "octets" or "abinary" or "ether" or "concat" => AttributeDataType.Octets,
        "integer" or "enum" or "uint32" or "signed" => AttributeDataType.Integer,
        "integer64" or "uint64" => AttributeDataType.Integer64,
        "date" or "time" => AttributeDataType.Time,
        "byte" or "uint8" => AttributeDataType.Byte,
        "short" or "uint16" => AttributeDataType.Short,
        "ipaddr" or "ipv4addr" => AttributeDataType.Ipv4Address,
        "ipv6addr" => AttributeDataType.Ipv6Address,
        "ipv4prefix" => AttributeDataType.Ipv4Prefix,
        "ipv6prefix" => AttributeDataType.Ipv6Prefix,
        "ifid" => AttributeDataType.InterfaceId,
        "tlv" => AttributeDataType.Tlv,
        "vsa" => AttributeDataType.Vendor,
        "extended" => AttributeDataType.Extended,
        "long-extended" => AttributeDataType.LongExtended,
        "evs" => AttributeDataType.ExtendedVendor,
        _ => null,
    };
}
