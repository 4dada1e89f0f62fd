using System.Buffers.Text;

namespace Meetpoint.Net;

/// <content>The host as text, without allocation.</content>
public readonly partial struct NetAddress
{
    /// <summary>Bytes that any host takes at most.</summary>
    public const int MaxHostLength = 39;

    const int Groups = 8;

    /// <summary>
    /// Writes the host without port and brackets: four decimal numbers, or hexadecimal groups with the longest run of zeros left out
    /// (RFC 5952 section 4). False when there is no room, or no address.
    /// </summary>
    public bool TryFormatHost(Span<byte> ascii, out int written)
    {
        written = 0;
        return _set && (IsIPv4 ? TryFormatIPv4(ascii, out written) : TryFormatIPv6(ascii, out written));
    }

    bool TryFormatIPv4(Span<byte> ascii, out int written)
    {
        written = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            if (!Utf8Formatter.TryFormat((byte)(_low >> shift), ascii[written..], out var digits))
                return false;
            written += digits;
            if (shift > 0 && !TryAdd((byte)'.', ascii, ref written))
                return false;
        }

        return true;
    }

    bool TryFormatIPv6(Span<byte> ascii, out int written)
    {
        written = 0;
        var (runStart, runLength) = LongestZeros();
        for (var i = 0; i < Groups; i++)
        {
            if (i == runStart)
            {
                if (!TryAdd((byte)':', ascii, ref written) || (i + runLength == Groups && !TryAdd((byte)':', ascii, ref written)))
                    return false;
                i += runLength - 1;
                continue;
            }

            if (i > 0 && !TryAdd((byte)':', ascii, ref written))
                return false;
            if (!Group(i).TryFormat(ascii[written..], out var digits, "x", System.Globalization.CultureInfo.InvariantCulture))
                return false;
            written += digits;
        }

        return true;
    }

    ushort Group(int index) => (ushort)((index < 4 ? _high : _low) >> (48 - (index % 4 * 16)));

    // A single zero group is written out, and of two runs of one length the first is left out.
    (int Start, int Length) LongestZeros()
    {
        var (start, length) = (-1, 1);
        for (var i = 0; i < Groups; i++)
        {
            var end = i;
            while (end < Groups && Group(end) == 0)
                end++;
            if (end - i > length)
                (start, length) = (i, end - i);
            i = Math.Max(i, end);
        }

        return (start, length);
    }

    static bool TryAdd(byte value, Span<byte> ascii, ref int written)
    {
        if (written >= ascii.Length)
            return false;
        ascii[written++] = value;
        return true;
    }
}
