using System.Globalization;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>What a rule can name: an attribute of a packet, one of a vendor's, all of a vendor's, or one of the extended space.</summary>
/// <param name="Type">1 to 255.</param>
/// <param name="Vendor">In Vendor-Specific the vendor; 0 for all vendors.</param>
/// <param name="Inner">The vendor's number, or the extended type; 0 for all.</param>
public readonly record struct AttributeKey(AttributeType Type, uint Vendor = 0, byte Inner = 0)
{
    const string Unnamed = "Attr-";

    internal ulong Code => ((ulong)Type << 40) | ((ulong)Vendor << 8) | Inner;

    /// <summary>
    /// By the name that the dictionary has, of an attribute or a vendor, or by numbers: "Filter-Id", "WISPr-Bandwidth-Max-Up", "Cisco", "Attr-26.9.1". False for a name that it does not
    /// have, and for what no rule can name: what stands in a TLV, in an Extended-Vendor-Specific, or in a vendor's own format.
    /// </summary>
    public static bool TryFind(RadiusDictionary dictionary, string name, out AttributeKey key)
    {
        key = default;
        var path = dictionary.Find(name)?.Path ?? dictionary.FindVendor(name)?.Path ?? (name.StartsWith(Unnamed, StringComparison.OrdinalIgnoreCase) ? name[Unnamed.Length..] : "");
        var numbers = path.Split('.').Select(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        if (numbers.Contains(0u) || numbers[0] > byte.MaxValue)
            return false;
        var type = (AttributeType)numbers[0];
        if (type == AttributeType.VendorSpecific)
        {
            if (numbers.Length > 3 || (numbers.Length == 3 && (numbers[2] > byte.MaxValue || dictionary.FormatOf(numbers[1]) != VendorFormat.Usual)))
                return false;
            key = new AttributeKey(type, numbers.Length > 1 ? numbers[1] : 0, numbers.Length > 2 ? (byte)numbers[2] : (byte)0);
            return true;
        }

        if (numbers.Length > (ExtendedAttribute.IsExtended(type) ? 2 : 1) || (numbers.Length == 2 && numbers[1] > byte.MaxValue))
            return false;
        key = new AttributeKey(type, 0, numbers.Length > 1 ? (byte)numbers[1] : (byte)0);
        return true;
    }
}
