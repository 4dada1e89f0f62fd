using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Messaging.Bodies;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Messaging.Sessions;

/// <summary>The two sides of a session of messages with a system of the Microsoft style.</summary>
/// <param name="Neighbour">Id of that system.</param>
/// <param name="Near">Address of the person on our side of it.</param>
/// <param name="Far">Address of the person at it.</param>
readonly record struct SessionPair(string Neighbour, string Near, string Far);

/// <summary>One session of messages: the dialog that they are sent in, one after the other. On the loop only.</summary>
sealed class MessageSession : ICallHandler
{
    /// <summary>Messages that wait for the one before them to be answered.</summary>
    const int MaxWaiting = 100;

    readonly MessageSessions _sessions;
    readonly Queue<(TextMessage Message, Action<MessageOutcome> Done)> _waiting = new();
    readonly LoopTimer _idle;
    Action<MessageOutcome>? _current;
    bool _isOver;

    public MessageSession(MessageSessions sessions, SessionPair pair)
    {
        _sessions = sessions;
        Pair = pair;
        _idle = new LoopTimer(sessions.Context.Loop, _ => Call?.Bye());
        Touch();
    }

    /// <summary>Who talks.</summary>
    public SessionPair Pair { get; }

    /// <summary>The dialog.</summary>
    public Call? Call { get; set; }

    /// <summary>Leave for all that the far side sends in it; the default value where we opened it, and the first message of theirs asks.</summary>
    public Grant Grant { get; set; }

    /// <summary>Who is at the far side, once they have sent something.</summary>
    public SipCaller? Caller { get; set; }

    /// <summary>URI of the person on our side.</summary>
    public required string Target { get; init; }

    /// <summary>The way by which messages last went to the far side; null before.</summary>
    public MessageWay? Way { get; set; }

    /// <summary>Words that came with the INVITE and were taken; null once something else came.</summary>
    public string? First { get; set; }

    /// <summary>Until when the same words again are those of the INVITE, from a client that did not understand that they were taken.</summary>
    public long FirstUntilNs { get; set; }

    /// <summary>It is among those that are on.</summary>
    public bool IsCounted { get; set; }

    bool IsUp => Call is { State: CallState.Answered or CallState.Confirmed };

    /// <summary>Refuses the call that opened it.</summary>
    public void Refuse(IncomingCall call, MessageOutcome outcome)
    {
        call.Reject(outcome.Status, outcome.Phrase, outcome.Headers);
        Over(outcome);
    }

    /// <summary>Something was said: it is not idle.</summary>
    public void Touch() => _idle.Arm(MessageLimits.SessionIdleNs);

    /// <summary>Sends a message to the far side, behind those that wait.</summary>
    public void Send(TextMessage message, Action<MessageOutcome> done)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            done(MessageOutcome.Silent);
            return;
        }

        Touch();
        _waiting.Enqueue((message, done));
        Next();
    }

    /// <summary>Tells the far side that its partner writes; not worth waiting for.</summary>
    public void Sign(bool isTyping)
    {
        if (!IsUp)
            return;
        var info = Call!.Request("INFO");
        (info.ContentType, info.Body) = (KeyboardActivity.MediaType, KeyboardActivity.Write(isTyping));
        Call.Send(info);
    }

    /// <summary>It stands.</summary>
    void ICallHandler.OnConfirmed(Call call) => Next();

    void ICallHandler.OnAnswered(Call call, SdpDescription answer)
    {
        if (!MessageOffer.Is(answer))
            call.Bye(("Reason", "SIP;cause=488;text=\"No messages\""));
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        // A refresh, or the same again; a call of sound is another dialog's.
        if (MessageOffer.Is(offer) && call.LocalSdp is { } own)
            reply.Accept(own);
        else
            reply.Reject();
    }

    void ICallHandler.OnInfo(Call call, SipMessage info)
    {
        if (KeyboardActivity.Read(info.Body) is { } isTyping)
            _sessions.Signed(this, isTyping);
    }

    void ICallHandler.OnEnded(Call call, CallEnd end) => Over(MessageOutcome.Silent);

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response) => Over(MessageOutcome.Of(new SipResult(status, reason, response)));

    void Next()
    {
        if (_current is not null || !IsUp || !_waiting.TryDequeue(out var next))
            return;
        var request = Call!.Request("MESSAGE");
        (request.ContentType, request.Body) = MessageBody.Write(next.Message);
        _current = next.Done;
        Call.Send(request, result =>
        {
            var done = _current;
            _current = null;
            // 481 is the session's end and not the message's: it is sent anew in another.
            if (result.Status == 481)
                _sessions.SendAnew(next.Message, this, done!);
            else
                done!(MessageOutcome.Of(result));
            Next();
        });
    }

    void Over(MessageOutcome outcome)
    {
        if (_isOver)
            return;
        _isOver = true;
        _idle.Disarm();
        Grant.Release();
        _sessions.Remove(this);
        while (_waiting.TryDequeue(out var left))
            left.Done(outcome);
    }
}
