namespace Meetpoint.Net.Dns;

/// <summary>Finds the servers of a SIP URI (RFC 3263): NAPTR to SRV to addresses. For the loop's thread.</summary>
public sealed class SipResolver
{
    /// <summary>Most hops of one resolution.</summary>
    public const int MaxHops = 32;

    /// <summary>A resolver.</summary>
    /// <param name="names">Asks for the records.</param>
    /// <param name="loop">Where the answers come.</param>
    /// <param name="random">Seeded; draws among SRV weights.</param>
    /// <param name="transports">What this end speaks, the preferred one first; UDP, TCP, TLS when null.</param>
    public SipResolver(INameResolver names, IEventLoop loop, Random random, IReadOnlyList<SipTransport>? transports = null)
    {
        Names = names;
        Loop = loop;
        Random = random;
        Transports = transports ?? [SipTransport.Udp, SipTransport.Tcp, SipTransport.Tls];
    }

    internal INameResolver Names { get; }

    internal IEventLoop Loop { get; }

    internal Random Random { get; }

    internal IReadOnlyList<SipTransport> Transports { get; }

    /// <summary>Resolves; the result comes once, on the loop, and never within this call.</summary>
    public void Resolve(SipTarget target, Action<SipResolution> done) => new SipResolutionSteps(this, target, done).Begin();
}
