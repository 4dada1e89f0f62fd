namespace Meetpoint.Media.Codecs;

/// <summary>What the first bytes of a packet of Opus tell (RFC 6716 section 3.1).</summary>
static class OpusPacket
{
    /// <summary>The longest payload that is taken: one frame at its greatest (section 3.4, R3). Packets of several at such a rate are nobody's speech.</summary>
    public const int MaxBytes = 1275;

    /// <summary>A payload no longer than this has no sound in it: its sender is quiet and sends nothing more until it is not (DTX, section 2.1.9).</summary>
    public const int MaxPauseBytes = 2;

    /// <summary>The first configuration of SILK with CELT above it, and the first of CELT alone (table 2 of section 3.1).</summary>
    public const int FirstHybrid = 12;
    public const int FirstCelt = 16;

    /// <summary>Samples at 48 kHz; 0 for no packet, and for one of over 60 ms.</summary>
    public static int SampleCount(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.Length > MaxBytes)
            return 0;
        var frames = (payload[0] & 3) switch
        {
            0 => 1,
            1 or 2 => 2,
            _ => payload.Length > 1 ? payload[1] & 0x3F : 0,
        };
        var samples = frames * FrameSamples(payload[0] >> 3);
        return samples <= AudioCodec.MaxPacketMs * OpusCodec.Rate / 1000 ? samples : 0;
    }

    /// <summary>
    /// Samples of the packet before that this one carries a coarser copy of (section 2.1.7); 0 for none. Packets of one frame, or of two of one size,
    /// are looked into: what sends copies sends these.
    /// </summary>
    public static int RedundantSamples(ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= MaxPauseBytes || (payload[0] & 3) > 1 || payload[0] >> 3 >= FirstCelt)
            return 0;
        // Before all else of a frame stand a bit for each 20 ms in it that has voice, then one that says whether there is a copy, for each channel
        // (section 4.2.3).
        var parts = Math.Max(1, FrameSamples(payload[0] >> 3) / (OpusCodec.Rate / 50));
        var has = (payload[1] >> (7 - parts) & 1) != 0;
        if ((payload[0] & 4) != 0)
            has |= (payload[1] >> (6 - (2 * parts)) & 1) != 0;
        return has ? SampleCount(payload) : 0;
    }

    /// <summary>By table 2 of section 3.1.</summary>
    static int FrameSamples(int configuration) => configuration switch
    {
        < FirstHybrid => (configuration & 3) switch { 0 => 480, 1 => 960, 2 => 1920, _ => 2880 },
        < FirstCelt => (configuration & 1) == 0 ? 480 : 960,
        _ => OpusCodec.Step << (configuration & 3),
    };
}
