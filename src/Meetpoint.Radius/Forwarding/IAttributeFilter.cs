using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Forwarding;

/// <summary>What of a packet goes on. A struct, so that the copy is compiled for it; asked once for each attribute, in their order.</summary>
public interface IAttributeFilter
{
    /// <summary>False leaves the attribute out.</summary>
    bool Keeps(in RadiusAttribute attribute);

    /// <summary>True when the attributes within a Vendor-Specific of the usual format are asked for one by one, by <see cref="KeepsWithin"/>.</summary>
    bool LooksWithin(in RadiusAttribute vendorSpecific);

    /// <summary>False leaves an attribute of a vendor out of its Vendor-Specific.</summary>
    /// <param name="vendor">Its number.</param>
    /// <param name="type">The vendor's number of it; 0 for octets at the end that are no attribute.</param>
    /// <param name="value">Still hidden where it is hidden.</param>
    bool KeepsWithin(uint vendor, byte type, ReadOnlySpan<byte> value);
}
