using System.Buffers.Binary;

namespace Meetpoint.Media.Video.Payloads;

/// <summary>The begin of a VP8 picture (RFC 7741 section 4.3, RFC 6386 section 9.1).</summary>
static class Vp8Payload
{
    const int FrameTagLength = 3;
    const int KeyframeHeaderLength = 10;
    const int DimensionMask = 0x3FFF;

    public static bool TryRead(ReadOnlySpan<byte> payload, out VideoPayload read)
    {
        read = default;
        if (!Vp8Descriptor.TryRead(payload, out var descriptor))
            return false;
        var picture = payload[descriptor.Length..];
        if (picture.IsEmpty)
            return false;
        var isKeyframe = descriptor.StartsPicture && (picture[0] & 1) == 0;
        read = new VideoPayload
        {
            BeginsPicture = descriptor.StartsPicture,
            BeginsKeyframe = isKeyframe,
            Height = isKeyframe && TryReadSize(picture, out _, out var height) ? height : 0,
            Vp8 = descriptor,
        };
        return true;
    }

    /// <summary>The size that a keyframe says; false when it says none.</summary>
    /// <param name="picture">From its first byte on.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Lines.</param>
    public static bool TryReadSize(ReadOnlySpan<byte> picture, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (picture.Length < KeyframeHeaderLength || !picture[FrameTagLength..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            return false;
        width = BinaryPrimitives.ReadUInt16LittleEndian(picture[6..]) & DimensionMask;
        height = BinaryPrimitives.ReadUInt16LittleEndian(picture[8..]) & DimensionMask;
        return true;
    }
}
