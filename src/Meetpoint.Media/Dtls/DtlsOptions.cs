using Meetpoint.Media.Srtp;

namespace Meetpoint.Media.Dtls;

/// <summary>Settings of the endpoints of one <see cref="DtlsContext"/>. Immutable. Times are nanoseconds.</summary>
public sealed record DtlsOptions
{
    /// <summary>Profiles offered or accepted, best first; when both ends have this library, the server's order decides.</summary>
    public IReadOnlyList<SrtpProfile> Profiles { get; init; } = [SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1Tag80];

    /// <summary>Largest datagram sent, 256 to 16384 bytes. 1200 passes any path with room for tunnels.</summary>
    public int MtuBytes { get; init; } = 1200;

    /// <summary>
    /// First wait before a flight is sent again. RFC 6347 4.2.4.1 says 1 s in general and less for what cannot wait, such as media.
    /// </summary>
    public long InitialRetransmitNs { get; init; } = 250_000_000;

    /// <summary>The wait doubles up to this.</summary>
    public long MaxRetransmitNs { get; init; } = 4_000_000_000;

    /// <summary>Time from the start until the handshake counts as failed.</summary>
    public long HandshakeTimeoutNs { get; init; } = 30_000_000_000;

    /// <summary>
    /// How long a connected endpoint keeps its SSL object (about 50 KiB): the peer may not have got our last flight and ask for it again by
    /// repeating its own, and it may send a close alert.
    /// </summary>
    public long LingerNs { get; init; } = 15_000_000_000;

    /// <summary>
    /// The association carries data, as SCTP (RFC 8261): it keeps its SSL object for as long as it lives, keys of SRTP are not needed, and those that were agreed all the same are given too.
    /// </summary>
    public bool CarriesData { get; init; }

    /// <summary>Limits of the SRTP session.</summary>
    public SrtpOptions Srtp { get; init; } = SrtpOptions.Default;
}
