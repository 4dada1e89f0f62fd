namespace Meetpoint.Net.Dns;

/// <summary>Transports that SIP is located for.</summary>
public enum SipTransport
{
    /// <summary>UDP.</summary>
    Udp,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,
}

/// <summary>What of a SIP URI decides where it leads (RFC 3263, section 4).</summary>
/// <param name="Host">Host or maddr: a name, an address, or an IPv6 address in brackets.</param>
/// <param name="Port">Explicit port; 0 without.</param>
/// <param name="Transport">The transport parameter; null without.</param>
/// <param name="IsSecure">A sips URI: nothing but TLS will do.</param>
public readonly record struct SipTarget(string Host, int Port = 0, SipTransport? Transport = null, bool IsSecure = false);

/// <summary>One place to try.</summary>
/// <param name="Transport">By which transport.</param>
/// <param name="Address">Address and port.</param>
/// <param name="Name">The name whose certificate is proof: the domain of the URI, not the SRV's target (RFC 5922, section 4).</param>
public readonly record struct SipNextHop(SipTransport Transport, NetAddress Address, string Name);

/// <summary>Where a target leads: hops in the order of trying, or why there are none.</summary>
public sealed record SipResolution(IReadOnlyList<SipNextHop> Hops, string? Failure);
