using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// A certificate of the operator's own, in PEM files: the leaf and then its intermediates in one, the key in the other. Read again when the files
/// change, so that it renews without a restart.
/// </summary>
/// <remarks>Thread safe.</remarks>
public sealed class TlsCertificate
{
    readonly string _certificateFile;
    readonly string _keyFile;
    readonly Lock _reading = new();
    (DateTime Certificate, DateTime Key) _stamp;
    X509Certificate2 _leaf = null!;
    X509Certificate2Collection _intermediates = [];

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file holds something else, or the key is not the certificate's.</exception>
    public TlsCertificate(string certificateFile, string keyFile)
    {
        _certificateFile = certificateFile;
        _keyFile = keyFile;
        Read();
    }

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Leaf
    {
        get
        {
            lock (_reading)
            {
                Refresh();
                return _leaf;
            }
        }
    }

    /// <summary>What goes along with it.</summary>
    public X509Certificate2Collection Intermediates
    {
        get
        {
            lock (_reading)
                return _intermediates;
        }
    }

    void Refresh()
    {
        try
        {
            if (Stamp() != _stamp)
                Read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Half written: the one before goes on, and the next handshake looks again.
        }
    }

    void Read()
    {
        var stamp = Stamp();
        using var read = ReadPair();
        // What CreateFromPemFile gives is not accepted by every TLS stack under .NET; after a round trip it is.
        var leaf = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(_certificateFile);
        (_stamp, _leaf, _intermediates) = (stamp, leaf, [.. all.Skip(1)]);
    }

    X509Certificate2 ReadPair()
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
        }
        catch (ArgumentException error)
        {
            throw new CryptographicException("the key is not the certificate's", error);
        }
    }

    (DateTime Certificate, DateTime Key) Stamp() => (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));
}
