using Meetpoint.Net;
using Meetpoint.Xmpp.Streams;

namespace Meetpoint.Xmpp;

/// <summary>A remote domain that has proven itself to one of ours, on one stream. It ends with the stream. On the loop only.</summary>
public sealed class XmppPeer
{
    readonly ServerStream _stream;

    internal XmppPeer(ServerStream stream, string localDomain, string remoteDomain, XmppProof proof)
    {
        _stream = stream;
        LocalDomain = localDomain;
        RemoteDomain = remoteDomain;
        Proof = proof;
    }

    /// <summary>The domain hosted here.</summary>
    public string LocalDomain { get; }

    /// <summary>The domain that was proven.</summary>
    public string RemoteDomain { get; }

    /// <summary>By what; exactly one of the two.</summary>
    public XmppProof Proof { get; }

    /// <summary>Where its server stands.</summary>
    public NetAddress Address => _stream.RemoteAddress;

    /// <summary>True under TLS.</summary>
    public bool IsSecure => _stream.IsSecure;

    /// <summary>True when this end opened the stream.</summary>
    public bool IsOutgoing => _stream.IsOutgoing;

    /// <summary>Whatever the host ties to it.</summary>
    public object? Tag { get; set; }

    /// <summary>Ends the stream, with all domains that it carries, by the error policy-violation (RFC 6120, section 4.9.3.14).</summary>
    /// <param name="text">For the other end to read.</param>
    public void Close(string text) => _stream.Fail(StreamErrors.PolicyViolation, text);
}
