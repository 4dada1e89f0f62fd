using System.Collections.Frozen;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Dictionary;

/// <summary>A file of a dictionary.</summary>
/// <param name="Name">For errors.</param>
/// <param name="Text">All of it.</param>
public readonly record struct DictionaryFile(string Name, string Text);

/// <summary>Names, types and values of attributes. Immutable once loaded.</summary>
public sealed class RadiusDictionary
{
    static readonly string[] _embedded = ["rfc.dictionary", "vendors.dictionary"];
    static readonly Lazy<RadiusDictionary> _standard = new(() => Load([], out _));

    readonly AttributeDefinition?[] _attributes;
    readonly FrozenDictionary<string, AttributeDefinition> _names;

    RadiusDictionary(AttributeDefinition?[] attributes, IDictionary<string, AttributeDefinition> names)
    {
        _attributes = attributes;
        _names = names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Hidden = new HiddenAttributes(HiddenVendors());
    }

    /// <summary>What comes with this library.</summary>
    public static RadiusDictionary Standard => _standard.Value;

    /// <summary>What a proxy has to hide anew, as these files have it.</summary>
    public HiddenAttributes Hidden { get; }

    /// <summary>What comes with this library, and an operator's own files after it.</summary>
    /// <param name="files">In this order; what a later one says again holds.</param>
    /// <param name="errors">Each with its file and line; lines in error are passed over.</param>
    public static RadiusDictionary Load(IEnumerable<DictionaryFile> files, out IReadOnlyList<DictionaryError> errors)
    {
        var loader = new DictionaryLoader();
        foreach (var name in _embedded)
        {
            using var stream = typeof(RadiusDictionary).Assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            loader.Load(new DictionaryFile(name, reader.ReadToEnd()));
        }

        foreach (var file in files)
            loader.Load(file);
        errors = loader.Errors;
        return new RadiusDictionary(loader.Attributes, loader.Names);
    }

    /// <summary>An attribute of a packet by its number; null for what is not known.</summary>
    public AttributeDefinition? Find(AttributeType type) => _attributes[(int)type];

    /// <summary>A vendor's attribute in Vendor-Specific; null for what is not known.</summary>
    public AttributeDefinition? Find(uint vendor, uint type) => FindVendor(vendor)?.Child(type);

    /// <summary>A vendor's node in Vendor-Specific; null for one that is not known.</summary>
    public AttributeDefinition? FindVendor(uint vendor) => _attributes[(int)AttributeType.VendorSpecific]?.Child(vendor);

    /// <summary>How a vendor writes its attributes; as is recommended, for one that is not known.</summary>
    public VendorFormat FormatOf(uint vendor) => FindVendor(vendor)?.Format ?? VendorFormat.Usual;

    /// <summary>An attribute by its name, without regard to case; null for what is not known.</summary>
    public AttributeDefinition? Find(string name) => _names.GetValueOrDefault(name);

    /// <summary>A vendor's node in Vendor-Specific by its name, without regard to case; null for one that is not known.</summary>
    public AttributeDefinition? FindVendor(string name) => Vendors.FirstOrDefault(vendor => vendor.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The names of attributes and vendors; for "did you mean".</summary>
    public IEnumerable<string> Names => [.. _names.Values.Select(attribute => attribute.Name), .. Vendors.Select(vendor => vendor.Name)];

    IEnumerable<AttributeDefinition> Vendors => _attributes[(int)AttributeType.VendorSpecific]?.Children ?? [];

    IEnumerable<(uint Vendor, byte Type, HidingMethod Method)> HiddenVendors() =>
        from vendor in Vendors
        where vendor.Format == VendorFormat.Usual
        from attribute in vendor.Children
        where attribute.Hiding != HidingMethod.None
        select (vendor.Number, (byte)attribute.Number, attribute.Hiding);
}
