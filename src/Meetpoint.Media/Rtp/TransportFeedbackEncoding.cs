using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>How arrivals go into chunks and deltas: measured first, since the chunks of all stand before the deltas (transport-wide-cc 3.1.2 to 3.1.5).</summary>
readonly ref struct TransportFeedbackEncoding
{
    const int OneBitSymbols = 14;
    const int TwoBitSymbols = 7;
    const byte SmallDelta = 1;
    const byte LargeDelta = 2;

    readonly ReadOnlySpan<long> _arrivals;
    readonly ReadOnlySpan<byte> _symbols;
    readonly int _chunksLength;

    public TransportFeedbackEncoding(ReadOnlySpan<long> arrivals, Span<byte> symbols)
    {
        _arrivals = arrivals;
        var first = 0L;
        foreach (var arrival in arrivals)
        {
            if (arrival < 0)
                continue;
            first = arrival;
            break;
        }

        ReferenceTime = first / TransportFeedback.ReferenceTicks;
        var deltas = 0;
        var last = ReferenceTime * TransportFeedback.ReferenceTicks;
        for (; Count < Math.Min(arrivals.Length, symbols.Length); Count++)
        {
            var symbol = (byte)0;
            if (arrivals[Count] >= 0)
            {
                var delta = arrivals[Count] - last;
                if (delta is < short.MinValue or > short.MaxValue)
                    break;
                symbol = delta is >= 0 and <= byte.MaxValue ? SmallDelta : LargeDelta;
                last = arrivals[Count];
            }

            symbols[Count] = symbol;
            deltas += symbol;
        }

        _symbols = symbols[..Count];
        for (var at = 0; at < Count; at += NextChunk(at, out _))
            _chunksLength += 2;
        Length = _chunksLength + deltas;
    }

    /// <summary>How many numbers fit.</summary>
    public int Count { get; }

    /// <summary>Units of 64 ms, before 24 bits are taken of it.</summary>
    public long ReferenceTime { get; }

    /// <summary>Bytes of chunks and deltas.</summary>
    public int Length { get; }

    public void Write(Span<byte> body)
    {
        var chunks = body;
        for (var at = 0; at < Count; chunks = chunks[2..])
        {
            at += NextChunk(at, out var chunk);
            BinaryPrimitives.WriteUInt16BigEndian(chunks, chunk);
        }

        var deltas = body[_chunksLength..];
        var last = ReferenceTime * TransportFeedback.ReferenceTicks;
        for (var i = 0; i < Count; i++)
        {
            if (_symbols[i] == 0)
                continue;
            var delta = _arrivals[i] - last;
            if (_symbols[i] == SmallDelta)
                deltas[0] = (byte)delta;
            else
                BinaryPrimitives.WriteInt16BigEndian(deltas, (short)delta);
            deltas = deltas[_symbols[i]..];
            last = _arrivals[i];
        }
    }

    // A run where it is no shorter than what a vector would hold; else a vector, of one-bit symbols when none of them is a large delta.
    int NextChunk(int at, out ushort chunk)
    {
        var rest = _symbols[at..];
        var run = rest.IndexOfAnyExcept(rest[0]) is var end and >= 0 ? end : rest.Length;
        var oneBit = rest[..Math.Min(rest.Length, OneBitSymbols)];
        var taken = oneBit.Contains(LargeDelta) ? Math.Min(rest.Length, TwoBitSymbols) : oneBit.Length;
        if (run >= taken)
        {
            chunk = (ushort)((rest[0] << 13) | run); // MaxTransportStatuses is less than thirteen bits hold
            return run;
        }

        var vector = rest[..taken];
        var isOneBit = taken == oneBit.Length && !vector.Contains(LargeDelta);
        var bits = isOneBit ? 0x8000 : 0xC000;
        for (var i = 0; i < vector.Length; i++)
            bits |= vector[i] << (isOneBit ? 13 - i : 12 - (2 * i));
        chunk = (ushort)bits;
        return taken;
    }
}
