namespace Meetpoint.Media.Video.Payloads;

/// <summary>What can be seen of a picture in one packet of it, without decoding.</summary>
readonly record struct VideoPayload
{
    /// <summary>A picture begins here.</summary>
    public bool BeginsPicture { get; init; }

    /// <summary>A picture that needs no other begins here: who shall see the stream can begin with this packet.</summary>
    public bool BeginsKeyframe { get; init; }

    /// <summary>H.264: the decoder's parameters (SPS) are in it.</summary>
    public bool HasParameters { get; init; }

    /// <summary>Lines of the picture; 0 when this packet does not tell.</summary>
    public int Height { get; init; }

    /// <summary>VP8: the descriptor.</summary>
    public Vp8Descriptor Vp8 { get; init; }

    /// <summary>Reads a payload; false when it is none of the codec. Never throws.</summary>
    public static bool TryRead(VideoCodec codec, ReadOnlySpan<byte> payload, out VideoPayload read) =>
        codec == VideoCodec.Vp8 ? Vp8Payload.TryRead(payload, out read) : H264Payload.TryRead(payload, out read);
}
