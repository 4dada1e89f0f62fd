namespace Meetpoint.Media.Video.Payloads;

/// <summary>The size of the picture in a sequence parameter set (H.264, 7.3.2.1.1).</summary>
static class H264ParameterSet
{
    /// <summary>All up to the size stands in the first bytes, scaling lists left aside.</summary>
    const int MaxBytes = 64;

    const int MaxSide = 8192;

    /// <summary>Lines of the picture; 0 when it cannot be read. Never throws.</summary>
    /// <param name="body">The NAL unit behind its header.</param>
    public static int HeightOf(ReadOnlySpan<byte> body) => TryReadSize(body, out _, out var height) ? height : 0;

    /// <summary>Columns and lines of the picture; false when they cannot be read. Never throws.</summary>
    /// <param name="body">The NAL unit behind its header.</param>
    /// <param name="width">Columns, 1 to 8192.</param>
    /// <param name="height">Lines, 1 to 8192.</param>
    public static bool TryReadSize(ReadOnlySpan<byte> body, out int width, out int height)
    {
        (width, height) = (0, 0);
        Span<byte> plain = stackalloc byte[MaxBytes];
        var bits = new BitReader(plain[..Unescape(body, plain)]);
        var profile = bits.Take(8);
        bits.Take(16); // constraints, level
        bits.TakeExponential(); // id
        var chroma = 1u;
        if (profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138)
        {
            chroma = bits.TakeExponential();
            if (chroma == 3)
                bits.Take(1);
            bits.TakeExponential(); // depths
            bits.TakeExponential();
            bits.Take(1);
            if (bits.Take(1) != 0)
                return false; // scaling matrices: baseline has none, and others need not be known
        }

        bits.TakeExponential(); // log2_max_frame_num
        if (!TrySkipOrder(ref bits))
            return false;
        bits.TakeExponential(); // max_num_ref_frames
        bits.Take(1);
        var columns = ((long)bits.TakeExponential() + 1) * 16;
        var units = (long)bits.TakeExponential() + 1;
        var isFrameOnly = bits.Take(1);
        if (isFrameOnly == 0)
            bits.Take(1);
        bits.Take(1); // direct_8x8_inference
        var factor = 2 - isFrameOnly;
        var lines = units * 16 * factor;
        if (bits.Take(1) != 0)
        {
            // Cropping: left, right, top, bottom.
            columns -= ((long)bits.TakeExponential() + bits.TakeExponential()) * (chroma is 1 or 2 ? 2 : 1);
            lines -= ((long)bits.TakeExponential() + bits.TakeExponential()) * factor * (chroma == 1 ? 2 : 1);
        }

        if (bits.IsPastEnd || columns is <= 0 or > MaxSide || lines is <= 0 or > MaxSide)
            return false;
        (width, height) = ((int)columns, (int)lines);
        return true;
    }

    static bool TrySkipOrder(ref BitReader bits)
    {
        switch (bits.TakeExponential())
        {
            case 0:
                bits.TakeExponential();
                return true;
            case 1:
                bits.Take(1);
                bits.TakeExponential();
                bits.TakeExponential();
                var cycle = bits.TakeExponential();
                for (var i = 0; i < cycle && !bits.IsPastEnd; i++)
                    bits.TakeExponential();
                return true;
            case 2:
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes out the bytes that keep start codes from occurring (7.4.1).</summary>
    static int Unescape(ReadOnlySpan<byte> body, Span<byte> plain)
    {
        int length = 0, zeros = 0;
        foreach (var value in body)
        {
            if (zeros >= 2 && value == 3)
            {
                zeros = 0;
                continue;
            }

            if (length == plain.Length)
                break;
            zeros = value == 0 ? zeros + 1 : 0;
            plain[length++] = value;
        }

        return length;
    }

    /// <summary>Bits from the highest down; behind the end come zeros.</summary>
    ref struct BitReader(ReadOnlySpan<byte> bytes)
    {
        readonly ReadOnlySpan<byte> _bytes = bytes;
        int _at;

        public readonly bool IsPastEnd => _at > _bytes.Length * 8;

        public uint Take(int count)
        {
            var value = 0u;
            for (var i = 0; i < count; i++, _at++)
                value = (value << 1) | (_at < _bytes.Length * 8 ? ((uint)_bytes[_at / 8] >> (7 - (_at % 8))) & 1 : 0);
            return value;
        }

        /// <summary>An Exp-Golomb code, ue(v) or the bits of se(v) (9.1).</summary>
        public uint TakeExponential()
        {
            var zeros = 0;
            while (zeros < 32 && Take(1) == 0)
            {
                if (IsPastEnd)
                    return 0;
                zeros++;
            }

            return zeros == 32 ? 0 : (1u << zeros) - 1 + Take(zeros);
        }
    }
}
