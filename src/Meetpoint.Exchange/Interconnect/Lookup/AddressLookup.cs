namespace Meetpoint.Exchange.Interconnect;

/// <summary>An address made ready to be looked up: canonical, hashed, and as a point among prefixes when it is or holds a number.</summary>
ref struct AddressLookup
{
    public AddressForm Form;
    public ReadOnlySpan<byte> Canonical;
    public ReadOnlySpan<byte> Number;
    public ulong Hash;
    public ulong Point;
}
