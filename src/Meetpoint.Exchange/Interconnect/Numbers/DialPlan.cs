using System.Text;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>A numbering plan made ready: what dialled keys mean. Works on digits, '*' and '#' alone, separators gone. Immutable, allocates nothing.</summary>
sealed class DialPlan
{
    readonly byte[] _country;
    readonly byte[] _nationalPrefix;
    readonly byte[][] _internationalPrefixes; // the longest first
    readonly byte[] _areaCode;
    readonly int _minDigits;
    readonly int _maxDigits;
    readonly DialPattern[] _shortCodes;
    readonly byte[][] _emergencyCodes;
    readonly byte[][] _contexts;

    /// <summary>A plan that the validator found without fault.</summary>
    public DialPlan(Numbering numbering)
    {
        _country = Encoding.ASCII.GetBytes(numbering.Country ?? "");
        _nationalPrefix = Encoding.ASCII.GetBytes(numbering.NationalPrefix);
        _internationalPrefixes = [.. numbering.InternationalPrefixes.OrderByDescending(prefix => prefix.Length).Select(Encoding.ASCII.GetBytes)];
        _areaCode = Encoding.ASCII.GetBytes(numbering.AreaCode ?? "");
        HasLengths = numbering.MinDigits is not null || numbering.MaxDigits is not null;
        _minDigits = numbering.MinDigits ?? 1;
        _maxDigits = numbering.MaxDigits ?? AddressText.MaxDigits;
        _shortCodes = [.. numbering.ShortCodes.Select(DialPattern.Parse).OfType<DialPattern>()];
        _emergencyCodes = [.. numbering.EmergencyCodes.Select(Encoding.ASCII.GetBytes)];
        _contexts = [.. numbering.PhoneContexts.Select(Encoding.ASCII.GetBytes)];
        RoutingNumbers = numbering.RoutingNumbers;
    }

    /// <summary>True when the sender's routing numbers are believed.</summary>
    public bool RoutingNumbers { get; }

    /// <summary>True when numbers without a plus can be understood.</summary>
    public bool HasCountry => _country.Length > 0;

    bool HasLengths { get; }

    public bool IsEmergency(ReadOnlySpan<byte> keys)
    {
        foreach (var code in _emergencyCodes)
        {
            if (keys.SequenceEqual(code))
                return true;
        }

        return false;
    }

    public bool IsShortCode(ReadOnlySpan<byte> keys)
    {
        foreach (var pattern in _shortCodes)
        {
            if (pattern.Matches(keys))
                return true;
        }

        return false;
    }

    /// <summary>True when a phone-context means this very plan: its own country code, or one that is listed. Separators are gone from numbers.</summary>
    public bool IsOwnContext(ReadOnlySpan<byte> context)
    {
        if (HasCountry && context.Length > 1 && context[0] == (byte)'+' && context[1..].SequenceEqual(_country))
            return true;
        foreach (var own in _contexts)
        {
            if (Ascii.EqualsIgnoreCase(context, own))
                return true;
        }

        return false;
    }

    /// <summary>A number with its country code, the plus left out: checked, and written with its plus.</summary>
    public NumberKind Global(ReadOnlySpan<byte> digits, Span<byte> number, out int length)
    {
        length = 0;
        if (digits.Length is 0 or > AddressText.MaxDigits || digits[0] == (byte)'0' || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return NumberKind.Malformed;
        if (HasLengths && HasCountry && digits.StartsWith(_country) && !IsLength(digits.Length - _country.Length))
            return NumberKind.Malformed;
        number[0] = (byte)'+';
        digits.CopyTo(number[1..]);
        length = digits.Length + 1;
        return NumberKind.Number;
    }

    /// <summary>What was dialled in this plan, as a number with its plus or as what else it is.</summary>
    public NumberKind Dialled(ReadOnlySpan<byte> keys, Span<byte> number, out int length)
    {
        length = 0;
        if (IsShortCode(keys))
            return NumberKind.ShortCode;
        if (!HasCountry)
            return NumberKind.NotANumber;
        if (keys.IndexOfAny((byte)'*', (byte)'#') >= 0)
            return NumberKind.ShortCode; // a service of the provider's own, listed or not
        foreach (var prefix in _internationalPrefixes)
        {
            if (keys.StartsWith(prefix))
                return Global(keys[prefix.Length..], number, out length);
        }

        if (_nationalPrefix.Length > 0 && keys.StartsWith(_nationalPrefix))
            return National(default, keys[_nationalPrefix.Length..], number, out length);
        if (HasLengths ? IsLength(keys.Length) : _nationalPrefix.Length == 0 && _areaCode.Length == 0)
            return National(default, keys, number, out length);
        if (_areaCode.Length > 0 && (!HasLengths || IsLength(_areaCode.Length + keys.Length)))
            return National(_areaCode, keys, number, out length);
        return NumberKind.NotANumber;
    }

    NumberKind National(ReadOnlySpan<byte> areaCode, ReadOnlySpan<byte> keys, Span<byte> number, out int length)
    {
        length = 0;
        var digits = _country.Length + areaCode.Length + keys.Length;
        if (keys.IsEmpty || digits > AddressText.MaxDigits || !IsLength(areaCode.Length + keys.Length))
            return NumberKind.Malformed;
        Span<byte> whole = stackalloc byte[AddressText.MaxDigits];
        _country.CopyTo(whole);
        areaCode.CopyTo(whole[_country.Length..]);
        keys.CopyTo(whole[(_country.Length + areaCode.Length)..]);
        return Global(whole[..digits], number, out length);
    }

    bool IsLength(int digits) => digits >= _minDigits && digits <= _maxDigits;
}
