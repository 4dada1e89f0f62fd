using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Forwarding;

namespace Meetpoint.Radius.Dictionary;

/// <summary>An attribute as a dictionary has it, within whatever it stands in. Filled while dictionaries are loaded, then left alone.</summary>
public sealed class AttributeDefinition
{
    readonly Dictionary<uint, AttributeDefinition> _children = [];
    readonly Dictionary<uint, string> _valueNames = [];
    readonly Dictionary<string, uint> _values = new(StringComparer.OrdinalIgnoreCase);

    internal AttributeDefinition(string name, uint number, AttributeDataType type, AttributeDefinition? parent) =>
        (Name, Number, Type, Parent) = (name, number, type, parent);

    /// <summary>Its name: "User-Name".</summary>
    public string Name { get; }

    /// <summary>Its number in what it stands in; of a vendor's node the vendor's.</summary>
    public uint Number { get; }

    /// <summary>What its value is.</summary>
    public AttributeDataType Type { get; }

    /// <summary>What it stands in; null for the 255 of a packet.</summary>
    public AttributeDefinition? Parent { get; }

    /// <summary>True with a tag before its value (RFC 2868).</summary>
    public bool HasTag { get; internal init; }

    /// <summary>True when a value may go over several attributes.</summary>
    public bool IsConcatenated { get; internal init; }

    /// <summary>How it is hidden on the wire.</summary>
    public HidingMethod Hiding { get; internal init; }

    /// <summary>True for what is never shown.</summary>
    public bool IsSecret { get; internal init; }

    /// <summary>For a vendor's node: how the vendor writes its attributes.</summary>
    public VendorFormat Format { get; internal init; }

    /// <summary>True for the node of a vendor in Vendor-Specific or an EVS; its children are the vendor's attributes.</summary>
    public bool IsVendor { get; internal init; }

    /// <summary>The numbers from the packet down: "26.311.16", "241.1".</summary>
    public string Path => Parent is null ? $"{Number}" : $"{Parent.Path}.{Number}";

    internal IEnumerable<AttributeDefinition> Children => _children.Values;

    /// <summary>What stands within under a number; null for what is not known.</summary>
    public AttributeDefinition? Child(uint number) => _children.GetValueOrDefault(number);

    /// <summary>The name of a value; null for one without.</summary>
    public string? NameOf(uint value) => _valueNames.GetValueOrDefault(value);

    /// <summary>The value of a name, without regard to case.</summary>
    public bool TryValueOf(string name, out uint value) => _values.TryGetValue(name, out value);

    /// <summary>Later files may say a number anew; the last one holds.</summary>
    internal void Add(AttributeDefinition child) => _children[child.Number] = child;

    /// <summary>The first name of a value is the one that is written.</summary>
    internal void AddValue(string name, uint value)
    {
        _values[name] = value;
        _valueNames.TryAdd(value, name);
    }
}
