using System.Buffers.Binary;

namespace Meetpoint.Tests.Support;

/// <summary>The head of a frame of VP8 (RFC 6386 section 9.1), for pictures that are VP8 in it alone.</summary>
static class Vp8FrameHeader
{
    /// <summary>Octets of a keyframe's: frame tag, start code and size. Other frames have the tag's three.</summary>
    public const int Length = 10;

    /// <summary>Writes it over octets that are zero.</summary>
    /// <param name="frame">Where the frame begins.</param>
    /// <param name="isKeyframe">Whether it stands by itself, and has a size.</param>
    /// <param name="height">Lines of the picture, which is as wide as 16 to 9.</param>
    public static void Write(Span<byte> frame, bool isKeyframe, int height)
    {
        frame[0] = (byte)(isKeyframe ? 0x10 : 0x11);
        if (!isKeyframe)
            return;
        ((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]).CopyTo(frame[3..]);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[6..], (ushort)(height * 16 / 9));
        BinaryPrimitives.WriteUInt16LittleEndian(frame[8..], (ushort)height);
    }
}
