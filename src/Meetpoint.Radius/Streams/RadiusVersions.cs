using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Radius.Streams;

/// <summary>RADIUS/1.1 and how it is agreed on: by ALPN (RFC 9765 section 3).</summary>
public static class RadiusVersions
{
    /// <summary>The name of RADIUS as it always was.</summary>
    public const string Alpn10 = "radius/1.0";

    /// <summary>The name of RADIUS/1.1.</summary>
    public const string Alpn11 = "radius/1.1";

    /// <summary>What we offer, the most wanted first. Empty means no ALPN: who never heard of it is not to be disturbed (section 3.3).</summary>
    public static IReadOnlyList<string> Offer(VersionPolicy policy) => policy switch
    {
        VersionPolicy.Only10 => [],
        VersionPolicy.Both => [Alpn11, Alpn10],
        _ => [Alpn11],
    };

    /// <summary>What an accepting end picks of an offer. False when there is nothing in common: the connection is refused.</summary>
    /// <param name="offered">Of the client; empty without ALPN.</param>
    /// <param name="policy">Ours.</param>
    /// <param name="picked">A name; null for no ALPN, which is RADIUS as it always was.</param>
    public static bool TryPick(IReadOnlyList<string> offered, VersionPolicy policy, out string? picked)
    {
        picked = policy != VersionPolicy.Only10 && offered.Contains(Alpn11) ? Alpn11 : policy != VersionPolicy.Only11 && offered.Contains(Alpn10) ? Alpn10 : null;
        return picked is not null || (offered.Count == 0 && policy != VersionPolicy.Only11);
    }

    /// <summary>How packets are protected after the handshake; null when what was agreed on is not what we want, and the connection is to be closed.</summary>
    /// <param name="agreed">What the handshake gave; null or empty for none.</param>
    /// <param name="policy">Ours.</param>
    /// <param name="rule">For RADIUS as it always was.</param>
    public static PacketSecurity? SecurityOf(string? agreed, VersionPolicy policy, MessageAuthenticatorRule rule) => agreed switch
    {
        Alpn11 when policy != VersionPolicy.Only10 => PacketSecurity.Version11,
        Alpn10 or null or "" when policy != VersionPolicy.Only11 => PacketSecurity.By(SharedSecret.RadSec, rule),
        _ => null,
    };
}
