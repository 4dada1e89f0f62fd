using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Messaging;

/// <summary>What became of a message.</summary>
enum MessageFate
{
    /// <summary>The receiver's client, or the next system on its behalf, has it.</summary>
    Delivered,

    /// <summary>The next system has taken it, and may deliver it later.</summary>
    Accepted,

    /// <summary>It is kept here, durably, until the receiver is there.</summary>
    Kept,

    /// <summary>Nobody was there to take it: the receiver is absent, or the next system did not answer.</summary>
    Unreachable,

    /// <summary>The next system, or this exchange for its limits, will not take it.</summary>
    Failed,

    /// <summary>The waist refused it.</summary>
    Refused,
}

/// <summary>The end of a message's way as far as it is known here, in the words of SIP, which each edge turns into its own.</summary>
/// <param name="Fate">What became of it.</param>
/// <param name="Status">SIP status that says the same.</param>
/// <param name="Phrase">Its reason phrase; null takes the usual one.</param>
sealed record MessageOutcome(MessageFate Fate, int Status, string? Phrase = null)
{
    /// <summary>A client has it.</summary>
    public static MessageOutcome Delivered { get; } = new(MessageFate.Delivered, 200);

    /// <summary>The next system will see to it.</summary>
    public static MessageOutcome Accepted { get; } = new(MessageFate.Accepted, 202);

    /// <summary>This exchange will see to it.</summary>
    public static MessageOutcome Kept { get; } = new(MessageFate.Kept, 202);

    /// <summary>Nobody is registered there.</summary>
    public static MessageOutcome Absent { get; } = new(MessageFate.Unreachable, 480, "Not there now");

    /// <summary>Nobody answers there.</summary>
    public static MessageOutcome Silent { get; } = new(MessageFate.Unreachable, 408);

    /// <summary>The whole refusal, where the waist refused.</summary>
    public Refusal Refusal { get; init; }

    /// <summary>Headers that belong to the status.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>True when somebody has it and its sender need do nothing more.</summary>
    public bool IsTaken => Fate is MessageFate.Delivered or MessageFate.Accepted or MessageFate.Kept;

    /// <summary>The refusal of the waist.</summary>
    public static MessageOutcome Of(in Refusal refusal) =>
        new(MessageFate.Refused, refusal.Row.SipStatus is 0 ? 403 : refusal.Row.SipStatus, refusal.Row.SipPhrase) { Refusal = refusal };

    /// <summary>The answer to a SIP request of ours.</summary>
    public static MessageOutcome Of(SipResult result)
    {
        if (result.IsSuccess)
            return result.Status == 202 ? Accepted : Delivered;
        // 503 takes a whole neighbour out of use and is not passed on (RFC 3261 section 16.7); a challenge is meant for us.
        if (result.Response is null || result.Status is 408 or 503)
            return Silent;
        if (result.Status is 401 or 407)
            return new(MessageFate.Failed, 403);
        return new(MessageFate.Failed, result.Status, result.Reason)
        {
            Headers = [.. Told.Select(header => (header.Name(), result.Response.Text(header)!)).Where(header => header.Item2 is not null)],
        };
    }

    /// <summary>The better of two answers of clients of one receiver: one that has it, else the one that says most (RFC 3261 section 16.7).</summary>
    public static MessageOutcome Better(MessageOutcome? one, MessageOutcome other) =>
        one is null || Rank(other) < Rank(one) || (Rank(other) == Rank(one) && other.Status < one.Status) ? other : one;

    /// <summary>Headers of a refusal that its sender can do something about.</summary>
    static readonly SipHeader[] Told = [SipHeader.Retry_After, SipHeader.Accept, SipHeader.Reason, SipHeader.Warning];

    static int Rank(MessageOutcome outcome) => outcome switch
    {
        { Fate: MessageFate.Delivered } => 0,
        { Fate: MessageFate.Accepted or MessageFate.Kept } => 1,
        { Status: >= 600 } => 2,
        { Fate: MessageFate.Failed or MessageFate.Refused } => 3,
        _ => 4,
    };
}
