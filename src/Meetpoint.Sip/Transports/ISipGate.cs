namespace Meetpoint.Sip;

/// <summary>What becomes of a message before anything is kept for it.</summary>
public enum SipGateVerdict : byte
{
    /// <summary>It goes on.</summary>
    Admit,

    /// <summary>Nothing: silence over UDP, and a TCP or TLS connection is closed.</summary>
    Drop,
}

/// <summary>
/// The border: sees every message, valid or not, before a transaction is made or anything is answered, so that an unknown sender costs a
/// look-up and learns nothing.
/// </summary>
public interface ISipGate
{
    /// <summary>Decides. May set <see cref="SipFlow.Identity"/> and <see cref="SipFlow.Tag"/>. <see cref="SipMessage.Error"/> tells whether the message is valid.</summary>
    SipGateVerdict OnMessage(SipFlow flow, SipMessage message);

    /// <summary>Whether a keep-alive over UDP (RFC 5626 section 3.5.2) is answered; one that is not costs its sender a new registration.</summary>
    bool AnswersKeepAlive(SipFlow flow) => true;
}
