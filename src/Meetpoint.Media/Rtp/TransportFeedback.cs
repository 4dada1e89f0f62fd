using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>
/// Which packets of one peer arrived, and when, by transport sequence number: read in place, in the order of the numbers
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1).
/// </summary>
public ref struct TransportFeedback
{
    /// <summary>Arrival times are in units of this many microseconds.</summary>
    public const int TickMicroseconds = 250;

    /// <summary>Ticks of a unit of the reference time, 64 ms.</summary>
    public const int ReferenceTicks = 256;

    /// <summary>Bytes ahead of the chunks.</summary>
    internal const int HeaderLength = 8;

    readonly ReadOnlySpan<byte> _chunks;
    ReadOnlySpan<byte> _deltas;
    int _next;
    int _chunkAt;
    int _leftInChunk;
    int _chunk;
    long _ticks;

    TransportFeedback(ReadOnlySpan<byte> body, int chunksLength)
    {
        BaseSequence = BinaryPrimitives.ReadUInt16BigEndian(body);
        Count = BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
        ReferenceTime = BinaryPrimitives.ReadInt32BigEndian(body[4..]) >> 8;
        Number = body[7];
        _chunks = body.Slice(HeaderLength, chunksLength);
        _deltas = body[(HeaderLength + chunksLength)..];
        _ticks = (long)ReferenceTime * ReferenceTicks;
    }

    /// <summary>The first transport sequence number that it tells of.</summary>
    public ushort BaseSequence { get; }

    /// <summary>How many numbers it tells of, 1 to 65535.</summary>
    public int Count { get; }

    /// <summary>Reference time in units of 64 ms, 24 bits signed; wraps.</summary>
    public int ReferenceTime { get; }

    /// <summary>Number of the feedback packet; a gap shows that one was lost.</summary>
    public byte Number { get; }

    /// <summary>The next number: whether it arrived and at which tick of the receiver's clock, which wraps with <see cref="ReferenceTime"/>; false past the last.</summary>
    public bool TryRead(out ushort sequence, out bool received, out long ticks)
    {
        (sequence, received, ticks) = ((ushort)(BaseSequence + _next), false, 0);
        if (_next == Count)
            return false;
        if (_leftInChunk == 0)
        {
            _chunk = BinaryPrimitives.ReadUInt16BigEndian(_chunks[_chunkAt..]);
            _chunkAt += 2;
            _leftInChunk = SymbolsOf(_chunk);
        }

        var symbol = SymbolAt(_chunk, SymbolsOf(_chunk) - _leftInChunk);
        _leftInChunk--;
        _next++;
        if (symbol is 0 or 3)
            return true;
        _ticks += symbol == 1 ? _deltas[0] : BinaryPrimitives.ReadInt16BigEndian(_deltas);
        _deltas = _deltas[symbol..];
        (received, ticks) = (true, _ticks);
        return true;
    }

    /// <summary>Reads what follows the media source; false when its lengths contradict each other.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> body, out TransportFeedback feedback)
    {
        feedback = default;
        if (body.Length < HeaderLength)
            return false;
        int count = BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
        var rest = body[HeaderLength..];
        var (told, deltas, chunksLength) = (0, 0, 0);
        while (told < count)
        {
            if (rest.Length < chunksLength + 2)
                return false;
            var chunk = BinaryPrimitives.ReadUInt16BigEndian(rest[chunksLength..]);
            chunksLength += 2;
            var symbols = Math.Min(SymbolsOf(chunk), count - told);
            if (symbols == 0)
                return false; // a run of none says nothing, and a body full of them would only cost time
            told += symbols;
            deltas += DeltaBytes(chunk, symbols);
        }

        if (count == 0 || rest.Length < chunksLength + deltas)
            return false;
        feedback = new TransportFeedback(body, chunksLength);
        return true;
    }

    // A run length chunk (3.1.3): 0, two bits of symbol, thirteen of length. A vector chunk (3.1.4): 1, then one bit: 14 symbols of one bit, or 7 of two.
    static int SymbolsOf(int chunk) => (chunk & 0x8000) == 0 ? chunk & 0x1FFF : (chunk & 0x4000) == 0 ? 14 : 7;

    static int SymbolAt(int chunk, int index) =>
        (chunk & 0x8000) == 0 ? (chunk >> 13) & 3
        : (chunk & 0x4000) == 0 ? (chunk >> (13 - index)) & 1
        : (chunk >> (12 - (2 * index))) & 3;

    // Symbol 1 is followed by one byte, 2 by two; 0 was not received, 3 is reserved and has none.
    static int DeltaBytes(int chunk, int symbols)
    {
        if ((chunk & 0x8000) == 0)
            return SymbolAt(chunk, 0) is var symbol and not 3 ? symbol * symbols : 0;
        var bytes = 0;
        for (var i = 0; i < symbols; i++)
        {
            if (SymbolAt(chunk, i) is var symbol and not 3)
                bytes += symbol;
        }

        return bytes;
    }
}
