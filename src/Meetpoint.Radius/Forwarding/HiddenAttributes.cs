using System.Collections.Frozen;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>
/// Which attributes are hidden by a hop's secret, so that a proxy has to hide them anew. Of those without a vendor these are User-Password and Tunnel-Password;
/// of vendors' the MPPE keys (RFC 2548), and what the dictionaries say besides. Immutable.
/// </summary>
public sealed class HiddenAttributes
{
    const uint Microsoft = 311;

    readonly FrozenDictionary<ulong, HidingMethod> _vendors;

    /// <summary>The keys of Microsoft, and these.</summary>
    /// <param name="others">Vendor, its attribute's number, and how it is hidden; vendors of the format with one octet each of type and length.</param>
    public HiddenAttributes(IEnumerable<(uint Vendor, byte Type, HidingMethod Method)> others)
    {
        var all = new Dictionary<ulong, HidingMethod>
        {
            [Key(Microsoft, 12)] = HidingMethod.Password,
            [Key(Microsoft, 16)] = HidingMethod.Salted,
            [Key(Microsoft, 17)] = HidingMethod.Salted,
        };
        foreach (var (vendor, type, method) in others)
            all[Key(vendor, type)] = method;
        _vendors = all.ToFrozenDictionary();
    }

    /// <summary>The keys of Microsoft alone.</summary>
    public static HiddenAttributes Standard { get; } = new([]);

    /// <summary>How an attribute without a vendor is hidden.</summary>
    public static HidingMethod Of(AttributeType type) => type switch
    {
        AttributeType.UserPassword => HidingMethod.Password,
        AttributeType.TunnelPassword => HidingMethod.Salted,
        _ => HidingMethod.None,
    };

    /// <summary>How a vendor's attribute is hidden.</summary>
    public HidingMethod Of(uint vendor, byte type) => _vendors.GetValueOrDefault(Key(vendor, type));

    static ulong Key(uint vendor, byte type) => ((ulong)vendor << 8) | type;
}
