using Meetpoint.Media.Video;

namespace Meetpoint.Media.Recording;

/// <summary>What a file says of its pictures before the first of them.</summary>
/// <param name="Codec">VP8 or H.264.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Lines.</param>
/// <param name="Parameters">Of H.264 the decoder's configuration (ISO/IEC 14496-15 section 5.3.3.1), else empty.</param>
sealed record PictureTrack(VideoCodec Codec, int Width, int Height, byte[] Parameters)
{
    /// <summary>
    /// Whether pictures of another track can go on in a file that began with this one: VP8 says its size in each keyframe, and so may change it; of H.264 players take other
    /// parameters from the pictures, but not another size.
    /// </summary>
    public bool GoesOnWith(PictureTrack other) => Codec == other.Codec && (Codec == VideoCodec.Vp8 || (Width == other.Width && Height == other.Height));
}
