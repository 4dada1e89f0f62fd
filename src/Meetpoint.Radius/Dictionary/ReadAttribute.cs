using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Dictionary;

/// <summary>An attribute with what the dictionary knows of it: one that has attributes within is not there itself, they are.</summary>
/// <param name="Definition">Null for what the dictionary does not know.</param>
/// <param name="Path">The numbers from the packet down: "26.311.16".</param>
/// <param name="Tag">1 to 31; 0 without.</param>
/// <param name="Value">Its octets; still hidden where it is hidden.</param>
public sealed record ReadAttribute(AttributeDefinition? Definition, string Path, byte Tag, byte[] Value)
{
    const int MaxDepth = 8;

    /// <summary>All of a packet, in order. What is malformed within an attribute comes as its octets.</summary>
    public static IReadOnlyList<ReadAttribute> All(in RadiusPacket packet, RadiusDictionary dictionary)
    {
        var all = new List<ReadAttribute>();
        var room = new byte[RadiusPacket.MaxLength];
        var attributes = packet.Attributes;
        while (attributes.MoveNext())
        {
            var current = attributes.Current.Bytes;
            var definition = dictionary.Find((AttributeType)current[0]);
            var path = $"{current[0]}";
            if (ExtendedAttribute.IsExtended((AttributeType)current[0]))
                AddExtended(all, ref attributes, room, definition, path);
            else if (definition?.Type == AttributeDataType.Vendor && VendorAttributes.TryReadVendor(current[2..], out var vendor))
                AddVendor(all, definition.Child(vendor), $"{path}.{vendor}", current[(2 + VendorAttributes.VendorLength)..]);
            else if (definition is { IsConcatenated: true } && all is [.., var before] && before.Definition == definition)
                all[^1] = before with { Value = [.. before.Value, .. current[2..]] };
            else
                Add(all, definition, path, current[2..], 0);
        }

        return all;
    }

    static void AddExtended(List<ReadAttribute> all, ref AttributeEnumerator attributes, byte[] room, AttributeDefinition? definition, string path)
    {
        var first = attributes.Current;
        if (!ExtendedAttribute.TryRead(ref attributes, room, out var extended))
        {
            all.Add(new ReadAttribute(null, path, 0, first.Value.ToArray()));
            return;
        }

        definition = definition?.Child(extended.ExtendedType);
        path = $"{path}.{extended.ExtendedType}";
        if (extended.ExtendedType == ExtendedAttribute.VendorSpecific)
            (definition, path) = (definition?.Child(extended.Vendor)?.Child(extended.VendorType), $"{path}.{extended.Vendor}.{extended.VendorType}");
        Add(all, definition, path, extended.Value, 0);
    }

    static void AddVendor(List<ReadAttribute> all, AttributeDefinition? vendor, string path, ReadOnlySpan<byte> bytes)
    {
        var inner = new VendorAttributes(bytes, vendor?.Format ?? VendorFormat.Usual);
        while (inner.MoveNext())
            Add(all, vendor?.Child(inner.Type), $"{path}.{inner.Type}", inner.Value, 0);
        if (!inner.Rest.IsEmpty)
            all.Add(new ReadAttribute(null, path, 0, inner.Rest.ToArray()));
    }

    static void Add(List<ReadAttribute> all, AttributeDefinition? definition, string path, ReadOnlySpan<byte> value, int depth)
    {
        if (definition is { Type: AttributeDataType.Tlv } && depth < MaxDepth)
        {
            var end = 0;
            foreach (var inner in new AttributeEnumerator(value, 0))
            {
                Add(all, definition.Child((byte)inner.Type), $"{path}.{(byte)inner.Type}", inner.Value, depth + 1);
                end = inner.Offset + inner.Bytes.Length;
            }

            if (end < value.Length)
                all.Add(new ReadAttribute(null, path, 0, value[end..].ToArray()));
            return;
        }

        byte tag = 0;
        if (definition is { HasTag: true })
            value = AttributeValue.WithoutTag(value, definition.Type == AttributeDataType.Integer && value.Length == sizeof(uint), out tag);
        all.Add(new ReadAttribute(definition, path, tag, value.ToArray()));
    }
}
