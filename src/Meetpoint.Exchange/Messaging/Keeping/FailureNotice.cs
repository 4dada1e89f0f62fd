using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Exchange.Messaging.Keeping;

/// <summary>
/// Tells a sender, by a message from this exchange, that a message of theirs was not delivered although it was accepted: SIP has no other way once it said
/// 202. On the loop only.
/// </summary>
sealed class FailureNotice(CallContext context, MessageService service)
{
    /// <summary>User part of the address that notices are from. Nothing is told to it, so that two exchanges never tell each other of their notices.</summary>
    public const string User = "messages";

    /// <summary>Characters of the lost message that are repeated.</summary>
    const int MaxQuoted = 200;

    /// <summary>Sends one.</summary>
    public void Tell(TextMessage lost, string why)
    {
        var world = context.Admission.World;
        var receiver = MessageAddress.Of(lost.To);
        if (lost.From.StartsWith(User + "@", StringComparison.Ordinal) || Speaker(world, lost.From, receiver) is not { Domains: [var domain, ..] } speaker)
            return;
        var now = context.Clock.GetCurrentInstant();
        var from = $"{User}@{domain}";
        var notice = new TextMessage
        {
            Id = context.Ids.New("msg"),
            Key = "lost " + lost.Key,
            Correlation = lost.Correlation,
            From = from,
            FromName = "Messages",
            To = MessageAddress.Uri(lost.From, world.Exchange),
            Text = $"Not delivered to {receiver}: {why}. Your message of {lost.Sent:uuuu-MM-dd HH:mm} UTC was:\r\n{Quoted(lost.Text)}",
            Sent = now,
        };
        service.Send(notice, new SipCaller(null, speaker, from, notice.FromName, null, world.FindProfile(EquipmentProfile.GenericId)!), static _ => { });
    }

    /// <summary>Somebody for whom this exchange may speak: the sender's own provider, else the receiver's.</summary>
    static Provider? Speaker(World world, string from, string receiver)
    {
        var sender = world.Find(from)?.Provider;
        return sender?.Exchange == world.Exchange ? sender : world.Find(receiver)?.Provider ?? sender;
    }

    /// <summary>Never half a character of two halves.</summary>
    static string Quoted(string text)
    {
        if (text.Length <= MaxQuoted)
            return text;
        return text[..(char.IsHighSurrogate(text[MaxQuoted - 1]) ? MaxQuoted - 1 : MaxQuoted)] + "…";
    }
}
