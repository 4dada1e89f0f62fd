namespace Meetpoint.Media.Srtp;

/// <summary>What became of a packet. Anything but <see cref="Ok"/> leaves the packet as it was; drop it, and count by this value.</summary>
public enum SrtpStatus
{
    /// <summary>Done, in place.</summary>
    Ok = 0,

    /// <summary>Not an RTP or RTCP packet of version 2, or shorter than its own header and the tag.</summary>
    Malformed,

    /// <summary>The buffer has no room behind the packet for the tag.</summary>
    BufferTooSmall,

    /// <summary>The tag does not fit: forged, damaged, or under other keys.</summary>
    AuthenticationFailed,

    /// <summary>
    /// This index was seen before (RFC 3711 3.3.2). When protecting: a second packet with this sequence number would repeat keystream, so a
    /// retransmission must resend the protected bytes, or go out as RTX (RFC 4588).
    /// </summary>
    Replayed,

    /// <summary>Further behind the newest packet than the replay window of 128 reaches.</summary>
    TooOld,

    /// <summary>The session knows <see cref="SrtpOptions.MaxSources"/> synchronisation sources already, and this is another.</summary>
    TooManySources,

    /// <summary>The lifetime of the master key is over (RFC 3711 9.2): agree on new keys.</summary>
    KeyExpired,
}
