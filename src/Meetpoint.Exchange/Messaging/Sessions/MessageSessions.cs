using System.Text;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Messaging.Bodies;
using Meetpoint.Exchange.Messaging.Page;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;
using CallState = Meetpoint.Sip.CallState;

namespace Meetpoint.Exchange.Messaging.Sessions;

/// <summary>
/// Sessions of messages in the Microsoft style: takes those that are opened towards us, and opens one where a message goes to such a system. Each ends here:
/// whatever the other side of a conversation speaks, it is told the messages one by one. On the loop only.
/// </summary>
sealed class MessageSessions(CallContext context, MessageService messages) : ICallService, IMessageEdge
{
    readonly Dictionary<SessionPair, MessageSession> _byPair = [];
    int _count;

    /// <summary>What it works with.</summary>
    public CallContext Context => context;

    /// <summary>Sessions that are on; for a gauge.</summary>
    public int Count => _count;

    /// <inheritdoc/>
    public bool Serves(string user, string host) => false;

    /// <inheritdoc/>
    public bool TryTakeNni(IncomingCall call, NeighbourEntry exchange) => false;

    /// <inheritdoc/>
    public bool TryTake(IncomingCall call, SipCaller caller)
    {
        if (!MessageOffer.Is(call.Offer))
            return false;
        if (_count >= MessageLimits.MaxSessions)
        {
            call.Reject(486, "Too many conversations");
            return true;
        }

        // A conversation takes one of the rate, and its messages none.
        var to = call.Invite.RequestUriBytes;
        if (!context.Admissions.TryAdmit(caller, to, SipPath.Of(call.Invite), SipPath.SessionOf(call.Invite), out _, out var grant, out var refusal, GrantKind.Message))
        {
            context.Refusals.Reject(call, refusal.Reason == RefusalReason.None
                ? context.Admission.Refuse(RefusalReason.NoRoute, SipPath.SessionOf(call.Invite)) with { Sender = caller.Sender } : refusal);
            return true;
        }

        var target = Encoding.UTF8.GetString(to);
        var session = new MessageSession(this, new SessionPair(caller.Sender?.Neighbour.Id ?? "", MessageAddress.Of(target), caller.Address))
        {
            Call = call,
            Grant = grant,
            Caller = caller,
            Target = target,
        };
        Add(session);
        call.LocalSessionId = grant.Correlation.ToString();
        call.Tag = session;
        call.Accept(session);
        if (FirstMessage.Read(call.Invite) is { } first)
            TakeFirst(call, session, caller, first);
        else
            call.Answer(MessageOffer.Of(call.Flow.Local.Host));
        return true;
    }

    /// <summary>The words of the INVITE itself: its answer says what became of them.</summary>
    void TakeFirst(IncomingCall call, MessageSession session, SipCaller caller, MessageBody first)
    {
        // Expires of an INVITE is the invitation's.
        var message = Of(session, PageMode.Message(context, call.Invite, caller, first)) with { Expires = null };
        messages.Send(message, caller, session.Grant, outcome =>
        {
            if (call.State is not (CallState.Trying or CallState.Early))
                return; // cancelled meanwhile
            if (!outcome.IsTaken)
            {
                session.Refuse(call, outcome);
                return;
            }

            (session.First, session.FirstUntilNs) = (first.Text, context.Loop.NowNs + MessageLimits.FirstAgainNs);
            call.AnswerHeaders = [(SipHeader.Supported.Name(), FirstMessage.Header)];
            call.Answer(MessageOffer.Of(call.Flow.Local.Host));
        });
    }

    /// <inheritdoc/>
    public bool TryTake(IncomingRequest request, SipCaller caller)
    {
        if (request.Message.Method != SipMethod.Message || request.Call?.Tag is not MessageSession session)
            return false;
        session.Caller = caller;
        session.Touch();
        if (MessageBody.Read(request.Message, out var body) is { } fault)
            request.Respond(fault.Status, fault.Phrase, fault.Headers);
        else if (IsFirstAgain(session, body))
            request.Respond(200);
        else
            messages.Send(Of(session, PageMode.Message(context, request.Message, caller, body)), caller, session.Grant, outcome => PageMode.Answer(request, outcome));
        return true;
    }

