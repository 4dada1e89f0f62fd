using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Exchange.Nni;

/// <summary>
/// Decides which neighbour a peer's certificate stands for: the one whose pinned identity key signed it. Names in the certificate
/// identify nobody, and no certificate store is asked.
/// </summary>
/// <remarks>Thread safe.</remarks>
sealed class PeerCertificates(NniNeighbours neighbours, TimeProvider time)
{
    const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    // A handshake sees the chain, a request later only the leaf: this carries the answer over.
    readonly ConcurrentDictionary<string, Accepted> _accepted = new(StringComparer.Ordinal);

    /// <summary>The exchange of a leaf that was accepted before, is still valid, and whose key is still pinned.</summary>
    public string? ExchangeOf(X509Certificate2? leaf) =>
        leaf is not null && _accepted.TryGetValue(Fingerprint(leaf), out var accepted) && time.GetUtcNow() <= accepted.NotAfter
            ? neighbours.FindByKey(accepted.KeyThumbprint)?.Exchange
            : null;

    /// <summary>Identifies by leaf and what was sent with it. Gives the exchange, or null and a reason of a few words with its code.</summary>
    public string? TryIdentify(X509Certificate2? leaf, X509Certificate2Collection chain, out string code, out string reason)
    {
        code = "";
        reason = "";
        if (leaf is null)
            return Refuse("missing", "the peer showed no certificate", out code, out reason);
        if (FindIssuer(leaf, chain) is not var (neighbour, thumbprint))
            return Refuse("foreign", $"{leaf.Subject} is not signed by the pinned identity key of a neighbour", out code, out reason);
        var now = time.GetUtcNow();
        if (now > leaf.NotAfter)
            return Refuse("expired", $"the certificate of {neighbour.Exchange} ended at {leaf.NotAfter.ToUniversalTime():u}", out code, out reason);
        if (now < leaf.NotBefore)
            return Refuse("not_yet_valid", $"the certificate of {neighbour.Exchange} begins at {leaf.NotBefore.ToUniversalTime():u}", out code, out reason);
        if (!MaySpeak(leaf))
            return Refuse("wrong_usage", $"the certificate of {neighbour.Exchange} is not for TLS servers and clients", out code, out reason);
        Remember(leaf, thumbprint);
        return neighbour.Exchange;
    }

    static string? Refuse(string newCode, string newReason, out string code, out string reason)
    {
        code = newCode;
        reason = newReason;
        return null;
    }

    (NniNeighbour Neighbour, string Thumbprint)? FindIssuer(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        foreach (var candidate in chain)
        {
            if (!candidate.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData))
                continue;
            if (IdentityPublicKey.TryFrom(candidate) is { } key && neighbours.FindByKey(key.Thumbprint) is { } neighbour
                && IsSignedBy(leaf, key))
                return (neighbour, key.Thumbprint);
        }

        return null;
    }

    /// <summary>RFC 5280 section 4.1: the signature is over the DER of the tbsCertificate.</summary>
    static bool IsSignedBy(X509Certificate2 leaf, IdentityPublicKey issuer)
    {
        try
        {
            var certificate = new AsnReader(leaf.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var toBeSigned = certificate.ReadEncodedValue();
            var algorithm = certificate.ReadSequence().ReadObjectIdentifier();
            var signature = certificate.ReadBitString(out _);
            return algorithm == EcdsaWithSha256 && issuer.VerifyDer(toBeSigned.Span, signature);
        }
        catch (Exception error) when (error is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    static bool MaySpeak(X509Certificate2 leaf)
    {
        var purposes = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages;
        return purposes is not null && purposes[KeyPurpose.Server] is not null && purposes[KeyPurpose.Client] is not null
            && leaf.Extensions.OfType<X509BasicConstraintsExtension>().All(constraints => !constraints.CertificateAuthority);
    }

    void Remember(X509Certificate2 leaf, string thumbprint)
    {
        if (_accepted.Count >= NniLimits.PeerCertificates)
        {
            var now = time.GetUtcNow();
            foreach (var (fingerprint, accepted) in _accepted)
            {
                if (accepted.NotAfter < now)
                    _accepted.TryRemove(fingerprint, out _);
            }

            // All alive, which takes a neighbour that makes thousands a day: each connection then shows its certificate again.
            if (_accepted.Count >= NniLimits.PeerCertificates)
                _accepted.Clear();
        }

        _accepted[Fingerprint(leaf)] = new Accepted(thumbprint, leaf.NotAfter);
    }

    static string Fingerprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    sealed record Accepted(string KeyThumbprint, DateTimeOffset NotAfter);
}
