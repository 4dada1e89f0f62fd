namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Bytes as text for the user part of a URI, five bits a character, of digits, "_" and lower-case consonants: no header's name can come up by chance, for
/// which careless parsers search whole messages (one Base64 token in some thousands had "CSeq" in it).
/// </summary>
static class TokenText
{
    static ReadOnlySpan<byte> Alphabet => "0123456789bcdfghjklmnpqrstvwxyz_"u8;

    /// <summary>Characters of so many bytes.</summary>
    public static int Length(int bytes) => ((bytes * 8) + 4) / 5;

    /// <summary>Writes <see cref="Length"/> characters.</summary>
    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        var (held, bits, at) = (0, 0, 0);
        foreach (var one in bytes)
        {
            held = (held << 8) | one;
            for (bits += 8; bits >= 5; bits -= 5)
                text[at++] = Alphabet[(held >> (bits - 5)) & 31];
            held &= (1 << bits) - 1;
        }

        if (bits > 0)
            text[at++] = Alphabet[(held << (5 - bits)) & 31];
        return at;
    }

    /// <summary>Reads them back. False for any other character, for bits left over that are not nought, and for more bytes than there is room for.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int length)
    {
        length = 0;
        var (held, bits) = (0, 0);
        foreach (var one in text)
        {
            var value = Alphabet.IndexOf(one);
            if (value < 0)
                return false;
            held = (held << 5) | value;
            bits += 5;
            if (bits < 8)
                continue;
            if (length == bytes.Length)
                return false;
            bits -= 8;
            bytes[length++] = (byte)(held >> bits);
            held &= (1 << bits) - 1;
        }

        return bits < 5 && held == 0;
    }
}
