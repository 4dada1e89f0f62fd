namespace Meetpoint.Sip;

/// <summary>Hears the transports. Messages are lent for the call only: who keeps one takes <see cref="SipMessage.ToOwned"/>.</summary>
interface ISipTransportUser
{
    /// <summary>True for a new call that is taken even when others are turned away: one for help.</summary>
    bool IsPriority(ReadOnlySpan<byte> requestUri, SipFlow flow) => false;

    /// <summary>A valid message.</summary>
    void OnMessage(SipFlow flow, SipMessage message);

    /// <summary>A message with <see cref="SipMessage.Error"/>.</summary>
    void OnInvalid(SipFlow flow, SipMessage message);

    /// <summary>A connection ended or could not be opened.</summary>
    void OnFlowClosed(SipFlow flow, string reason);

    /// <summary>A connection is being closed as no message came, or none became whole, in the time that it has, or ended within one.</summary>
    void OnSlow(SipFlow flow, string reason);
}
