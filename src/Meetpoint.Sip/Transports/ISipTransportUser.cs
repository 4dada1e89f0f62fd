namespace Meetpoint.Sip;

/// <summary>Hears the transports. Messages are lent for the call only: who keeps one takes <see cref="SipMessage.ToOwned"/>.</summary>
interface ISipTransportUser
{
    /// <summary>A valid message.</summary>
    void OnMessage(SipFlow flow, SipMessage message);

    /// <summary>A message with <see cref="SipMessage.Error"/>.</summary>
    void OnInvalid(SipFlow flow, SipMessage message);

    /// <summary>A connection ended or could not be opened.</summary>
    void OnFlowClosed(SipFlow flow, string reason);

    /// <summary>A connection is being closed as no message came, or none became whole, in the time that it has, or ended within one.</summary>
    void OnSlow(SipFlow flow, string reason);
}
