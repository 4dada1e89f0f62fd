using Meetpoint.Media.Dtls;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.FloorControl;

/// <summary>Limits of floor control with one participant; beyond them nothing is heard of it.</summary>
static class FloorLimits
{
    /// <summary>Datagrams, or pieces of streams, in a second: an end has one transaction at a time.</summary>
    public const int MessagesPerSecond = 50;

    /// <summary>Connections at once: the one in use, and others that have not yet said whose they are.</summary>
    public const int Connections = 4;

    /// <summary>How long a connection may be silent before it has said whose it is.</summary>
    public const long ProofNs = 10 * MonotonicTime.Second;

    /// <summary>How long somebody waits for the floor before it is denied: the focus answers in a round trip, and a link that is cut loses the question.</summary>
    public const long DecisionNs = 10 * MonotonicTime.Second;

    /// <summary>Ports that turn out to be another program's before a line is declined.</summary>
    public const int PortTries = 8;
}

/// <summary>Counts what comes within a second.</summary>
struct FloorRate
{
    long _sinceNs;
    int _count;

    /// <summary>False for what is too much.</summary>
    public bool MayTake(long nowNs)
    {
        if (nowNs - _sinceNs >= MonotonicTime.Second)
            (_sinceNs, _count) = (nowNs, 0);
        return ++_count <= FloorLimits.MessagesPerSecond;
    }
}

/// <summary>How the two ends know each other under TLS or DTLS (RFC 8856 section 8).</summary>
/// <param name="Peer">The fingerprint of the other end's certificate, out of its SDP.</param>
/// <param name="IsClient">We are the client of the handshake: of TLS who has offered, of DTLS who is active.</param>
/// <param name="PeerId">Which association it is, on their side (a=tls-id, RFC 8842); another begins another. Null where it does not say.</param>
sealed record FloorSecurity(DtlsFingerprint Peer, bool IsClient, string? PeerId);

/// <summary>How floor control goes to a participant and back. On the signalling loop only.</summary>
interface IFloorTransport : IDisposable
{
    /// <summary>The port that SDP tells.</summary>
    int Port { get; }

    /// <summary>Its protocol in SDP.</summary>
    string Protocol { get; }

    /// <summary>Where the other end is by its SDP; a stream that is to be connected from here is.</summary>
    /// <param name="remote">Its address.</param>
    /// <param name="connects">It waits for us.</param>
    /// <param name="security">How it is known under TLS and DTLS; null in the clear.</param>
    void SetRemote(NetAddress remote, bool connects, FloorSecurity? security);

    /// <summary>Something that is its own came.</summary>
    bool IsHeard { get; }
}
