using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Radius.Discovery;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>
/// Whether a server that the DNS named for a realm may serve it: the DNS is not asked for signatures here, so nothing that it says counts until a certificate says it too (RFC 7585 section 5).
/// </summary>
/// <param name="time">For validity.</param>
/// <remarks>On the loop of the handshakes only.</remarks>
sealed class DiscoveredTrust(TimeProvider time)
{
    // Only the authorities of the record count: who is discovered has them.
    readonly NeighbourChains _chains = new([], time);

    /// <summary>Judges a certificate for a handshake: null when it holds, else a stable code, a colon and words for the operator.</summary>
    /// <param name="neighbour">Whose authorities, proof and policies count; one that is discovered.</param>
    /// <param name="realm">As it stands in User-Name.</param>
    /// <param name="host">The name that the DNS gave for the server.</param>
    /// <param name="own">What we show ourselves; null without.</param>
    /// <param name="leaf">What the server showed; null when it showed none.</param>
    /// <param name="sent">What it sent along.</param>
    public string? Refuse(Neighbour neighbour, ReadOnlySpan<byte> realm, string host, X509Certificate2? own, X509Certificate2? leaf, X509Certificate2Collection sent)
    {
        if (leaf is null)
            return "certificate.missing: the server showed none";
        // Whoever reflects what we send, or a realm that leads back here, would have us prove ourselves to ourselves.
        if (own is not null && leaf.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span))
            return "certificate.own: the server showed our own";
        var radius = neighbour.Radius!;
        if (_chains.Fault(neighbour, leaf, sent) is { } fault)
            return fault;
        if (!radius.Policies.IsEmpty && !radius.Policies.Any(policy => _chains.Fault(neighbour, leaf, sent, policy) is null))
            return $"certificate.other_policy: {leaf.Subject} is under none of {string.Join(", ", radius.Policies)}";
        if (radius.Proof == RadiusProof.Member)
            return RealmCertificate.HasHost(leaf, host) ? null : $"certificate.other_name: {leaf.Subject} does not stand for {host}";
        return RealmCertificate.HasRealm(leaf, realm) ? null
            : $"certificate.other_realm: {leaf.Subject} stands for {Listed(leaf)}, not for realm {Encoding.UTF8.GetString(realm)}";
    }

    static string Listed(X509Certificate2 leaf) => RealmCertificate.RealmsOf(leaf) is { Count: > 0 } realms ? string.Join(", ", realms) : "no realm";
}
