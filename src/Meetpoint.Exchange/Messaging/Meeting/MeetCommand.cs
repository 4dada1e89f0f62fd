using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Exchange.Messaging.Meeting;

/// <summary>
/// The word by which a user of ours turns a conversation into a meeting, in whatever client she writes: it is not delivered, and both get how to join. On the loop only.
/// </summary>
/// <remarks>Only of users that this exchange serves: what comes from another exchange is words, since that one would have taken the command itself.</remarks>
sealed class MeetCommand(CallContext context, MeetNow meet)
{
    /// <summary>The whole text of such a message.</summary>
    public const string Word = "/meet";

    const string Refused = "No meeting";

    /// <summary>Takes the message if it is one.</summary>
    /// <param name="message">What came.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="done">Told once: delivered where the meeting stands, else why there is none.</param>
    public bool TryTake(TextMessage message, SipCaller caller, Action<MessageOutcome> done)
    {
        if (!message.IsText || message.Text.Length > 2 * Word.Length || message.Text.Trim() != Word
            || context.Admission.World.Find(caller.Address) is not { User: not null } own || own.Provider.Exchange != context.Admission.World.Exchange)
            return false;
        _ = MeetAsync(message, caller, outcome => context.Loop.Post(() => done(outcome)));
        return true;
    }

    async Task MeetAsync(TextMessage message, SipCaller caller, Action<MessageOutcome> done)
    {
        try
        {
            var id = $"mtg_{Convert.ToHexStringLower(message.KeyHash().AsSpan(0, 13))}"; // as long as any other
            var outcome = await meet.BookAsync(id, caller, [MessageAddress.Of(message.To)]);
            if (outcome.Refusal is { } refusal)
            {
                done(Of(refusal));
            }
            else if (MeetNow.Stands(outcome))
            {
                done(MessageOutcome.Delivered);
            }
            else
            {
                // Nobody would tell her how to join it, were it to stand later.
                await meet.CancelAsync(id);
                done(new MessageOutcome(MessageFate.Failed, 480, $"{Refused}: unreachable"));
            }
        }
        catch (BookingRefusedException refused)
        {
            done(Of(refused.Refusal));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            context.Log.Fault("messages", exception);
            done(new MessageOutcome(MessageFate.Failed, 500, Refused));
        }
    }

    static MessageOutcome Of(BookingRefusal refusal)
    {
        if (refusal.Cause is { } cause)
            return MessageOutcome.Of(in cause);
        var status = KebabEnum<RefusalReason>.TryParse(refusal.Reason, out var reason) ? RefusalTable.Row(reason).SipStatus : refusal.Reason == "unreachable" ? 480 : 403;
        return new MessageOutcome(MessageFate.Failed, status == 0 ? 403 : status, $"{Refused}: {refusal.Reason}");
    }
}