    /// <inheritdoc/>
    public void Send(TextMessage message, MessageWay way, Action<MessageOutcome> done)
    {
        var pair = PairOf(message, way);
        var session = _byPair.GetValueOrDefault(pair);
        if (message.IsText && session is null)
            session = Open(pair, message, way);
        if (session is null)
        {
            // Nobody is told that somebody begins to write to them before the first word; or there is no place for another.
            done(MessageOutcome.Absent);
            return;
        }

        if (message.IsText)
        {
            session.Way = way;
            session.Send(message, done);
        }
        else
        {
            session.Sign(message.Content == MessageContent.Composing);
            done(MessageOutcome.Delivered);
        }
    }

    /// <summary>The far side had lost the session.</summary>
    public void SendAnew(TextMessage message, MessageSession lost, Action<MessageOutcome> done)
    {
        Remove(lost);
        if (lost.Way is { } way)
            Send(message, way, done);
        else
            done(MessageOutcome.Silent);
    }

    /// <summary>The far side writes, or has stopped.</summary>
    public void Signed(MessageSession session, bool isTyping)
    {
        session.Touch();
        if (session.Caller is not { } caller)
            return;
        var sign = new TextMessage
        {
            Id = context.Ids.New("msg"),
            Key = $"sign {context.Tokens.CallId()}",
            From = session.Pair.Far,
            FromName = caller.Name,
            To = MessageAddress.Uri(session.Pair.Near, context.Admission.World.Exchange),
            Content = isTyping ? MessageContent.Composing : MessageContent.Idle,
            Sent = context.Clock.GetCurrentInstant(),
        };
        messages.Send(Of(session, sign), caller, session.Grant, static _ => { });
    }

    /// <summary>It is over.</summary>
    public void Remove(MessageSession session)
    {
        if (session.IsCounted)
            _count--;
        session.IsCounted = false;
        if (_byPair.GetValueOrDefault(session.Pair) == session)
            _byPair.Remove(session.Pair);
    }

    /// <summary>Says goodbye to all.</summary>
    public void Stop()
    {
        foreach (var session in _byPair.Values.ToList())
            session.Call?.Bye();
    }

    /// <summary>Once, at the beginning, and only so soon that no person has written them.</summary>
    bool IsFirstAgain(MessageSession session, in MessageBody body)
    {
        if (!body.IsText || session.First is not { } first)
            return false;
        session.First = null;
        return body.Text == first && context.Loop.NowNs < session.FirstUntilNs;
    }

    static TextMessage Of(MessageSession session, TextMessage message) => message with
    {
        Correlation = session.Grant.IsHeld ? session.Grant.Correlation : message.Correlation,
        Conversation = session.Call?.Id,
        // What is sent within a dialog goes to its other end, whatever the Contact in the request URI is.
        To = session.Target,
    };

    static SessionPair PairOf(TextMessage message, MessageWay way) =>
        new(way.Neighbour?.Neighbour.Id ?? "", message.From, MessageAddress.Of(way.Receiver));

    void Add(MessageSession session)
    {
        _byPair[session.Pair] = session;
        session.IsCounted = true;
        _count++;
    }

    MessageSession? Open(SessionPair pair, TextMessage message, MessageWay way)
    {
        if (_count >= MessageLimits.MaxSessions || way.Targets is not [var target, ..] || !SipUri.TryParse(target.RequestUri ?? way.Receiver, out var uri))
            return null;
        var session = new MessageSession(this, pair) { Target = MessageAddress.Uri(message.From, context.Admission.World.Exchange) };
        Add(session);
        var page = PageRequest.Of(message, way, target, context.Admission.World.Exchange);
        var options = new InviteOptions
        {
            Target = uri,
            To = page.To,
            From = page.From.WithTag(null),
            Route = target.Route!.From(target.ListenerName),
            Routes = target.Path,
            Offer = MessageOffer.Of(HostOf(target)),
            SessionId = message.Correlation.ToString(),
            MaxForwards = page.MaxForwards,
            RingSeconds = MessageLimits.SessionRingSeconds,
            Headers = [.. page.Headers.Where(header => header.Name is not ("Date" or "Expires" or "Session-ID"))],
        };
        session.Call = context.Ua.Invite(options, session);
        session.Call.Tag = session;
        return session;
    }

    /// <summary>The address that the far side is told. Nothing comes to it: messages come in the dialog.</summary>
    string HostOf(RelayTarget target) => context.Own.AddressOf(target.ListenerName)?.Host ?? "0.0.0.0";
}
