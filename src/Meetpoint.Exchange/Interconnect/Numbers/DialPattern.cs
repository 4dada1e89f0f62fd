namespace Meetpoint.Exchange.Interconnect;

/// <summary>A pattern of dialled digits: digits, '*', '#', 'x' for any digit, "[2-57]" for some. Matches whole codes only. Immutable.</summary>
sealed class DialPattern
{
    /// <summary>Longer codes are none.</summary>
    public const int MaxLength = 16;

    const string Keys = "0123456789*#";
    const ushort AnyDigit = 0x3FF;

    readonly ushort[] _places; // a bit for each key that may stand there

    DialPattern(ushort[] places) => _places = places;

    /// <summary>Reads a pattern; null when it is none.</summary>
    public static DialPattern? Parse(string text)
    {
        var places = new List<ushort>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is 'x' or 'X')
            {
                places.Add(AnyDigit);
            }
            else if (text[i] == '[')
            {
                var close = text.IndexOf(']', i);
                if (close < 0 || Set(text.AsSpan(i + 1, close - i - 1)) is not (> 0 and var set))
                    return null;
                places.Add(set);
                i = close;
            }
            else if (Keys.IndexOf(text[i], StringComparison.Ordinal) is >= 0 and var key)
            {
                places.Add((ushort)(1 << key));
            }
            else
            {
                return null;
            }
        }

        return places.Count is > 0 and <= MaxLength ? new DialPattern([.. places]) : null;
    }

    /// <summary>True when the keys are the whole code.</summary>
    public bool Matches(ReadOnlySpan<byte> keys)
    {
        if (keys.Length != _places.Length)
            return false;
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[i] switch { (byte)'*' => 10, (byte)'#' => 11, _ => keys[i] - '0' };
            if ((uint)key > 11 || (_places[i] & (1 << key)) == 0)
                return false;
        }

        return true;
    }

    static ushort Set(ReadOnlySpan<char> text)
    {
        var set = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var first = text[i];
            var isRange = i + 2 < text.Length && text[i + 1] == '-';
            var last = isRange ? text[i += 2] : first;
            if (!char.IsAsciiDigit(first) || !char.IsAsciiDigit(last) || last < first)
                return 0;
            for (var digit = first; digit <= last; digit++)
                set |= 1 << (digit - '0');
        }

        return (ushort)set;
    }
}
