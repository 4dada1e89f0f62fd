namespace Meetpoint.Media.Video;

/// <summary>The codecs that are forwarded. None is ever transcoded.</summary>
public enum VideoCodec
{
    /// <summary>VP8, RFC 6386, in packets by RFC 7741.</summary>
    Vp8,

    /// <summary>H.264 constrained baseline, packetization-mode 1, in packets by RFC 6184.</summary>
    H264,
}

/// <summary>What is to be seen in a stream.</summary>
public enum VideoKind
{
    /// <summary>A person, or a room.</summary>
    Camera,

    /// <summary>A shared screen: <c>a=content:slides</c> (RFC 4796).</summary>
    Content,
}

/// <summary>A payload type of the session and the codec that it stands for.</summary>
/// <param name="PayloadType">0 to 127.</param>
/// <param name="Codec">The codec.</param>
/// <param name="RtxPayloadType">Payload type of its retransmissions (RFC 4588); -1 when none was negotiated.</param>
public readonly record struct VideoFormat(byte PayloadType, VideoCodec Codec, int RtxPayloadType = -1);
