using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// Chains of neighbours' certificates: by the authorities of a neighbour's record, and with the intermediates that came with a handshake, for later looks. A handshake sees the
/// whole chain, a message later only the leaf.
/// </summary>
/// <param name="authorities">Believed where a neighbour's record names none; null for those of the machine.</param>
/// <param name="time">For validity.</param>
/// <remarks>On one loop only, the one of its handshakes.</remarks>
sealed class NeighbourChains(X509Certificate2Collection? authorities, TimeProvider time)
{
    /// <summary>Certificates whose intermediates are kept; when full it begins anew, and open connections show theirs again.</summary>
    const int MaxKept = 4_096;

    /// <summary>Intermediates kept of one certificate.</summary>
    const int MaxSent = 8;

    readonly ConditionalWeakTable<Neighbour, X509Certificate2Collection> _ownAuthorities = [];
    readonly Dictionary<string, X509Certificate2Collection> _sent = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a chain: null when an authority that is believed for this neighbour signed it, else a stable code, a colon and words.</summary>
    /// <param name="neighbour">Whose record names authorities; null for nobody's.</param>
    /// <param name="leaf">What the peer showed.</param>
    /// <param name="sent">Intermediates that came along.</param>
    /// <param name="policy">A certificate policy that the chain has to be under; null without.</param>
    public string? Fault(Neighbour? neighbour, X509Certificate2 leaf, X509Certificate2Collection sent, string? policy = null) => CertificateChain.Fault(
        leaf, sent, neighbour?.TlsCa is null ? authorities : _ownAuthorities.GetValue(neighbour, static one => TrustedPem.Parse(one.TlsCa!)), time.GetUtcNow(), policy);

    /// <summary>Keeps what came with a certificate that was accepted.</summary>
    public void Keep(X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        if (_sent.Count >= MaxKept)
            _sent.Clear();
        _sent[Fingerprint(leaf)] = [.. sent.Take(MaxSent).Select(one => X509CertificateLoader.LoadCertificate(one.RawDataMemory.Span))];
    }

    /// <summary>What came with a certificate when it was accepted; empty when it is not known any more.</summary>
    public X509Certificate2Collection SentWith(X509Certificate2 leaf) => _sent.GetValueOrDefault(Fingerprint(leaf)) ?? [];

    static string Fingerprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
