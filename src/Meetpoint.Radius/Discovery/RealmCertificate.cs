using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Radius.Discovery;

/// <summary>Whether a server that was found for a realm may serve it, by its certificate (RFC 7585 section 2.2, RFC 6614 section 2.3).</summary>
public static class RealmCertificate
{
    const string NaiRealm = "1.3.6.1.5.5.7.8.8";

    /// <summary>The realms that a certificate names, as they stand there; each a realm, or "*." and a realm.</summary>
    public static IReadOnlyList<string> RealmsOf(X509Certificate2 certificate) =>
        [.. SubjectNames.Of(certificate).Where(name => name.Kind == NaiRealm && IsRealm(Encoding.UTF8.GetBytes(name.Value))).Select(name => name.Value)];

    /// <summary>True when it names the realm as NAIRealm. "*" stands for one whole label, and only for the first.</summary>
    /// <param name="certificate">Verified up to an authority that is trusted for this.</param>
    /// <param name="realm">As it was looked up.</param>
    public static bool HasRealm(X509Certificate2 certificate, ReadOnlySpan<byte> realm)
    {
        foreach (var name in RealmsOf(certificate))
        {
            if (Fits(Encoding.UTF8.GetBytes(name), realm))
                return true;
        }

        return false;
    }

    /// <summary>True when it names the host as DNS-ID (RFC 9525 section 6.3).</summary>
    public static bool HasHost(X509Certificate2 certificate, string host) =>
        SubjectNames.Of(certificate).Any(name => name.Kind.Length == 0 && SubjectNames.IsDomain(name.Value, host));

    static bool IsRealm(ReadOnlySpan<byte> name) => NetworkAccessId.IsRealm(name.StartsWith("*."u8) ? name[2..] : name);

    static bool Fits(ReadOnlySpan<byte> name, ReadOnlySpan<byte> realm)
    {
        if (!name.StartsWith("*."u8))
            return Ascii.EqualsIgnoreCase(name, realm) || name.SequenceEqual(realm);
        var dot = realm.IndexOf((byte)'.');
        return dot > 0 && (Ascii.EqualsIgnoreCase(name[2..], realm[(dot + 1)..]) || name[2..].SequenceEqual(realm[(dot + 1)..]));
    }
}
