using Meetpoint.Media.Codecs;

namespace Meetpoint.Media.Rooms;

/// <summary>Which way audio goes on a leg, seen from the room.</summary>
[Flags]
public enum MediaDirection
{
    /// <summary>Neither: on hold both ways.</summary>
    Inactive = 0,

    /// <summary>The room sends.</summary>
    Send = 1,

    /// <summary>The room listens.</summary>
    Receive = 2,

    /// <summary>Both.</summary>
    SendReceive = Send | Receive,
}

/// <summary>A payload type of the session and the codec that it stands for.</summary>
/// <param name="PayloadType">0 to 127.</param>
/// <param name="Codec">The codec.</param>
/// <param name="Opus">Of Opus, what the peer's fmtp asks for; null when it has none.</param>
public readonly record struct PayloadFormat(byte PayloadType, AudioCodec Codec, OpusFormat? Opus = null)
{
    /// <summary>How to encode for the peer.</summary>
    /// <param name="lossPercent">What the network is expected to lose of it.</param>
    internal EncodeTarget Target(int lossPercent)
    {
        if (Codec != AudioCodec.Opus)
            return new(Codec);
        var opus = Opus ?? Default;
        return new(Codec, opus.Bitrate, opus.IsConstantRate, opus.UsesDtx, opus.UsesInbandFec ? lossPercent : 0, opus.PlaybackRate);
    }

    static readonly OpusFormat Default = new();
}

/// <summary>What SDP settled for a leg.</summary>
public sealed record LegOptions
{
    /// <summary>The most formats that a leg may receive.</summary>
    public const int MaxFormats = 8;

    /// <summary>What the room sends.</summary>
    public required PayloadFormat Send { get; init; }

    /// <summary>
    /// What else the peer may send besides <see cref="Send"/>. Where it names a payload type of its own for what <see cref="Send"/> stands for by the same
    /// number, this is what comes in by it: each side numbers what it receives (RFC 3264 section 5.1).
    /// </summary>
    public IReadOnlyList<PayloadFormat> Receive { get; init; } = [];

    /// <summary>Payload type of telephone-event towards and from the peer; -1 when not negotiated.</summary>
    public int TelephoneEventPayloadType { get; init; } = -1;

    /// <summary>Hertz of the clock of telephone-event towards the peer, in which lengths are told; 0 for that of <see cref="Send"/>.</summary>
    public int TelephoneEventClockRate { get; init; }

    /// <summary>Payload types by which key presses may come from the peer besides <see cref="TelephoneEventPayloadType"/>.</summary>
    public IReadOnlyList<byte> ReceiveTelephoneEvents { get; init; } = [];

    /// <summary>Payload type of comfort noise from the peer; -1 when not negotiated.</summary>
    public int ComfortNoisePayloadType { get; init; } = ComfortNoise.PayloadType;

    /// <summary>Which way audio goes.</summary>
    public MediaDirection Direction { get; init; } = MediaDirection.SendReceive;

    /// <summary>The participant's id, global to the meeting, never 0. For a cascade the id of the link.</summary>
    public required uint ParticipantId { get; init; }

    /// <summary>
    /// The other half of the meeting is behind it: who spoke is read from its contributing sources and told in ours.
    /// </summary>
    public bool IsCascade { get; init; }

    /// <summary>Names who contributed in outgoing packets (CSRC). Always on for a cascade.</summary>
    public bool SendContributors { get; init; }

    /// <summary>Negotiated extension id of the contributors' levels (RFC 6465), 1 to 14; 0 for none.</summary>
    public int ContributorLevelsExtensionId { get; init; }

    /// <summary>
    /// Negotiated extension id of the sender's level (RFC 6464), 1 to 14; 0 for none. Who says by it that he is silent is not heard, and where decoding
    /// costs not decoded.
    /// </summary>
    public int SenderLevelExtensionId { get; init; }

    /// <summary>The room brings its speech to the loudness of the others', where the room does (<see cref="MediaRoomOptions.HasGainControl"/>); a cascade's never.</summary>
    public bool HasGainControl { get; init; } = true;

    /// <summary>Our source; 0 draws one.</summary>
    public uint Ssrc { get; init; }

    /// <summary>Encryption; null for plain RTP.</summary>
    public IMediaProtection? Protection { get; init; }

    /// <summary>
    /// Nothing is sent or taken until <see cref="MediaLeg.Protection"/> is set: keys are still being agreed (DTLS-SRTP).
    /// </summary>
    public bool RequiresProtection { get; init; }

    /// <summary>Canonical name in RTCP; null makes one that tells nothing (RFC 7022).</summary>
    public string? CanonicalName { get; init; }

    /// <summary>Key presses come by that payload type: by what is named for receiving first, as for audio.</summary>
    internal bool IsTelephoneEvent(byte payloadType)
    {
        for (var i = 0; i < ReceiveTelephoneEvents.Count; i++)
        {
            if (ReceiveTelephoneEvents[i] == payloadType)
                return true;
        }

        for (var i = 0; i < Receive.Count; i++)
        {
            if (Receive[i].PayloadType == payloadType)
                return false;
        }

        return payloadType == TelephoneEventPayloadType;
    }

    /// <summary>Whether packets of that payload type are the leg's; others of the same port are pictures.</summary>
    public bool Takes(byte payloadType)
    {
        if (payloadType == Send.PayloadType || IsTelephoneEvent(payloadType) || payloadType == ComfortNoisePayloadType)
            return true;
        for (var i = 0; i < Receive.Count; i++)
        {
            if (Receive[i].PayloadType == payloadType)
                return true;
        }

        return false;
    }
}
