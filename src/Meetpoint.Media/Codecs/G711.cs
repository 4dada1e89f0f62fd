namespace Meetpoint.Media.Codecs;

/// <summary>The two companding laws of ITU-T G.711, by table.</summary>
/// <remarks>Mu-law looks at the top 14 bits of a sample and A-law at the top 13, so the tables are exact and small.</remarks>
public static class G711
{
    /// <summary>The mu-law byte of silence.</summary>
    public const byte MuSilence = 0xFF;

    /// <summary>The A-law byte of silence.</summary>
    public const byte ASilence = 0xD5;

    static readonly short[] MuDecodeTable = BuildDecode(DecodeMuSlow);
    static readonly short[] ADecodeTable = BuildDecode(DecodeASlow);
    static readonly byte[] MuEncodeTable = BuildEncode(2, EncodeMuSlow);
    static readonly byte[] AEncodeTable = BuildEncode(3, EncodeASlow);

    /// <summary>Mu-law of each sample; spans of equal length.</summary>
    public static void EncodeMu(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var table = MuEncodeTable;
        payload = payload[..pcm.Length];
        for (var i = 0; i < pcm.Length; i++)
            payload[i] = table[(ushort)pcm[i] >> 2];
    }

    /// <summary>A-law of each sample; spans of equal length.</summary>
    public static void EncodeA(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        var table = AEncodeTable;
        payload = payload[..pcm.Length];
        for (var i = 0; i < pcm.Length; i++)
            payload[i] = table[(ushort)pcm[i] >> 3];
    }

    /// <summary>Linear of each mu-law byte; spans of equal length.</summary>
    public static void DecodeMu(ReadOnlySpan<byte> payload, Span<short> pcm) => Decode(MuDecodeTable, payload, pcm);

    /// <summary>Linear of each A-law byte; spans of equal length.</summary>
    public static void DecodeA(ReadOnlySpan<byte> payload, Span<short> pcm) => Decode(ADecodeTable, payload, pcm);

    static void Decode(short[] table, ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        pcm = pcm[..payload.Length];
        for (var i = 0; i < payload.Length; i++)
            pcm[i] = table[payload[i]];
    }

    static short[] BuildDecode(Func<byte, short> decode)
    {
        var table = new short[256];
        for (var i = 0; i < table.Length; i++)
            table[i] = decode((byte)i);
        return table;
    }

    static byte[] BuildEncode(int shift, Func<short, byte> encode)
    {
        var table = new byte[0x1_0000 >> shift];
        for (var i = 0; i < table.Length; i++)
            table[i] = encode((short)(i << shift));
        return table;
    }

    // The law is eight segments, each twice as coarse as the one before it, with sixteen steps; mu-law biases by 33 (132 at
    // 16 bits) so that a segment is found by the position of the highest bit. All bits are sent inverted.
    static byte EncodeMuSlow(short sample)
    {
        var sign = sample < 0 ? 0x80 : 0;
        var magnitude = Math.Min((sample < 0 ? ~(sample >> 2) : sample >> 2) + 33, 0x1FFF);
        var segment = int.Log2(magnitude) - 5;
        var step = (magnitude >> (segment + 1)) & 0x0F;
        return (byte)~(sign | (segment << 4) | step);
    }

    static short DecodeMuSlow(byte code)
    {
        var bits = ~code;
        var segment = (bits >> 4) & 7;
        var magnitude = ((((bits & 0x0F) << 3) + 132) << segment) - 132;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    // A-law: the two lowest segments share one step size, there is no bias, and every second bit is sent inverted.
    static byte EncodeASlow(short sample)
    {
        var sign = sample >= 0 ? 0x80 : 0;
        var magnitude = sample >= 0 ? sample >> 3 : ~(sample >> 3);
        var segment = magnitude < 32 ? 0 : int.Log2(magnitude) - 4;
        var step = (magnitude >> Math.Max(segment, 1)) & 0x0F;
        return (byte)((sign | (segment << 4) | step) ^ 0x55);
    }

    static short DecodeASlow(byte code)
    {
        var bits = code ^ 0x55;
        var segment = (bits >> 4) & 7;
        var magnitude = ((bits & 0x0F) << 4) + 8;
        if (segment > 0)
            magnitude = (magnitude + 0x100) << (segment - 1);
        return (short)((bits & 0x80) != 0 ? magnitude : -magnitude);
    }
}
