namespace Meetpoint.Media.Codecs;

/// <summary>
/// Comfort noise (RFC 3389): reads the level of the payload and makes white noise of it. The spectral coefficients that may follow are
/// not used, as RFC 3389 3 allows.
/// </summary>
public struct ComfortNoise
{
    /// <summary>The static payload type at 8 kHz (RFC 3551 6).</summary>
    public const int PayloadType = 13;

    /// <summary>Name in SDP's rtpmap.</summary>
    public const string Name = "CN";

    /// <summary>Noise is never made louder than this, whatever the packet asks: -30 dBov.</summary>
    public const byte LoudestLevel = 30;

    uint _random;
    float _amplitude;

    /// <summary>Takes the level of a comfort noise payload, 0 to 127 in -dBov. An empty payload is silence.</summary>
    public void SetLevel(ReadOnlySpan<byte> payload)
    {
        var level = payload.IsEmpty ? (byte)127 : (byte)(payload[0] & 0x7F);
        level = Math.Max(level, LoudestLevel);
        // A uniform value of amplitude a has an RMS of a / sqrt(3).
        _amplitude = level == 127 ? 0 : 32768f * MathF.Sqrt(3) * MathF.Pow(10, -level / 20f);
    }

    /// <summary>No noise until the next level.</summary>
    public void Silence() => _amplitude = 0;

    /// <summary>Fills with noise of the level.</summary>
    public void Generate(Span<short> pcm)
    {
        if (_amplitude < 1)
        {
            pcm.Clear();
            return;
        }

        var state = _random | 1;
        for (var i = 0; i < pcm.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            pcm[i] = (short)((int)state * (1f / 2147483648f) * _amplitude);
        }

        _random = state;
    }
}
