namespace Meetpoint.Media.Rooms;

/// <summary>What may happen in a room.</summary>
public enum MediaEventKind
{
    /// <summary>The first valid packet of a leg came: proof of life begins.</summary>
    FirstPacket,

    /// <summary>Nothing came for <see cref="MediaRoomOptions.SilentAfterNs"/>; <see cref="MediaEvent.AtNs"/> is when.</summary>
    LegSilent,

    /// <summary>Packets come again.</summary>
    LegResumed,

    /// <summary>A key was pressed: <see cref="MediaEvent.Digit"/>.</summary>
    Dtmf,

    /// <summary>Somebody else has the floor; participant 0 is nobody.</summary>
    ActiveSpeaker,

    /// <summary>A participant spoke in the last interval, at <see cref="MediaEvent.Level"/>. Over a cascade it is one of the far half.</summary>
    Level,

    /// <summary>A prompt that was played to one leg is over.</summary>
    PromptEnded,

    /// <summary>The other side said goodbye by RTCP.</summary>
    Bye,

    /// <summary>What comes from a cascade names a participant that is in this room: the link forms a loop; it is not mixed.</summary>
    CascadeLoop,

    /// <summary>The leg's port could not be opened; it carries nothing.</summary>
    LegFailed,

    /// <summary>The leg is gone; its statistics are final.</summary>
    LegRemoved,
}

/// <summary>Something happened in a room.</summary>
/// <param name="Kind">What.</param>
/// <param name="LegId">To which leg; 0 for the room.</param>
/// <param name="ParticipantId">Whom; the leg's own, or one behind a cascade.</param>
/// <param name="AtNs">Monotonic time of the media loop.</param>
/// <param name="Digit">Key: 0-9, *, #, A-D.</param>
/// <param name="Level">0 (loudest) to 127, -dBov.</param>
public readonly record struct MediaEvent(
    MediaEventKind Kind, int LegId = 0, uint ParticipantId = 0, long AtNs = 0, char Digit = '\0', byte Level = 127);

/// <summary>Hears a room.</summary>
public interface IMediaRoomEvents
{
    /// <summary>Called in order. The room itself calls it on its loop, inside its methods; the engine on the loop of the caller's choice.</summary>
    void OnMediaEvent(in MediaEvent e);
}
