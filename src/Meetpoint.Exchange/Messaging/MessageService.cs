using System.Text;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Messaging.Keeping;
using Meetpoint.Exchange.Messaging.Meeting;
using Meetpoint.Exchange.Messaging.Streams;
using Meetpoint.Exchange.Messaging.Xmpp;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Exchange.Messaging;

/// <summary>
/// Messages between people, whatever they are sent by: each crosses the waist, goes the ways of its grant one after the other until one takes it, and is
/// kept where nobody is there to take it. On the loop only.
/// </summary>
sealed class MessageService
{
    readonly CallContext _context;
    readonly MessageWays _ways;
    readonly MessageStreams _streams;
    readonly FailureNotice _notice;
    readonly RecentMessages _recent = new();

    /// <param name="context">What calls know of targets, neighbours and registrations.</param>
    /// <param name="ways">Edges, by kind of way.</param>
    /// <param name="streams">Clients of the API that listen.</param>
    public MessageService(CallContext context, MessageWays ways, MessageStreams streams)
    {
        _context = context;
        _ways = ways;
        _streams = streams;
        _notice = new FailureNotice(context, this);
        Keeper = new MessageKeeper(context, this)
        {
            GivenUp = (lost, why) => Lost(lost.ToMessage(), why),
            Delivered = key => streams.Settled(key, null),
        };
    }

    /// <summary>What waits for receivers that are absent.</summary>
    public MessageKeeper Keeper { get; }

    /// <summary>Takes the command that makes a meeting of a conversation; null leaves it words.</summary>
    public MeetCommand? Meet { get; set; }

    /// <summary>Takes a message of somebody who is known.</summary>
    /// <param name="message">What; its session is the one of the request that it came by, if that had one.</param>
    /// <param name="caller">Who sends it.</param>
    /// <param name="done">Told once what became of it, on the loop, maybe within this call; never <see cref="MessageFate.Unreachable"/> for words that can be kept.</param>
    public void Send(TextMessage message, SipCaller caller, Action<MessageOutcome> done) => Send(message, caller, default, done);

    /// <summary>The same under the leave of a conversation, as long as that is held.</summary>
    public void Send(TextMessage message, SipCaller caller, Grant conversation, Action<MessageOutcome> done)
    {
        if (_recent.TryJoin(message.Key, _context.Loop.NowNs, done))
            return;
        Keeper.SawLife(caller.Address);
        void Ended(MessageOutcome outcome) => _recent.End(message.Key, outcome, done);

        if (Encoding.UTF8.GetByteCount(message.Text) > MessageLimits.MaxTextBytes)
            Ended(new MessageOutcome(MessageFate.Failed, 413));
        else if (Meet?.TryTake(message, caller, Ended) == true)
            return;
        else if (TryAdmit(message, caller, conversation, out var admitted, out var refusal))
            Send(admitted, caller, Ended);
        else
            Ended(Refused(message, in refusal));
    }

    /// <summary>A message that was accepted was not delivered after all: its sender is told, and the log of events.</summary>
    public void Lost(TextMessage lost, string why)
    {
        _context.Events.Write(
            lost.Correlation, "message.given-up",
            new EventAttribute("message", lost.Id), new EventAttribute("to", MessageAddress.Of(lost.To)), new EventAttribute("why", why));
        _streams.Settled(lost.Key, why);
        if (lost.Origin is not null && _ways.Xmpp is XmppMessages xmpp)
            xmpp.TellLost(lost, why);
        else
            _notice.Tell(lost, why);
    }

    /// <summary>Tries to deliver what was kept, by leave of its own: what an agreement no longer lets is not delivered.</summary>
    public void SendKept(TextMessage message, SipCaller caller, Action<MessageOutcome> done)
    {
        if (TryAdmit(message, caller, default, out var admitted, out var refusal))
            new MessageDelivery(_context, admitted, _ways.Of(admitted.Grant, admitted.Uri), _streams).Begin(outcome => done(Noted(admitted, outcome)));
        else
            done(Refused(message, in refusal));
    }

    void Send(AdmittedMessage admitted, SipCaller caller, Action<MessageOutcome> done)
    {
        if (admitted.Message.IsText && Keeper.IsAnyKept(admitted.Receiver))
        {
            // Behind those that wait already: they are read in the order in which they were sent.
            admitted.Release();
            Keeper.Keep(admitted, caller, isOnItsWay: false, done);
            return;
        }

        var delivery = new MessageDelivery(_context, admitted, _ways.Of(admitted.Grant, admitted.Uri), _streams);
        if (!admitted.Message.IsText)
        {
            delivery.Begin(done);
            return;
        }

        var isKept = false;
        delivery.Begin(
            outcome =>
            {
                if (isKept)
                    Keeper.Settle(admitted, Noted(admitted, outcome));
                else if (outcome.Fate == MessageFate.Unreachable)
                    Keeper.Keep(admitted, caller, isOnItsWay: false, done);
                else
                    done(Noted(admitted, outcome));
            },
            () =>
            {
                isKept = true;
                Keeper.Keep(admitted, caller, isOnItsWay: true, done);
            });
    }

    MessageOutcome Refused(TextMessage message, in Refusal refusal)
    {
        _context.Refusals.Note(in refusal, message.To, message.From);
        return MessageOutcome.Of(in refusal);
    }

    MessageOutcome Noted(AdmittedMessage admitted, MessageOutcome outcome)
    {
        if (!admitted.Message.IsText)
            return outcome;
        _context.Events.Write(
            admitted.Message.Correlation, outcome.IsTaken ? "message.delivered" : "message.failed",
            new EventAttribute("message", admitted.Message.Id), new EventAttribute("to", admitted.Receiver),
            new EventAttribute("status", outcome.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return outcome;
    }

    bool TryAdmit(TextMessage message, SipCaller caller, Grant conversation, out AdmittedMessage admitted, out Refusal refusal)
    {
        admitted = null!;
        var uri = Encoding.UTF8.GetBytes(message.To);
        if (message.HopsLeft <= 0)
        {
            refusal = _context.Admission.Refuse(RefusalReason.TooManyHops, message.Correlation) with { Sender = caller.Sender, Path = [.. message.Path] };
            return false;
        }

        if (conversation.IsHeld)
        {
            admitted = new AdmittedMessage(message with { Correlation = conversation.Correlation }, conversation, message.To, MessageAddress.Of(message.To), true);
            refusal = default;
            return true;
        }

        if (!_context.Admissions.TryAdmit(caller, uri, [.. message.Path], message.Correlation, out var called, out var grant, out refusal,
            message.IsText ? GrantKind.Message : GrantKind.Composing))
        {
            if (refusal.Reason == RefusalReason.None) // a number that is none: nobody has it
                refusal = _context.Admission.Refuse(RefusalReason.NoRoute, message.Correlation) with { Sender = caller.Sender };
            return false;
        }

        admitted = new AdmittedMessage(
            message with { Correlation = grant.Correlation }, grant, called.Uri ?? message.To,
            called.Number.Length > 0 ? called.Number : MessageAddress.Of(message.To), false);
        return true;
    }
}
