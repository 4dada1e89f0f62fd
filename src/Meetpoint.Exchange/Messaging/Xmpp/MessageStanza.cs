using System.Text;
using System.Xml;
using Meetpoint.Xmpp;
using Meetpoint.Xmpp.Xml;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Messaging.Xmpp;

/// <summary>One-to-one messages as stanzas (RFC 7572, RFC 7573), with chat states (XEP-0085) and delays (XEP-0203).</summary>
static class MessageStanza
{
    const string ChatStates = "http://jabber.org/protocol/chatstates";
    const string Delay = "urn:xmpp:delay";

    /// <summary>What is older than this when it goes out is told to be late.</summary>
    static readonly Duration Late = Duration.FromSeconds(30);

    /// <summary>What a stanza says; null where it says nothing that a message can: a receipt, a marker, an empty one.</summary>
    public static (MessageContent Content, string Text)? Read(XmppStanza stanza)
    {
        if (stanza.Text("body") is { Length: > 0 } words)
            return (MessageContent.Text, words);
        foreach (var element in stanza.Element.Elements)
        {
            if (element.Namespace == ChatStates)
                return (element.Name == "composing" ? MessageContent.Composing : MessageContent.Idle, "");
        }

        return null;
    }

    /// <summary>When it was sent by its own word; null where it says nothing.</summary>
    public static Instant? SentAt(XmppStanza stanza) =>
        stanza.Child("delay", Delay)?["stamp"] is { } stamp && OffsetDateTimePattern.Rfc3339.Parse(stamp) is { Success: true } time ? time.Value.ToInstant() : null;

    /// <summary>A message as a stanza.</summary>
    /// <param name="message">What.</param>
    /// <param name="from">Its sender.</param>
    /// <param name="to">Its receiver.</param>
    /// <param name="now">Wall time.</param>
    public static XmppStanza Write(TextMessage message, Jid from, Jid to, Instant now)
    {
        var stanza = new XmppStanza(XmppStanzaKind.Message, from, to, "chat", message.Id);
        if (message.IsText)
            stanza.Add("body", Clean(message.Text));
        if (message.Conversation is { Length: > 0 } thread)
            stanza.Add("thread", Clean(thread));
        stanza.Add(new XmppElement(StateOf(message.Content), ChatStates));
        if (message.IsText && now - message.Sent > Late)
            stanza.Add(new XmppElement("delay", Delay) { ["stamp"] = InstantPattern.General.Format(message.Sent), ["from"] = from.Domain });
        return stanza;
    }

    static string StateOf(MessageContent content) => content switch
    {
        MessageContent.Composing => "composing",
        MessageContent.Idle => "paused",
        _ => "active",
    };

    /// <summary>What XML has no way to write, which is control characters alone, is shown to be missing.</summary>
    static string Clean(string text)
    {
        if (text.All(letter => XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter)))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var letter in text)
            clean.Append(XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter) ? letter : '\ufffd');
        return clean.ToString();
    }
}
