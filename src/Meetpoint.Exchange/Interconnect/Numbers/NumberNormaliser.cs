using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Turns what a neighbour, or a provider's own customer, calls a number into the +E.164 form that this exchange routes by (RFC 3966, RFC 3261 section
/// 19.1.6), at the door and once. Everything else of the URI passes byte for byte. Immutable, thread safe, allocates nothing.
/// </summary>
public sealed class NumberNormaliser
{
    /// <summary>Bytes of the caller's buffer: the longest URI that is taken, what normalising adds to it, and two numbers.</summary>
    public const int BufferBytes = SipLimits.UriBytes + (4 * NumberBytes);

    const int NumberBytes = 16; // "+" and 15 digits
    const int MaxKeys = 32;

    /// <summary>Fewer digits after another country's code are taken for a code of that country, which is no number.</summary>
    const int FewestForeignDigits = 7;

    readonly World _world;
    readonly DialPlan _plan;
    readonly string _provider;

    internal NumberNormaliser(World world, Numbering numbering, string provider)
    {
        _world = world;
        _plan = new DialPlan(numbering);
        _provider = provider;
    }

    /// <summary>True for a call to an emergency service, by URN or by code, whatever else the URI says. To be asked before anything can refuse.</summary>
    public bool IsEmergency(ReadOnlySpan<byte> uri)
    {
        if (EmergencyServices.IsSos(uri))
            return true;
        Span<byte> keys = stackalloc byte[MaxKeys];
        return NumberUri.TryRead(uri, out var parts) == SipUriError.None && !parts.IsGlobal && parts.TryKeys(keys, out var length) && _plan.IsEmergency(keys[..length]);
    }

    /// <summary>Reads a called or calling URI and writes its +E.164 form.</summary>
    /// <param name="uri">As received: sip, sips, tel or urn; without angle brackets.</param>
    /// <param name="buffer"><see cref="BufferBytes"/> or more; the result points into it.</param>
    public NormalisedNumber Normalise(ReadOnlySpan<byte> uri, Span<byte> buffer)
    {
        if (EmergencyServices.IsSos(uri))
            return Unchanged(NumberKind.Emergency, uri);
        switch (NumberUri.TryRead(uri, out var parts))
        {
            case SipUriError.Malformed:
                return Unchanged(NumberKind.Malformed, uri);
            case SipUriError.UnknownScheme:
                return Unchanged(NumberKind.NotANumber, uri);
        }

        Span<byte> keys = stackalloc byte[MaxKeys];
        if (uri.Length > SipLimits.UriBytes || !parts.TryKeys(keys, out var count))
            return Unchanged(parts.IsSurelyPublic ? NumberKind.Malformed : NumberKind.NotANumber, uri);
        keys = keys[..count];
        if (!parts.IsGlobal && _plan.IsEmergency(keys))
            return Code(NumberKind.Emergency, keys, uri, buffer);
        var kind = Number(in parts, keys, uri, buffer, out var length);
        if (kind == NumberKind.ShortCode)
            return Code(kind, keys, uri, buffer);
        if (kind != NumberKind.Number)
            return Unchanged(kind, uri);
        var number = buffer[..length];
        var routing = Routing(in parts, buffer.Slice(NumberBytes, NumberBytes));
        var written = parts.Write(number, !_plan.RoutingNumbers, buffer[(2 * NumberBytes)..]);
        var isChanged = !buffer.Slice(2 * NumberBytes, written).SequenceEqual(uri);
        return new NormalisedNumber
        {
            Kind = NumberKind.Number,
            Number = number,
            Target = routing.IsEmpty ? number : routing,
            Uri = isChanged ? buffer.Slice(2 * NumberBytes, written) : uri,
            IsChanged = isChanged,
        };
    }

    static NormalisedNumber Unchanged(NumberKind kind, ReadOnlySpan<byte> uri) => new() { Kind = kind, Target = uri, Uri = uri };

    static NormalisedNumber Code(NumberKind kind, scoped ReadOnlySpan<byte> keys, ReadOnlySpan<byte> uri, Span<byte> buffer)
    {
        keys.CopyTo(buffer);
        return new NormalisedNumber { Kind = kind, Number = buffer[..keys.Length], Target = uri, Uri = uri };
    }

    NumberKind Number(scoped in NumberUri parts, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> uri, Span<byte> number, out int length)
    {
        if (parts.IsGlobal)
            return _plan.Global(keys, number, out length);
        length = 0;
        if (TelParameters.TryGet(parts.Parameters, "phone-context"u8, out var context))
            return InContext(context, keys, number, out length);
        // A name at a domain is that domain's to give out: an address of our own customers, or of another party, is no number of the sender's plan.
        if (!parts.IsPhone && _world.Find(uri) is { } known && (known.Provider.Id != _provider || (known.Endpoint ?? (object?)known.User) is not null))
            return NumberKind.NotANumber;
        // Digits that only might be a number, and do not come to one, are a private extension.
        return _plan.Dialled(keys, number, out length) is var kind && kind == NumberKind.Malformed && !parts.IsPhone ? NumberKind.NotANumber : kind;
    }

    NumberKind InContext(ReadOnlySpan<byte> context, ReadOnlySpan<byte> keys, Span<byte> number, out int length)
    {
        length = 0;
        if (context.IsEmpty)
            return NumberKind.Malformed;
        if (context[0] != (byte)'+')
            return _plan.IsOwnContext(context) || _world.Find(context)?.Provider.Id == _provider ? _plan.Dialled(keys, number, out length) : NumberKind.NotANumber;
        Span<byte> whole = stackalloc byte[1 + MaxKeys];
        if (!NumberUri.TryDigits(context[1..], whole[1..], out var digits))
            return NumberKind.Malformed;
        whole[0] = (byte)'+';
        if (_plan.IsOwnContext(whole[..(digits + 1)]))
            return _plan.Dialled(keys, number, out length);
        if (_plan.IsShortCode(keys) || digits + keys.Length < FewestForeignDigits || keys.IndexOfAny((byte)'*', (byte)'#') >= 0)
            return NumberKind.ShortCode;
        if (digits + keys.Length > AddressText.MaxDigits)
            return NumberKind.Malformed;
        keys.CopyTo(whole[(digits + 1)..]);
        return _plan.Global(whole.Slice(1, digits + keys.Length), number, out length);
    }

    /// <summary>The routing number (RFC 4694 section 4) when it is believed and is one of E.164; else empty: then the called number leads.</summary>
    ReadOnlySpan<byte> Routing(scoped in NumberUri parts, Span<byte> number)
    {
        if (!_plan.RoutingNumbers || !TelParameters.TryGet(parts.Parameters, "rn"u8, out var routing) || routing.IsEmpty)
            return default;
        Span<byte> digits = stackalloc byte[2 * MaxKeys];
        var before = 0;
        if (routing[0] == (byte)'+')
            routing = routing[1..];
        else if (!TelParameters.TryGet(parts.Parameters, "rn-context"u8, out var context) || context.IsEmpty || context[0] != (byte)'+'
            || !NumberUri.TryDigits(context[1..], digits[..MaxKeys], out before))
            return default;
        // A routing number with hexadecimal digits means something within one country only; the called number still leads there.
        if (!NumberUri.TryDigits(routing, digits[before..], out var count) || before + count is 0 or > AddressText.MaxDigits || digits[0] == (byte)'0')
            return default;
        number[0] = (byte)'+';
        digits[..(before + count)].CopyTo(number[1..]);
        return number[..(before + count + 1)];
    }
}
