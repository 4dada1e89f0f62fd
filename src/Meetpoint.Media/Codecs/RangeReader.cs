namespace Meetpoint.Media.Codecs;

/// <summary>Reads the first symbols of a frame of Opus (RFC 6716 section 4.1). Behind the end of the frame it reads zeros, as the section has it.</summary>
ref struct RangeReader
{
    const uint Least = 1 << 23; // the range is kept above this
    const int SymbolBits = 8;
    const int FrequencyBits = 8; // all tables here are of 256 in all

    readonly ReadOnlySpan<byte> _bytes;
    uint _range = 128;
    uint _difference;
    int _at = 1;
    int _last;

    /// <summary>Begins at the begin of the frame.</summary>
    /// <param name="bytes">The frame, one byte at least.</param>
    public RangeReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _last = bytes[0];
        _difference = (uint)(127 - (_last >> 1));
        Normalize();
    }

    /// <summary>Passes over a bit of which both values are alike probable and of which it is known that it is 0.</summary>
    public void SkipBit()
    {
        var half = _range >> 1;
        _difference -= half;
        _range -= half;
        Normalize();
    }

    /// <summary>The next symbol.</summary>
    /// <param name="above">For each symbol, how often in 256 one of those above it comes; 0 for the last.</param>
    public int Read(ReadOnlySpan<byte> above)
    {
        var unit = _range >> FrequencyBits;
        var high = _range;
        for (var symbol = 0; ; symbol++)
        {
            var low = unit * above[symbol];
            if (_difference >= low)
            {
                _difference -= low;
                _range = high - low;
                Normalize();
                return symbol;
            }

            high = low;
        }
    }

    void Normalize()
    {
        while (_range <= Least)
        {
            // A byte of the frame lies across two of these steps: its last bit waits for the next.
            var next = _at < _bytes.Length ? _bytes[_at++] : 0;
            var symbol = ((_last << SymbolBits) | next) >> 1 & 0xFF;
            _last = next;
            _range <<= SymbolBits;
            _difference = ((_difference << SymbolBits) + (uint)(0xFF - symbol)) & 0x7FFF_FFFF;
        }
    }
}
