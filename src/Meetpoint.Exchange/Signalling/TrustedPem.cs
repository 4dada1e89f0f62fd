using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Authorities as operators write them: certificates in PEM (RFC 7468), one after another.</summary>
public static class TrustedPem
{
    /// <summary>Characters of one such text.</summary>
    public const int MaxChars = 1 << 20;

    /// <summary>The certificates of a text.</summary>
    /// <exception cref="FormatException">There is none, or one cannot be read.</exception>
    public static X509Certificate2Collection Parse(string pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            if (pem.Length <= MaxChars)
                authorities.ImportFromPem(pem);
        }
        catch (CryptographicException error)
        {
            throw new FormatException(error.Message, error);
        }

        return authorities.Count > 0 ? authorities : throw new FormatException("it has no '-----BEGIN CERTIFICATE-----'");
    }
}
