using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;

namespace Meetpoint.Media.Dtls;

/// <summary>
/// A self-signed certificate on P-256 and its key, for media only: the peer trusts it by its fingerprint in the signalling, not by who signed
/// it. Immutable and safe on any thread; Dispose wipes the key.
/// </summary>
public sealed class DtlsCertificate : IDisposable
{
    const int SerialNumberBytes = 16;

    readonly byte[] _ecPrivateKey;
    readonly byte[] _pkcs8;

    DtlsCertificate(byte[] certificateDer, ECDsa key)
    {
        CertificateDer = certificateDer;
        _ecPrivateKey = key.ExportECPrivateKey();
        _pkcs8 = key.ExportPkcs8PrivateKey();
        Fingerprint = DtlsFingerprint.OfCertificate(certificateDer);
    }

    /// <summary>The certificate in DER. Public.</summary>
    public ReadOnlyMemory<byte> CertificateDer { get; }

    /// <summary>Its sha-256 fingerprint, for the SDP.</summary>
    public DtlsFingerprint Fingerprint { get; }

    /// <summary>The key in the form that OpenSSL takes. A secret.</summary>
    internal byte[] EcPrivateKey => _ecPrivateKey;

    /// <summary>A new key and certificate. The name says nothing of the exchange, since the certificate travels in the clear.</summary>
    /// <param name="notBefore">Wall time from which it holds; a day ago, so that a peer whose clock is behind takes it.</param>
    /// <param name="validity">How long it holds.</param>
    /// <param name="randomness">Of key and serial number; the system's when null.</param>
    public static DtlsCertificate Create(DateTimeOffset notBefore, TimeSpan validity, Randomness? randomness = null)
    {
        randomness ??= Randomness.Secure;
        using var key = randomness.NewSigningKey();
        var request = new CertificateRequest("CN=media", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), notBefore, notBefore + validity, randomness.Bytes(SerialNumberBytes));
        return new DtlsCertificate(certificate.RawData, key);
    }

    /// <summary>What <see cref="CertificateDer"/> and <see cref="ExportPkcs8"/> gave before.</summary>
    /// <exception cref="CryptographicException">Not a certificate, not a P-256 key, or the two do not belong together.</exception>
    public static DtlsCertificate Import(ReadOnlySpan<byte> certificateDer, ReadOnlySpan<byte> pkcs8)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(certificateDer);
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        using var publicKey = certificate.GetECDsaPublicKey();
        if (publicKey is null || !publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
        {
            throw new CryptographicException("The key is not the one of the certificate.");
        }
        return new DtlsCertificate(certificate.RawData, key);
    }

    /// <summary>The private key as PKCS #8, to be kept. A secret: a copy, for the caller to wipe.</summary>
    public byte[] ExportPkcs8() => (byte[])_pkcs8.Clone();

    /// <summary>Wipes the key. Contexts made before keep working.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_ecPrivateKey);
        CryptographicOperations.ZeroMemory(_pkcs8);
    }
}
