namespace Meetpoint.Sip;

/// <summary>Hears the transaction layer: a user agent core or a proxy core. Messages outside a transaction are lent for the call.</summary>
interface ISipTransactionUser
{
    /// <summary>A new request. It must be answered, now or later.</summary>
    void OnRequest(ServerTransaction transaction);

    /// <summary>Takes a new request that is to go on rather than end here; false leaves it to <see cref="OnRequest"/>.</summary>
    bool TryRelay(ServerTransaction transaction) => false;

    /// <summary>True for a new call that is taken even when others are turned away: one for help.</summary>
    bool IsPriority(ReadOnlySpan<byte> requestUri, SipFlow flow) => false;

    /// <summary>The ACK of a 2xx, or one that matches nothing.</summary>
    void OnAck(SipMessage ack, SipFlow flow);

    /// <summary>A BENOTIFY: whatever it is, nobody answers it.</summary>
    void OnBenotify(SipMessage notify, SipFlow flow)
    {
    }

    /// <summary>A CANCEL for an INVITE that has no final answer yet; the CANCEL itself was answered.</summary>
    void OnCancel(ServerTransaction invite, SipMessage cancel);

    /// <summary>No ACK came (timer H), or an answer could not be sent.</summary>
    void OnServerFailed(ServerTransaction transaction);

    /// <summary>A response without transaction: a 2xx of an INVITE that came late.</summary>
    void OnStrayResponse(SipMessage response, SipFlow flow);

    /// <summary>A message was refused before it became a request: broken, or over a limit. For a log line.</summary>
    void OnRejected(SipFlow flow, SipMessage message, string reason);

    /// <summary>A merged request, answered 482 already. For a log line.</summary>
    void OnMerged(SipFlow flow, SipMessage message);

    /// <summary>A connection kept us waiting for a message until it was closed. For a log line.</summary>
    void OnSlow(SipFlow flow, string reason);
}
