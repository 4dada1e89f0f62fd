using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Xmpp;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Xmpp;

/// <summary>
/// The edge of messages towards XMPP servers. Whoever has the server hands it the message stanzas that come, and a way to send; everything else is the same as
/// for any other edge. On the loop only.
/// </summary>
/// <remarks>
/// XMPP confirms nothing: a message is taken to be accepted once no error came for <see cref="SettleNs"/>. An error that comes later is told to the sender by
/// a message.
/// </remarks>
sealed class XmppMessages : IMessageEdge, IStanzaService
{
    /// <summary>How long an error is waited for before the sender is told that the message was accepted.</summary>
    public const long SettleNs = 2 * MonotonicTime.Second;

    /// <summary>How long an error is still known to belong to a message.</summary>
    const long RememberNs = 300 * MonotonicTime.Second;

    /// <summary>Messages whose errors would be known.</summary>
    const int MaxSent = 20_000;

    readonly CallContext _context;
    readonly MessageService _messages;
    readonly XmppAddresses _addresses;
    readonly Action<XmppStanza, Action<XmppFailure>?> _send;
    readonly Dictionary<string, Sent> _sent = new(StringComparer.Ordinal);
    readonly Queue<(string Id, long UntilNs)> _order = new();

    /// <param name="context">What it works with.</param>
    /// <param name="messages">Takes what comes.</param>
    /// <param name="addresses">How people are called in XMPP.</param>
    /// <param name="send">Sends a stanza, and tells once if it cannot be delivered, as <see cref="XmppServer.Send"/> does.</param>
    public XmppMessages(CallContext context, MessageService messages, XmppAddresses addresses, Action<XmppStanza, Action<XmppFailure>?> send)
    {
        _addresses = addresses;
        _context = context;
        _messages = messages;
        _send = send;
    }

    /// <inheritdoc/>
    public XmppStanzaKind Kind => XmppStanzaKind.Message;

    /// <inheritdoc/>
    public void Take(XmppStanza stanza, NeighbourEntry neighbour)
    {
        if (stanza.IsError)
        {
            if (stanza.Id is { } id)
                Failed(id, XmppStatus.OutcomeOf(stanza.Condition ?? XmppCondition.UndefinedCondition));
            return;
        }

        if (stanza.Type is "headline" || MessageStanza.Read(stanza) is not { } said)
            return;
        var world = _context.Admission.World;
        var from = XmppAddresses.AddressOf(stanza.From);
        if (stanza.Type is "groupchat" || stanza.To.Local is null)
        {
            _send(stanza.Error(stanza.Type is "groupchat" ? XmppCondition.FeatureNotImplemented : XmppCondition.ServiceUnavailable), null);
        }
        else if (world.Find(from)?.Provider is not { } provider)
        {
            var refusal = _context.Admission.Refuse(RefusalReason.OriginNotAllowed, default) with { Sender = neighbour };
            _context.Refusals.Note(in refusal, stanza.To.ToString(), from);
            _send(stanza.Error(XmppCondition.Forbidden, $"Forbidden ({refusal.Incident})"), null);
        }
        else
        {
            var profile = world.FindProfile(neighbour.Neighbour.Profile) ?? world.FindProfile(EquipmentProfile.GenericId)!;
            var message = MessageOf(stanza, said.Content, said.Text);
            _messages.Send(message, new SipCaller(neighbour, provider, from, null, null, profile), outcome => Answer(stanza, outcome));
        }
    }

