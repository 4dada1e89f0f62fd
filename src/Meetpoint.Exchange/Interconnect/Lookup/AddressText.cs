using System.Text;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What an address turned out to be.</summary>
enum AddressForm
{
    /// <summary>No address.</summary>
    None,

    /// <summary>"+442079460000".</summary>
    Number,

    /// <summary>"alice@albion.example".</summary>
    Mailbox,

    /// <summary>"albion.example".</summary>
    Domain,
}

/// <summary>
/// The one form in which addresses are compared: without scheme, port and parameters, in lower case, numbers without visual separators.
/// </summary>
/// <remarks>
/// The user part is compared without case too. RFC 3261 section 19.1.4 would tell Alice from alice; no provider gives both out, and the
/// validator refuses a world that does.
/// </remarks>
static class AddressText
{
    /// <summary>Longer ones are no address.</summary>
    public const int MaxLength = 255;

    /// <summary>E.164 allows 15 digits.</summary>
    public const int MaxDigits = 15;

    /// <summary>Writes the form into <paramref name="buffer"/> (<see cref="MaxLength"/> bytes or more).</summary>
    public static AddressForm Canonicalise(ReadOnlySpan<char> text, Span<byte> buffer, out int length)
    {
        length = 0;
        if (text.Length > MaxLength || Ascii.FromUtf16(text, buffer, out var written) != System.Buffers.OperationStatus.Done)
            return AddressForm.None;
        return InPlace(buffer[..written], out length);
    }

    /// <inheritdoc cref="Canonicalise(ReadOnlySpan{char}, Span{byte}, out int)"/>
    public static AddressForm Canonicalise(ReadOnlySpan<byte> text, Span<byte> buffer, out int length)
    {
        length = 0;
        if (text.Length > MaxLength)
            return AddressForm.None;
        text.CopyTo(buffer);
        return InPlace(buffer[..text.Length], out length);
    }

    /// <summary>The form as text, or null when it is no address.</summary>
    public static string? Canonical(string text, out AddressForm form)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        form = Canonicalise(text, buffer, out var length);
        return form == AddressForm.None ? null : Encoding.ASCII.GetString(buffer[..length]);
    }

    /// <summary>The leading "+digits" of a mailbox such as "+4420...@host;user=phone" (RFC 3261 section 19.1.6), or empty.</summary>
    public static ReadOnlySpan<byte> NumberOf(ReadOnlySpan<byte> canonical)
    {
        if (canonical.IsEmpty || canonical[0] != (byte)'+')
            return default;
        var end = 1;
        while (end < canonical.Length && char.IsAsciiDigit((char)canonical[end]))
            end++;
        return end > 1 && (end == canonical.Length || canonical[end] == (byte)'@') ? canonical[..end] : default;
    }

    static AddressForm InPlace(Span<byte> text, out int length)
    {
        length = 0;
        var start = SchemeLength(text);
        if (start < text.Length && text[start] == (byte)'+' && text[start..].IndexOf((byte)'@') < 0)
            return Number(text, start, out length);

        var mailbox = text[start..].IndexOf((byte)'@') >= 0;
        var at = -1;
        var literal = false; // within the brackets of an IPv6 host
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            // Of a user they are a part (RFC 3261 section 25.1, user-unreserved); after a host parameters and headers begin.
            if (c is (byte)';' or (byte)'?' && (at >= 0 || !mailbox))
                break;
            if (c == (byte)':' && !literal)
            {
                if (!mailbox || at >= 0)
                    break;
                if (start == 0)
                    return AddressForm.None; // a scheme that is none of SIP's
                i += text[i..].IndexOf((byte)'@'); // a password, which is none of the address
                c = text[i];
            }

            if (c <= 0x20 || c >= 0x7F || (c == (byte)'@' && at >= 0))
                return AddressForm.None;
            if (c == (byte)'@')
                at = length;
            literal = c == (byte)'[' || (literal && c != (byte)']');
            text[length++] = c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
        }

        if (length == 0 || at == 0 || at == length - 1)
            return AddressForm.None;
        if (!IsHost(text[(at + 1)..length]))
            return AddressForm.None;
        return at > 0 ? AddressForm.Mailbox : AddressForm.Domain;
    }

    static AddressForm Number(Span<byte> text, int start, out int length)
    {
        length = 0;
        text[length++] = (byte)'+';
        for (var i = start + 1; i < text.Length && text[i] is not ((byte)';' or (byte)'?'); i++)
        {
            if (char.IsAsciiDigit((char)text[i]))
                text[length++] = text[i];
            else if (text[i] is not ((byte)'-' or (byte)'.' or (byte)'(' or (byte)')' or (byte)' '))
                return AddressForm.None;
        }

        return length is > 1 and <= MaxDigits + 1 ? AddressForm.Number : AddressForm.None;
    }

    static int SchemeLength(ReadOnlySpan<byte> text)
    {
        if (Ascii.EqualsIgnoreCase(text[..Math.Min(4, text.Length)], "sip:"u8) || Ascii.EqualsIgnoreCase(text[..Math.Min(4, text.Length)], "tel:"u8))
            return 4;
        return Ascii.EqualsIgnoreCase(text[..Math.Min(5, text.Length)], "sips:"u8) ? 5 : 0;
    }

    static bool IsHost(ReadOnlySpan<byte> host)
    {
        if (host[0] == (byte)'[')
            return host[^1] == (byte)']' && host[1..^1].IndexOfAnyExcept("0123456789abcdef:."u8) < 0;
        foreach (var c in host)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'.' or (byte)'_'))
                return false;
        }

        return host[0] != (byte)'.' && host[^1] != (byte)'.' && host.IndexOf(".."u8) < 0;
    }
}
