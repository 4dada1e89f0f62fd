using Meetpoint.Net;

namespace Meetpoint.Xmpp;

/// <summary>What happened on the streams.</summary>
public enum XmppEventKind
{
    /// <summary>A pair of domains can be used: the peer has proven itself, or has taken our proof.</summary>
    Proven,

    /// <summary>A proof was refused: by us of an incoming stream, by the peer of an outgoing one.</summary>
    ProofRefused,

    /// <summary>A certificate is not believed, or has not the domain's name.</summary>
    CertificateRefused,

    /// <summary>No connection to a server came about.</summary>
    ConnectFailed,

    /// <summary>This end closed a stream by a stream error; the detail begins with its condition.</summary>
    ClosedByUs,

    /// <summary>The other end closed a stream by a stream error; the detail begins with its condition.</summary>
    ClosedByPeer,

    /// <summary>A stream ended, for any reason; the last word on it.</summary>
    Ended,

    /// <summary>A limit turned something away.</summary>
    Limited,
}

/// <summary>Something for the log of the operator. At a listener anyone can cause it.</summary>
/// <param name="Kind">What.</param>
/// <param name="IsOutgoing">On a stream that we opened.</param>
/// <param name="LocalDomain">Which of ours; null when it is not known yet.</param>
/// <param name="RemoteDomain">Which of theirs, by its own word unless proven; null when it is not known yet.</param>
/// <param name="Address">Where it stands.</param>
/// <param name="Detail">In words; begins with a condition's or a proof's name.</param>
public readonly record struct XmppEvent(
    XmppEventKind Kind, bool IsOutgoing, string? LocalDomain, string? RemoteDomain, NetAddress Address, string Detail);
