namespace Meetpoint.Xmpp;

/// <summary>Whose domains an <see cref="XmppServer"/> serves. All calls come on its loop; what throws costs the stream it came from.</summary>
public interface IXmppHost
{
    /// <summary>True for a domain that is served here. In lower case, as <see cref="Jid.Domain"/> has it.</summary>
    bool Hosts(string domain);

    /// <summary>
    /// A stanza came: its sender's domain is proven, and proven to the addressee's, which is hosted here. In the order in which the peer sent
    /// them. An iq that asks comes by <see cref="TryAnswer"/> alone.
    /// </summary>
    void OnStanza(XmppStanza stanza, XmppPeer peer);

    /// <summary>
    /// An iq of type get or set came that the server itself does not answer. False: it answers service-unavailable. True: the host answers, now
    /// or later, by <see cref="XmppServer.Send"/>.
    /// </summary>
    bool TryAnswer(XmppStanza request, XmppPeer peer) => false;

    /// <summary>A stanza that was sent without a call-back of its own was not delivered; this is the error that its sender is to get.</summary>
    void OnUndelivered(XmppStanza error)
    {
    }

    /// <summary>By what a remote domain may prove itself, and by what we prove ourselves to it; None keeps it out, both ways.</summary>
    XmppProof Admits(string localDomain, string remoteDomain) => XmppProof.Any;

    /// <summary>
    /// Asked after each stanza: for so many nanoseconds nothing more is read from this peer's stream. 0 goes on. What a rate limit is built from.
    /// </summary>
    long RestNs(XmppPeer peer, long nowNs) => 0;

    /// <summary>For the log.</summary>
    void OnEvent(in XmppEvent what)
    {
    }
}
