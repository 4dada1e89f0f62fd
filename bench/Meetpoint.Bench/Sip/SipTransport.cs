namespace Meetpoint.Bench.Sip;

/// <summary>By what the caller and the called speak with the server.</summary>
sealed record SipTransport
{
    public static readonly SipTransport Udp = new() { Name = "udp", SippMode = "u1" };

    public static readonly SipTransport Tcp = new() { Name = "tcp", SippMode = "t1" };

    /// <summary>As in a URI.</summary>
    public required string Name { get; init; }

    /// <summary>One socket for all calls, as SIPp's -t says it.</summary>
    public required string SippMode { get; init; }

    public bool IsUdp => this == Udp;
}
