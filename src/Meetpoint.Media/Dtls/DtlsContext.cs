using System.Runtime.InteropServices;
using Meetpoint.Media.Dtls.Native;
using Meetpoint.Media.Srtp;

namespace Meetpoint.Media.Dtls;

/// <summary>
/// What the endpoints of one certificate share: an SSL_CTX for DTLS 1.2, client and server, mutual certificates, no sessions, tickets,
/// compression or renegotiation. Safe on any thread. Endpoints outlive it: dispose it when no new one is to be made.
/// </summary>
public sealed class DtlsContext : IDisposable
{
    /// <summary>Authenticated ciphers with forward secrecy only (RFC 8827 6.5 asks for the first one).</summary>
    const string Ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
        + "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305";

    const int SessionCacheOff = 0;
    const int LargestMtuBytes = 16 * 1024;
    const int SmallestMtuBytes = 256;
    const long LongestTimeNs = 3_600_000_000_000;

    int _liveConnections;

    /// <param name="certificate">What endpoints show to their peers. Not needed any more once the context is made.</param>
    /// <param name="options">Settings, or null for the defaults.</param>
    /// <exception cref="PlatformNotSupportedException">OpenSSL 3 is missing, see <see cref="DtlsSupport"/>.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public DtlsContext(DtlsCertificate certificate, DtlsOptions? options = null)
    {
        Options = options ?? new DtlsOptions();
        Fingerprint = certificate.Fingerprint;
        ThrowUnlessValid(Options);
        DtlsSupport.ThrowUnlessAvailable();
        Handle = LibSsl.SSL_CTX_new(LibSsl.DTLS_method());
        if (Handle.IsInvalid || !Configure(certificate))
        {
            Handle.Dispose();
            throw new PlatformNotSupportedException("OpenSSL refused the certificate, the ciphers or the SRTP profiles.");
        }
    }

    /// <summary>The settings.</summary>
    public DtlsOptions Options { get; }

    /// <summary>Fingerprint of the certificate, for the SDP.</summary>
    public DtlsFingerprint Fingerprint { get; }

    /// <summary>SSL objects of this context that OpenSSL has not freed yet, about 50 KiB each.</summary>
    public int LiveConnections => Volatile.Read(ref _liveConnections);

    internal SslContextHandle Handle { get; }

    /// <summary>Frees the SSL_CTX when the last endpoint is gone.</summary>
    public void Dispose() => Handle.Dispose();

    internal void CountConnection(int change) => Interlocked.Add(ref _liveConnections, change);

    unsafe bool Configure(DtlsCertificate certificate)
    {
        LibSsl.ERR_clear_error();
        const ulong Settings = LibSsl.OptionNoQueryMtu | LibSsl.OptionNoTicket | LibSsl.OptionNoCompression | LibSsl.OptionNoRenegotiation;
        _ = LibSsl.SSL_CTX_set_options(Handle, Settings);
        _ = LibSsl.SSL_CTX_ctrl(Handle, LibSsl.CtrlSetSessionCacheMode, new CLong(SessionCacheOff), 0);
        LibSsl.SSL_CTX_set_verify(Handle, LibSsl.VerifyPeer | LibSsl.VerifyFailIfNoPeerCertificate, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(Handle, &DatagramBio.VerifyPeer, 0);
        var der = certificate.CertificateDer.Span;
        var key = certificate.EcPrivateKey;
        fixed (byte* derBytes = der, keyBytes = key)
        {
            return LibSsl.SSL_CTX_ctrl(Handle, LibSsl.CtrlSetMinProtocolVersion, new CLong(LibSsl.Dtls12Version), 0).Value == 1
                && LibSsl.SSL_CTX_use_certificate_ASN1(Handle, der.Length, derBytes) == 1
                && LibSsl.SSL_CTX_use_PrivateKey_ASN1(LibSsl.EvpPkeyEc, Handle, keyBytes, new CLong(key.Length)) == 1
                && LibSsl.SSL_CTX_check_private_key(Handle) == 1
                && LibSsl.SSL_CTX_set_cipher_list(Handle, Ciphers) == 1
                && LibSsl.SSL_CTX_set_tlsext_use_srtp(Handle, string.Join(':', Options.Profiles.Select(OpenSslName))) == 0;
        }
    }

    static string OpenSslName(SrtpProfile profile) => profile switch
    {
        SrtpProfile.AeadAes128Gcm => "SRTP_AEAD_AES_128_GCM",
        SrtpProfile.Aes128CmHmacSha1Tag32 => "SRTP_AES128_CM_SHA1_32",
        _ => "SRTP_AES128_CM_SHA1_80",
    };

    static void ThrowUnlessValid(DtlsOptions options)
    {
        if (options.Profiles.Count == 0 || !options.Profiles.All(profile => profile.IsSupported))
        {
            throw new ArgumentException("At least one profile, and supported ones only.", nameof(options));
        }
        ThrowUnlessWithin(options.MtuBytes, SmallestMtuBytes, LargestMtuBytes, nameof(options.MtuBytes));
        ThrowUnlessWithin(options.InitialRetransmitNs, 1_000_000, LongestTimeNs, nameof(options.InitialRetransmitNs));
        ThrowUnlessWithin(options.MaxRetransmitNs, options.InitialRetransmitNs, LongestTimeNs, nameof(options.MaxRetransmitNs));
        ThrowUnlessWithin(options.HandshakeTimeoutNs, options.InitialRetransmitNs, LongestTimeNs, nameof(options.HandshakeTimeoutNs));
        ThrowUnlessWithin(options.LingerNs, 0, LongestTimeNs, nameof(options.LingerNs));
    }

    static void ThrowUnlessWithin(long value, long least, long most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
