namespace Meetpoint.Media.Srtp;

/// <summary>
/// The cipher of one direction: seals and opens packets whose header, source and index the caller has worked out. Not thread-safe.
/// Sealing expects room for the overhead behind the packet; opening that fails leaves the packet unchanged.
/// </summary>
abstract class SrtpTransform : IDisposable
{
    /// <summary>The E flag of SRTCP, in front of the 31-bit index (RFC 3711 3.4).</summary>
    public const uint RtcpEncryptedFlag = 0x8000_0000;

    /// <summary>RTCP header in the clear: first word and SSRC of the sender.</summary>
    public const int RtcpHeaderBytes = 8;

    public static SrtpTransform Create(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt)
    {
        using var rtp = SrtpSessionKeys.DeriveRtp(profile, masterKey, masterSalt);
        using var rtcp = SrtpSessionKeys.DeriveRtcp(profile, masterKey, masterSalt);
        return profile == SrtpProfile.AeadAes128Gcm
            ? new AesGcmTransform(rtp, rtcp)
            : new AesCmHmacSha1Transform(rtp, rtcp, profile.RtpOverheadBytes);
    }

    /// <summary>Protects the <paramref name="length"/> bytes in front; returns the new length.</summary>
    public abstract int SealRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, ulong index);

    /// <summary>Checks and decrypts; false when the tag does not fit.</summary>
    public abstract bool OpenRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index);

    /// <summary>Protects an RTCP compound, always encrypted; returns the new length.</summary>
    public abstract int SealRtcp(Span<byte> buffer, int length, uint ssrc, uint index);

    /// <summary>The word with the E flag and the index. The packet is at least header and overhead long.</summary>
    public abstract uint RtcpIndexWord(ReadOnlySpan<byte> packet);

    /// <summary>Checks, and decrypts when the E flag says so; false when the tag does not fit.</summary>
    public abstract bool OpenRtcp(Span<byte> packet, uint ssrc, uint indexWord);

    /// <summary>Wipes the keys.</summary>
    public abstract void Dispose();
}
