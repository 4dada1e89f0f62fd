using System.Security.Cryptography.X509Certificates;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// Which SIP trunk a certificate stands for: the one that has one of its names, when an authority that is believed for that trunk signed it
/// (RFC 5922). Who signs for one trunk signs for no other.
/// </summary>
/// <param name="world">The world in force.</param>
/// <param name="authorities">Believed where a trunk's record names none; null for those of the machine.</param>
/// <param name="time">For validity.</param>
/// <remarks>On the signalling loop only.</remarks>
sealed class TrunkCertificates(Func<World> world, X509Certificate2Collection? authorities, TimeProvider time)
{
    readonly NeighbourChains _chains = new(authorities, time);

    /// <summary>Judges a client: null when it stands for a trunk, else a code and words.</summary>
    public string? RefuseClient(X509Certificate2? leaf, X509Certificate2Collection sent)
    {
        if (leaf is null)
            return "certificate.missing: the peer showed none";
        if (Find(world(), leaf, sent, out var fault) is null)
            return fault;
        _chains.Keep(leaf, sent);
        return null;
    }

    /// <summary>Judges a server that was asked for by this name: of a domain, never of what the domain resolved to (RFC 5922 section 7.3).</summary>
    public string? RefuseServer(string serverName, X509Certificate2? leaf, X509Certificate2Collection sent)
    {
        if (leaf is null)
            return "certificate.missing: the server showed none";
        var trunk = TrunkAt(world(), serverName);

        // Nobody's name is an address; a trunk that is reached by one is known by the names of its record.
        if (!CertificateNames.Covers(leaf, serverName)
            && !(System.Uri.CheckHostName(serverName.Trim('[', ']')) is UriHostNameType.IPv4 or UriHostNameType.IPv6 && trunk is not null && HasNameOf(leaf, trunk)))
            return $"certificate.other_name: {leaf.Subject} stands for {Listed(leaf)}, not for {serverName}";
        if (_chains.Fault(trunk, leaf, sent) is { } fault)
            return fault;
        _chains.Keep(leaf, sent);
        return null;
    }

    /// <summary>The trunk of a certificate that was accepted at its handshake, by a world that may be a newer one; null when it is none any more.</summary>
    public NeighbourEntry? TrunkOf(World current, X509Certificate2 leaf) =>
        Find(current, leaf, _chains.SentWith(leaf), out _);

    /// <summary>The names that such a connection may be found again by (RFC 5923): those of the trunk's record that the certificate carries.</summary>
    public static IReadOnlyList<string> Aliases(Neighbour trunk, X509Certificate2 leaf)
    {
        var host = trunk.SipUri is { } text && Sip.SipUri.TryParse(text, out var uri) ? uri.Host : null;
        return [.. CertificateNames.Of(leaf).Where(name => trunk.TlsNames.Contains(name, StringComparer.OrdinalIgnoreCase) || name.Equals(host, StringComparison.OrdinalIgnoreCase))];
    }

    NeighbourEntry? Find(World current, X509Certificate2 leaf, X509Certificate2Collection sent, out string? fault)
    {
        fault = null;
        foreach (var name in CertificateNames.Of(leaf))
        {
            if (current.FindNeighbourByTlsName(name) is not { Neighbour.Kind: NeighbourKind.SipTrunk } found)
                continue;
            var wrong = _chains.Fault(found.Neighbour, leaf, sent);
            if (wrong is null)
                return found;
            fault ??= wrong;
        }

        fault ??= $"certificate.foreign: {leaf.Subject} stands for {Listed(leaf)}, and no neighbour is known by that";
        return null;
    }

    static Neighbour? TrunkAt(World current, string host) =>
        current.FindNeighbourByTlsName(host) is { Neighbour: { Kind: NeighbourKind.SipTrunk } named } ? named
        : current.Neighbours.Select(entry => entry.Neighbour).FirstOrDefault(neighbour =>
            neighbour is { Kind: NeighbourKind.SipTrunk, SipUri: { } text } && Sip.SipUri.TryParse(text, out var uri) && uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase));

    static bool HasNameOf(X509Certificate2 leaf, Neighbour trunk) =>
        CertificateNames.Of(leaf).Any(name => trunk.TlsNames.Contains(name, StringComparer.OrdinalIgnoreCase));

    static string Listed(X509Certificate2 leaf) => CertificateNames.Of(leaf) is { Count: > 0 } names ? string.Join(", ", names) : "no SIP domain";
}
