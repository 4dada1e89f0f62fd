namespace Meetpoint.Sip;

/// <summary>What answers for this user agent. Called on the loop.</summary>
public interface ISipApplication
{
    /// <summary>
    /// A call comes in. Take it with <see cref="IncomingCall.Accept"/> and ring, answer or reject it, now or later; what throws away a call
    /// without an answer leaves its caller waiting.
    /// </summary>
    void OnInvite(IncomingCall call);

    /// <summary>A request outside a dialog (REGISTER, SUBSCRIBE, MESSAGE, PUBLISH...), or one inside that is none of the call's own (REFER, MESSAGE).</summary>
    void OnRequest(IncomingRequest request);

    /// <summary>True for a call that is taken even in overload: one for help. Asked before anything else is known of it.</summary>
    bool IsPriority(ReadOnlySpan<byte> requestUri, SipFlow flow) => false;

    /// <summary>A message was refused before it became a request, for a log line.</summary>
    void OnRejected(SipFlow flow, SipMessage message, string reason)
    {
    }

    /// <summary>A request came a second time by another way and was answered 482 (RFC 3261 section 8.2.2.2), for a log line.</summary>
    void OnMerged(SipFlow flow, SipMessage message)
    {
    }

    /// <summary>A connection kept us waiting for a message until it was closed, by us or by the other end; for a log line.</summary>
    void OnSlow(SipFlow flow, string reason)
    {
    }
}
