using System.Buffers;
using System.Buffers.Text;

namespace Meetpoint.Sip;

/// <summary>The lexical rules of RFC 3261 section 25.1 over bytes. Nothing here throws or allocates.</summary>
static class SipLexer
{
    static readonly SearchValues<byte> Token =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~"u8);

    static readonly SearchValues<byte> CallIdWord =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~()<>:\\\"/[]?{}@"u8);

    public static bool IsToken(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExcept(Token);

    public static bool IsCallId(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExcept(CallIdWord);

    // A folded line leaves CR and LF inside a value, so both count as white space here.
    public static bool IsLws(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsLws(text[start]))
            start++;
        while (end > start && IsLws(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>Index of the byte after the closing quote; -1 when the string does not end. text[0] is the opening quote.</summary>
    public static int SkipQuoted(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1;
        }

        return -1;
    }

    /// <summary>Index of the first <paramref name="wanted"/> outside quotes and angle brackets; text.Length without; -1 when unbalanced.</summary>
    public static int FindBare(ReadOnlySpan<byte> text, byte wanted)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            if (b == wanted)
                return i;
            if (b == '"')
            {
                var skipped = SkipQuoted(text[i..]);
                if (skipped < 0)
                    return -1;
                i += skipped - 1;
            }
            else if (b == '<')
            {
                var close = text[i..].IndexOf((byte)'>');
                if (close < 0)
                    return -1;
                i += close;
            }
        }

        return text.Length;
    }

    /// <summary>Takes the next value of a comma list; false at its end. An unbalanced rest comes as one value.</summary>
    public static bool NextListValue(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.IsEmpty)
            return false;
        var comma = FindBare(rest, (byte)',');
        if (comma < 0)
            comma = rest.Length;
        value = Trim(rest[..comma]);
        rest = comma < rest.Length ? rest[(comma + 1)..] : default;
        return true;
    }

    /// <summary>Digits only, at most <paramref name="max"/>; leading zeros are allowed.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, long max, out long number)
    {
        number = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        return Utf8Parser.TryParse(text, out number, out var used) && used == text.Length && number <= max;
    }

    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && System.Text.Ascii.EqualsIgnoreCase(left, right);
}