    /// <inheritdoc/>
    public void Send(TextMessage message, MessageWay way, Action<MessageOutcome> done)
    {
        if (SenderOf(message) is not { } from || XmppAddresses.Of(MessageAddress.Of(way.Receiver)) is not { } to)
        {
            done(new MessageOutcome(MessageFate.Failed, 404, "No address in XMPP"));
            return;
        }

        var stanza = MessageStanza.Write(message, from, to, _context.Clock.GetCurrentInstant());
        if (!message.IsText)
        {
            _send(stanza, static _ => { });
            done(MessageOutcome.Accepted);
            return;
        }

        var sent = new Sent(message, done);
        sent.Settled = new LoopTimer(_context.Loop, _ => sent.End(MessageOutcome.Accepted));
        Remember(message.Id, sent);
        sent.Settled.Arm(SettleNs);
        _send(stanza, failure => Failed(message.Id, XmppStatus.OutcomeOf(failure.Condition)));
    }

    /// <summary>Tells the sender of a message that came by this edge that it was given up after all.</summary>
    public void TellLost(TextMessage lost, string why)
    {
        if (lost.Origin?.Split('\n') is not [var sender, var id] || !Jid.TryParse(sender, out var to) || _addresses.Shown(MessageAddress.Of(lost.To)) is not { } from)
            return;
        var stanza = new XmppStanza(XmppStanzaKind.Message, to, from, "chat", id.Length == 0 ? null : id);
        _send(stanza.Error(XmppCondition.RecipientUnavailable, why), null);
    }

    TextMessage MessageOf(XmppStanza stanza, MessageContent content, string text)
    {
        var now = _context.Clock.GetCurrentInstant();
        // Ids are the clients' own and some begin anew: only the same words under the same id are the same message.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
        return new TextMessage
        {
            Id = _context.Ids.New("msg"),
            Key = stanza.Id is { } id && content == MessageContent.Text ? $"xmpp {stanza.From} {id} {hash}" : $"xmpp {_context.Tokens.CallId()}",
            From = XmppAddresses.AddressOf(stanza.From),
            To = "sip:" + XmppAddresses.AddressOf(stanza.To),
            Content = content,
            Text = text,
            Sent = Instant.Min(MessageStanza.SentAt(stanza) ?? now, now),
            Conversation = stanza.Text("thread"),
            Origin = $"{stanza.From}\n{stanza.Id}",
        };
    }

    void Answer(XmppStanza stanza, MessageOutcome outcome)
    {
        if (outcome.IsTaken || MessageStanza.Read(stanza) is not { Content: MessageContent.Text })
            return;
        var text = outcome.Fate == MessageFate.Refused && outcome.Refusal.Row.ShowsIncident ? $"{outcome.Phrase} ({outcome.Refusal.Incident})" : outcome.Phrase;
        _send(stanza.Error(XmppStatus.ConditionOf(outcome.Status), text), null);
    }

    void Failed(string id, MessageOutcome outcome)
    {
        if (!_sent.Remove(id, out var sent))
            return;
        if (sent.IsEnded)
            _messages.Lost(sent.Message, $"{outcome.Status}");
        sent.End(outcome);
    }

    void Remember(string id, Sent sent)
    {
        while (_order.TryPeek(out var oldest) && (oldest.UntilNs <= _context.Loop.NowNs || _order.Count >= MaxSent))
        {
            _order.Dequeue();
            _sent.Remove(oldest.Id);
        }

        _sent[id] = sent;
        _order.Enqueue((id, _context.Loop.NowNs + RememberNs));
    }

    Jid? SenderOf(TextMessage message)
    {
        if (!message.IsWithheld)
            return _addresses.Shown(message.From);
        var world = _context.Admission.World;
        return _addresses.Shown($"anonymous@{world.Find(message.From)?.Provider.Domains.FirstOrDefault() ?? world.Exchange}");
    }

    /// <summary>A message that went out, whose error may still come.</summary>
    sealed class Sent(TextMessage message, Action<MessageOutcome> done)
    {
        public TextMessage Message => message;

        public LoopTimer? Settled { get; set; }

        public bool IsEnded { get; private set; }

        public void End(MessageOutcome outcome)
        {
            if (IsEnded)
                return;
            IsEnded = true;
            Settled?.Disarm();
            done(outcome);
        }
    }
}
