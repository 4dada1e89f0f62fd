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

    /// <summary>RTCP packets that may be protected with one master key, 1 to 2^31.</summary>
    public long MaxRtcpPackets { get; init; } = 1L << 31;
}
