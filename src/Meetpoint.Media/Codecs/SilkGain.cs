namespace Meetpoint.Media.Codecs;

/// <summary>How loud a packet of Opus without speech says that it is: its first few symbols tell, and the rest need not be decoded.</summary>
/// <remarks>
/// Read are packets of one frame of 10 or 20 ms, mono, with SILK alone or below CELT, whose encoder heard no voice and that carry no copy of another: what a
/// telephone or a browser sends of a quiet room.
/// </remarks>
static class SilkGain
{
    const int Gains = 8; // of each symbol

    /// <summary>Frame types without voice: of low, and of high offset (RFC 6716 section 4.2.7.3, table 9).</summary>
    static ReadOnlySpan<byte> Types => [230, 0];

    /// <summary>The high half of the first gain of a frame without voice (section 4.2.7.4, table 11).</summary>
    static ReadOnlySpan<byte> HighGains => [224, 112, 44, 15, 3, 2, 1, 0];

    /// <summary>The low half (table 12).</summary>
    static ReadOnlySpan<byte> LowGains => [224, 192, 160, 128, 96, 64, 32, 0];

    /// <summary>Reads the gain of the first 5 ms.</summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="gain">0 to 63, in steps of 1.37 dB: what the noise of the frame is multiplied by, before its colour is given to it.</param>
    /// <returns>False when the encoder heard a voice, and for all packets that are made otherwise.</returns>
    public static bool TryReadQuiet(ReadOnlySpan<byte> payload, out byte gain)
    {
        gain = 0;
        if (payload.Length <= OpusPacket.MaxPauseBytes)
            return false;
        var configuration = payload[0] >> 3;
        var isOneMonoFrame = (payload[0] & 7) == 0;
        if (!isOneMonoFrame || configuration >= OpusPacket.FirstCelt || (configuration < OpusPacket.FirstHybrid && (configuration & 3) > 1))
            return false;
        // Section 4.2.3: whether there is voice, and whether there is a copy of the frame before.
        if ((payload[1] & 0xC0) != 0)
            return false;
        var symbols = new RangeReader(payload[1..]);
        symbols.SkipBit();
        symbols.SkipBit();
        _ = symbols.Read(Types);
        var high = symbols.Read(HighGains);
        gain = (byte)((high * Gains) + symbols.Read(LowGains));
        return true;
    }
}
