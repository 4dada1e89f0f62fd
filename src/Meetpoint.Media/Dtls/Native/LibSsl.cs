using System.Runtime.InteropServices;

namespace Meetpoint.Media.Dtls.Native;

/// <summary>The calls of OpenSSL 3 that DTLS takes. Names, values and meanings are those of its headers and manual pages.</summary>
static unsafe partial class LibSsl
{
    public const string SslLibrary = "libssl.so.3";
    public const string CryptoLibrary = "libcrypto.so.3";

    public const int EvpPkeyEc = 408;
    public const int Dtls12Version = 0xfefd;

    public const int VerifyPeer = 0x01;
    public const int VerifyFailIfNoPeerCertificate = 0x02;
    public const int CertificateRejected = 28;

    public const ulong OptionNoQueryMtu = 1UL << 12;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionNoCompression = 1UL << 17;
    public const ulong OptionNoRenegotiation = 1UL << 30;

    public const int CtrlSetMtu = 17;
    public const int CtrlSetSessionCacheMode = 44;
    public const int CtrlDtlsSetLinkMtu = 120;
    public const int CtrlSetMinProtocolVersion = 123;

    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    public const int BioTypeSourceSink = 0x0400;
    public const int BioCtrlFlush = 11;
    public const int BioCtrlDgramQueryMtu = 40;
    public const int BioCtrlDgramGetFallbackMtu = 47;
    public const int BioFlagRead = 0x01;
    public const int BioFlagRetries = 0x0f;
    public const int BioFlagShouldRetry = 0x08;

    [LibraryImport(SslLibrary)]
    public static partial nint DTLS_method();

    [LibraryImport(SslLibrary)]
    public static partial SslContextHandle SSL_CTX_new(nint method);

    [LibraryImport(SslLibrary)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_CTX_use_certificate_ASN1(SslContextHandle context, int length, byte* der);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_CTX_use_PrivateKey_ASN1(int type, SslContextHandle context, byte* der, CLong length);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_CTX_check_private_key(SslContextHandle context);

    /// <summary>Returns 0 on success, unlike nearly all others.</summary>
    [LibraryImport(SslLibrary, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_tlsext_use_srtp(SslContextHandle context, string profiles);

    [LibraryImport(SslLibrary, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(SslContextHandle context, string ciphers);

    [LibraryImport(SslLibrary)]
    public static partial void SSL_CTX_set_verify(SslContextHandle context, int mode, nint callback);

    [LibraryImport(SslLibrary)]
    public static partial void SSL_CTX_set_cert_verify_callback(
        SslContextHandle context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(SslLibrary)]
    public static partial ulong SSL_CTX_set_options(SslContextHandle context, ulong options);

    [LibraryImport(SslLibrary)]
    public static partial CLong SSL_CTX_ctrl(SslContextHandle context, int command, CLong value, nint pointer);

    [LibraryImport(SslLibrary)]
    public static partial SslHandle SSL_new(SslContextHandle context);

    [LibraryImport(SslLibrary)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(SslLibrary)]
    public static partial CLong SSL_ctrl(SslHandle ssl, int command, CLong value, nint pointer);

    [LibraryImport(SslLibrary)]
    public static partial void SSL_set_bio(SslHandle ssl, nint read, nint write);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_set_ex_data(SslHandle ssl, int index, nint data);

    [LibraryImport(SslLibrary)]
    public static partial nint SSL_get_ex_data(nint ssl, int index);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_get_ex_data_X509_STORE_CTX_idx();

    [LibraryImport(SslLibrary)]
    public static partial void SSL_set_accept_state(SslHandle ssl);

    [LibraryImport(SslLibrary)]
    public static partial void SSL_set_connect_state(SslHandle ssl);

    [LibraryImport(SslLibrary)]
    public static partial void DTLS_set_timer_cb(SslHandle ssl, delegate* unmanaged[Cdecl]<nint, uint, uint> callback);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_do_handshake(SslHandle ssl);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_read(SslHandle ssl, byte* buffer, int length);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_write(SslHandle ssl, byte* buffer, int length);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_shutdown(SslHandle ssl);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_get_error(SslHandle ssl, int result);

    [LibraryImport(SslLibrary)]
    public static partial SrtpProtectionProfile* SSL_get_selected_srtp_profile(SslHandle ssl);

    [LibraryImport(SslLibrary)]
    public static partial int SSL_export_keying_material(
        SslHandle ssl, byte* output, nuint length, byte* label, nuint labelLength, byte* context, nuint contextLength, int useContext);

    [LibraryImport(CryptoLibrary)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(CryptoLibrary)]
    public static partial int BIO_get_new_index();

    [LibraryImport(CryptoLibrary, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(CryptoLibrary)]
    public static partial int BIO_meth_set_read(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> callback);

    [LibraryImport(CryptoLibrary)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> callback);

    [LibraryImport(CryptoLibrary)]
    public static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged[Cdecl]<nint, int, CLong, nint, CLong> callback);

    [LibraryImport(CryptoLibrary)]
    public static partial int BIO_meth_set_destroy(nint method, delegate* unmanaged[Cdecl]<nint, int> callback);

    [LibraryImport(CryptoLibrary)]
    public static partial void BIO_set_init(nint bio, int value);

    [LibraryImport(CryptoLibrary)]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(CryptoLibrary)]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport(CryptoLibrary)]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(CryptoLibrary)]
    public static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(CryptoLibrary)]
    public static partial nint X509_STORE_CTX_get_ex_data(nint store, int index);

    [LibraryImport(CryptoLibrary)]
    public static partial nint X509_STORE_CTX_get0_cert(nint store);

    [LibraryImport(CryptoLibrary)]
    public static partial void X509_STORE_CTX_set_error(nint store, int error);

    [LibraryImport(CryptoLibrary)]
    public static partial int i2d_X509(nint certificate, byte** der);

    [LibraryImport(CryptoLibrary)]
    public static partial void CRYPTO_free(void* pointer, nint file, int line);

    [LibraryImport(CryptoLibrary)]
    public static partial void ERR_clear_error();

    /// <summary>SRTP_PROTECTION_PROFILE of the public header.</summary>
    public struct SrtpProtectionProfile
    {
        public byte* Name;
        public CULong Id;
    }
}
