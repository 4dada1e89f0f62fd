namespace Meetpoint.Net.Dns;

/// <summary>Bracket expressions of POSIX: "[0-9]", "[^.]", "[[:digit:]+]".</summary>
static class RegexBrackets
{
    /// <summary>Reads from after the opening bracket to after the closing one.</summary>
    public static bool TryParse(string text, ref int at, out UInt128 set)
    {
        set = 0;
        var isNegated = at < text.Length && text[at] == '^';
        if (isNegated)
            at++;
        for (var isFirst = true; at < text.Length; isFirst = false)
        {
            if (text[at] == ']' && !isFirst)
            {
                at++;
                set = isNegated ? ~set : set;
                return true;
            }

            if (text[at] == '[' && at + 1 < text.Length && text[at + 1] is ':' or '.' or '=')
            {
                if (!TryClass(text, ref at, out var members))
                    return false;
                set |= members;
                continue;
            }

            var (low, high) = (text[at], text[at]);
            at++;
            if (at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
            {
                high = text[at + 1];
                at += 2;
            }

            if (high < low || high >= 128 || high == '[' && low != high)
                return false;
            for (var character = low; character <= high; character++)
                set |= UInt128.One << character;
        }

        return false;
    }

    static bool TryClass(string text, ref int at, out UInt128 set)
    {
        set = 0;
        var end = text.IndexOf(":]", at, StringComparison.Ordinal);
        Func<char, bool>? holds = text[at + 1] != ':' || end < at + 2 ? null : text[(at + 2)..end] switch
        {
            "digit" => char.IsAsciiDigit,
            "alpha" => char.IsAsciiLetter,
            "alnum" => char.IsAsciiLetterOrDigit,
            "upper" => char.IsAsciiLetterUpper,
            "lower" => char.IsAsciiLetterLower,
            "xdigit" => char.IsAsciiHexDigit,
            "punct" => char.IsPunctuation,
            _ => null,
        };
        if (holds is null)
            return false;
        for (var character = '!'; character < 127; character++)
        {
            if (holds(character))
                set |= UInt128.One << character;
        }

        at = end + 2;
        return true;
    }
}
