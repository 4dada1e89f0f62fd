namespace Meetpoint.Media.Video;

/// <summary>What may happen in a video room.</summary>
public enum VideoEventKind
{
    /// <summary>
    /// The line <see cref="VideoEvent.LineId"/> of <see cref="VideoEvent.Peer"/> shows <see cref="VideoEvent.ParticipantId"/> from now on; 0 is
    /// nobody. Said when the picture changes, not when it is decided.
    /// </summary>
    Shown,

    /// <summary>A participant's video of a kind begins to come, or that of one more of his cameras; <see cref="VideoEvent.Peer"/> is whom it comes by.</summary>
    SourceStarted,

    /// <summary>It comes no more.</summary>
    SourceStopped,

    /// <summary>The input <see cref="VideoEvent.LineId"/> of the peer shall begin a picture anew, and RTCP cannot tell it: INFO with RFC 5168 does.</summary>
    KeyframeWanted,

    /// <summary>What everybody can decode is another now: <see cref="VideoEvent.Codec"/>; null is any.</summary>
    CodecWanted,

    /// <summary>What the way to the peer can carry is estimated anew: <see cref="VideoEvent.BitsPerSecond"/>.</summary>
    Estimate,

    /// <summary>What comes from a cascade names a participant that is in this room: the link forms a loop; it is not forwarded.</summary>
    CascadeLoop,

    /// <summary>What is looked at of what a cascade brings is another now: <see cref="VideoEvent.Demand"/>, for its other half.</summary>
    Demand,
}

/// <summary>Something happened in a video room.</summary>
/// <param name="Kind">What.</param>
/// <param name="Peer">To whom; null for the room.</param>
/// <param name="LineId">Number of the output or input.</param>
/// <param name="ParticipantId">Whom it is about.</param>
/// <param name="VideoKind">Camera or content.</param>
/// <param name="Codec">The codec that is wanted.</param>
/// <param name="BitsPerSecond">The estimate.</param>
/// <param name="AtNs">Monotonic time.</param>
/// <param name="Place">Which of the participant's cameras.</param>
public readonly record struct VideoEvent(
    VideoEventKind Kind, VideoPeer? Peer = null, int LineId = 0, uint ParticipantId = 0, VideoKind VideoKind = default, VideoCodec? Codec = null,
    long BitsPerSecond = 0, long AtNs = 0, CameraPlace Place = default)
{
    /// <summary>What is wanted of the cascade; null but for <see cref="VideoEventKind.Demand"/>.</summary>
    public VideoDemand? Demand { get; init; }
}

/// <summary>Hears a video room.</summary>
public interface IVideoRoomEvents
{
    /// <summary>Called in order, within the room's methods and on its loop. The room must not be called from it.</summary>
    void OnVideoEvent(in VideoEvent e);
}
