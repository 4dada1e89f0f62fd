using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Messaging;

/// <summary>A message that the waist let through.</summary>
/// <param name="Message">What, with its session.</param>
/// <param name="Grant">Leave.</param>
/// <param name="IsOfConversation">True where the leave is that of a conversation, which goes on; false where it is released once it is known what became of the message.</param>
/// <param name="Uri">URI of the receiver in its canonical form.</param>
/// <param name="Receiver">Address of the receiver: user@domain in lower case, or "+" and digits.</param>
sealed record AdmittedMessage(TextMessage Message, Grant Grant, string Uri, string Receiver, bool IsOfConversation)
{
    /// <summary>It is known what became of it.</summary>
    public void Release()
    {
        if (!IsOfConversation)
            Grant.Release();
    }
}
