using System.Globalization;
using System.Text;
using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Messaging.Bodies;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Page;

/// <summary>Takes messages in page mode (RFC 3428): MESSAGE outside a dialog. On the loop only.</summary>
sealed class PageMode(CallContext context, MessageService messages) : ICallService
{
    /// <inheritdoc/>
    public bool TryTake(IncomingCall call, SipCaller caller) => false;

    /// <inheritdoc/>
    public bool TryTakeNni(IncomingCall call, NeighbourEntry exchange) => false;

    /// <inheritdoc/>
    public bool Serves(string user, string host) => false;

    /// <inheritdoc/>
    public bool TryTake(IncomingRequest request, SipCaller caller)
    {
        if (request.Message.Method != SipMethod.Message || request.Call is not null)
            return false;
        if (MessageBody.Read(request.Message, out var body) is { } fault)
            request.Respond(fault.Status, fault.Phrase, fault.Headers);
        else
            messages.Send(Message(context, request.Message, caller, body), caller, outcome => Answer(request, outcome));
        return true;
    }

    /// <summary>What a MESSAGE says.</summary>
    public static TextMessage Message(CallContext context, SipMessage request, SipCaller caller, in MessageBody body)
    {
        var now = context.Clock.GetCurrentInstant();
        // A clock that goes before ours sends nothing into the future.
        var sent = Instant.Min(body.Sent ?? DateOf(request) ?? now, now);
        return new TextMessage
        {
            Id = context.Ids.New("msg"),
            Key = $"{caller.Sender?.Neighbour.Id ?? caller.Address} {request.CallId} {request.CSeq} {Encoding.UTF8.GetString(request.FromTag)}",
            Correlation = SipPath.SessionOf(request),
            From = caller.Address,
            FromName = caller.Name,
            IsWithheld = caller.IsWithheld,
            To = Encoding.UTF8.GetString(request.RequestUriBytes),
            Content = body.Content,
            Text = body.Text,
            Sent = sent,
            Expires = request.ExpiresSeconds is { } seconds ? sent + Duration.FromSeconds(seconds) : null,
            Conversation = request.CallId,
            Path = SipPath.Of(request),
            HopsLeft = request.MaxForwards,
        };
    }

    /// <summary>200 says that the next hop has it, 202 that somebody will see to it (RFC 3428 section 7).</summary>
    public static void Answer(IncomingRequest request, MessageOutcome outcome)
    {
        if (outcome.Fate == MessageFate.Refused)
            request.Respond(outcome.Status, outcome.Phrase, [.. RefusalTable.SipHeaders(outcome.Refusal)]);
        else
            request.Respond(outcome.Status, outcome.Phrase, outcome.Headers);
    }

    static Instant? DateOf(SipMessage request) =>
        DateTimeOffset.TryParseExact(request.Text(SipHeader.Date), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Instant.FromDateTimeOffset(date) : null;
}
