namespace Meetpoint.Media.Tests.Video.Kit;

/// <summary>Bits from the highest down, and Exp-Golomb codes: enough for a parameter set of H.264.</summary>
sealed class BitWriter
{
    readonly List<bool> _bits = [];

    public BitWriter Bits(uint value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
            _bits.Add(((value >> i) & 1) != 0);
        return this;
    }

    public BitWriter Exponential(uint value)
    {
        var length = 32 - System.Numerics.BitOperations.LeadingZeroCount(value + 1);
        return Bits(0, length - 1).Bits(value + 1, length);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[(_bits.Count + 7) / 8];
        for (var i = 0; i < _bits.Count; i++)
            bytes[i / 8] |= (byte)(_bits[i] ? 0x80 >> (i % 8) : 0);
        return bytes;
    }

    /// <summary>A sequence parameter set of constrained baseline, NAL header included (H.264, 7.3.2.1.1).</summary>
    public static byte[] ParameterSet(int width, int height)
    {
        var rows = (height + 15) / 16;
        var writer = new BitWriter().Bits(0x67, 8).Bits(0x42E01F, 24)
            .Exponential(0) // id
            .Exponential(0) // frame number bits
            .Exponential(2) // order
            .Exponential(1).Bits(0, 1) // reference frames
            .Exponential((uint)(((width + 15) / 16) - 1)).Exponential((uint)(rows - 1))
            .Bits(1, 1).Bits(1, 1);
        var cropped = (rows * 16) - height;
        writer.Bits(cropped > 0 ? 1u : 0, 1);
        if (cropped > 0)
            writer.Exponential(0).Exponential(0).Exponential(0).Exponential((uint)(cropped / 2));
        return writer.Bits(0, 1).Bits(1, 1).ToBytes();
    }
}
