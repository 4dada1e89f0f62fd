using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Where the number stands in a tel URI, or in the user part of a SIP URI, and what stands around it. Read in place.</summary>
readonly ref struct NumberUri
{
    ReadOnlySpan<byte> Before { get; init; }

    ReadOnlySpan<byte> Digits { get; init; }

    ReadOnlySpan<byte> After { get; init; }

    /// <summary>Parameters of the number, with their semicolons (RFC 3966 section 3); not those of a SIP URI.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>True for tel and for user=phone: what stands there says that it is a number.</summary>
    public bool IsPhone { get; private init; }

    /// <summary>True when the number begins with a plus.</summary>
    public bool IsGlobal { get; private init; }

    /// <summary>True when the URI says that it has a number of the public plan, so that one that cannot be read is a fault.</summary>
    public bool IsSurelyPublic => IsGlobal && IsPhone;

    /// <summary>Finds the number; the parts of a URI that has none are empty.</summary>
    public static SipUriError TryRead(ReadOnlySpan<byte> uri, out NumberUri parts)
    {
        parts = default;
        if (SipUriView.Parse(uri, out var view) is not SipUriError.None and var error)
            return error;
        if (view.Scheme == SipUriScheme.Urn || view.User.IsEmpty || !view.Password.IsEmpty)
            return SipUriError.None;
        var isTel = view.Scheme == SipUriScheme.Tel;
        var start = uri.IndexOf((byte)':') + 1;
        var user = isTel ? uri[start..] : view.User;
        var semicolon = user.IndexOf((byte)';');
        var digits = semicolon < 0 ? user : user[..semicolon];
        parts = new NumberUri
        {
            Before = uri[..start],
            Digits = digits,
            Parameters = user[digits.Length..],
            After = uri[(start + user.Length)..],
            IsPhone = isTel || Ascii.EqualsIgnoreCase(view.Parameters["user"u8], "phone"u8),
            IsGlobal = digits.StartsWith("+"u8) || digits.StartsWith("%2B"u8) || digits.StartsWith("%2b"u8),
        };
        return SipUriError.None;
    }

    /// <summary>The dialled keys without plus, escapes and visual separators; false when there is anything else, nothing, or too much.</summary>
    public bool TryKeys(Span<byte> keys, out int length)
    {
        length = 0;
        for (var i = 0; i < Digits.Length; i++)
        {
            var key = Digits[i];
            if (key == (byte)'%' && i + 2 < Digits.Length)
            {
                key = (byte)((Hex(Digits[i + 1]) << 4) | Hex(Digits[i + 2]));
                if (i == 0 && key == (byte)'+')
                {
                    i += 2;
                    continue;
                }

                i += 2;
            }
            else if (i == 0 && key == (byte)'+')
            {
                continue;
            }

            if (key is (byte)'-' or (byte)'.' or (byte)'(' or (byte)')')
                continue;
            if (!char.IsAsciiDigit((char)key) && key is not ((byte)'*' or (byte)'#') || length == keys.Length)
                return false;
            keys[length++] = key;
        }

        return length > 0;
    }

    /// <summary>The digits of a number without its visual separators; false when there is anything else, nothing, or too much.</summary>
    public static bool TryDigits(ReadOnlySpan<byte> text, Span<byte> digits, out int length)
    {
        length = 0;
        foreach (var digit in text)
        {
            if (digit is (byte)'-' or (byte)'.' or (byte)'(' or (byte)')')
                continue;
            if (!char.IsAsciiDigit((char)digit) || length == digits.Length)
                return false;
            digits[length++] = digit;
        }

        return length > 0;
    }

    /// <summary>
    /// Writes the URI with the number in the place of the old one. phone-context goes, as a number with a plus has none (RFC 3966 section 5.1.5); so
    /// does what an unbelieved sender says of number portability. All else stays as it was.
    /// </summary>
    public int Write(ReadOnlySpan<byte> number, bool withoutRouting, Span<byte> destination)
    {
        var at = Append(Before, destination, 0);
        at = Append(number, destination, at);
        var parameters = new TelParameters(Parameters);
        while (parameters.MoveNext())
        {
            if (parameters.Is("phone-context"u8) || (withoutRouting && (parameters.Is("rn"u8) || parameters.Is("rn-context"u8) || parameters.Is("npdi"u8))))
                continue;
            at = Append(parameters.Whole, destination, at);
        }

        return Append(After, destination, at);
    }

    static int Append(ReadOnlySpan<byte> text, Span<byte> destination, int at)
    {
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }

    static int Hex(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
