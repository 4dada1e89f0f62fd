namespace Meetpoint.Media.Srtp;

/// <summary>Limits of an <see cref="SrtpSession"/>. Immutable.</summary>
public sealed record SrtpOptions
{
    /// <summary>The limits of RFC 3711, and 256 sources.</summary>
    public static readonly SrtpOptions Default = new();

    /// <summary>
    /// Synchronisation sources per direction, at least 1. A source is kept for the life of the session, since a forgotten one could be
    /// replayed; only authenticated packets add one.
    /// </summary>
    public int MaxSources { get; init; } = 256;

    /// <summary>RTP packets that may be protected with one master key, 1 to 2^48 (RFC 3711 9.2, RFC 4568 6.1 lifetime).</summary>
    public long MaxRtpPackets { get; init; } = 1L << 48;

    /// <summary>
    /// Rollover counters from 1 up that are tried with the first packet of a source, 0 to 32: more than none for who takes up a key that was in use
    /// before, and does not know how often its numbers went round (RFC 3711 section 3.3.1). 32 are 11 hours of 50 packets a second.
    /// </summary>
    public int RolloverGuesses { get; init; }

    /// <summary>RTCP packets that may be protected with one master key, 1 to 2^31.</summary>
    public long MaxRtcpPackets { get; init; } = 1L << 31;
}
