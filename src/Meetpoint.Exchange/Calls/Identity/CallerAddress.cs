using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The address in one value of From, P-Asserted-Identity or P-Preferred-Identity: where its URI stands, and what it canonically is.</summary>
sealed class CallerAddress
{
    readonly byte[] _canonical = new byte[AddressText.MaxLength];
    int _length;

    /// <summary>True when it holds an address.</summary>
    public bool IsSet => _length > 0;

    /// <summary>The canonical address: "+442079460001" or "alice@albion.example".</summary>
    public ReadOnlySpan<byte> Canonical => _canonical.AsSpan(0, _length);

    /// <summary>Where the URI stands in the bytes of its message; meaningful when it was read from one.</summary>
    public Range UriRange { get; private set; }

    /// <summary>Whose it is, and what is known of it.</summary>
    public Destination Destination { get; private set; } = null!;

    public void Clear() => _length = 0;

    /// <summary>Takes the URI of a message when it is an address of this world.</summary>
    public bool TryTake(World world, NumberNormaliser numbers, SipMessage message, ReadOnlySpan<byte> uri)
    {
        message.Bytes.Overlaps(uri, out var start);
        UriRange = start..(start + uri.Length);
        return TryTake(world, numbers, uri);
    }

    /// <summary>Takes an address when it is one of this world.</summary>
    public bool TryTake(World world, NumberNormaliser numbers, ReadOnlySpan<byte> uri)
    {
        _length = 0;
        // An address of our own customers counts as it stands, whatever its name looks like.
        if (AddressText.Canonicalise(uri, _canonical, out var length) == AddressForm.Mailbox && world.Find(_canonical.AsSpan(0, length)) is { } own
            && (Is(own.Endpoint?.Sip, length) || Is(own.User?.Sip, length)))
        {
            Destination = own;
            _length = length;
            return true;
        }

        Span<byte> buffer = stackalloc byte[NumberNormaliser.BufferBytes];
        var number = numbers.Normalise(uri, buffer);
        switch (number.Kind)
        {
            case NumberKind.Number:
                // The number itself and not where it was ported to: that is the called party's matter.
                number.Number.CopyTo(_canonical);
                length = number.Number.Length;
                break;
            case NumberKind.NotANumber when AddressText.Canonicalise(uri, _canonical, out length) == AddressForm.Mailbox:
                break;
            default:
                return false;
        }

        if (world.Find(_canonical.AsSpan(0, length)) is not { } destination)
            return false;
        Destination = destination;
        _length = length;
        return true;
    }

    bool Is(string? address, int length) => address is not null && Ascii.EqualsIgnoreCase(_canonical.AsSpan(0, length), address);
}
