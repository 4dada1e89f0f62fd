using Meetpoint.Sip.Sdp;

namespace Meetpoint.Sip;

/// <summary>Hears a call. On the loop; each method may act on the call at once.</summary>
public interface ICallHandler
{
    /// <summary>Outgoing: a 1xx above 100, with their early description where it brings one.</summary>
    void OnProgress(Call call, int status, SdpDescription? early)
    {
    }

    /// <summary>Their answer to an offer of ours arrived: with the 2xx of an outgoing call, with the ACK or PRACK of a late offer, after a re-INVITE.</summary>
    void OnAnswered(Call call, SdpDescription answer)
    {
    }

    /// <summary>The call stands: the ACK of our 2xx came, or ours was sent.</summary>
    void OnConfirmed(Call call)
    {
    }

    /// <summary>They offer: late in their 2xx, or anew by re-INVITE or UPDATE. Answer now or later, within 30 s for an UPDATE.</summary>
    void OnOffer(Call call, SdpDescription offer, OfferReply reply);

    /// <summary>
    /// A dialog that was opened with <see cref="InviteOptions.Content"/> in place of an offer: the 2xx to our INVITE, the first one and those that refresh. The message is lent for the call.
    /// </summary>
    void OnContent(Call call, SipMessage success)
    {
    }

    /// <summary>They ask by re-INVITE in such a dialog: what the 200 carries, or null where their body is none that can be taken (415).</summary>
    SipContent? OnContentAsked(Call call, SipMessage invite) => null;

    /// <summary>An INFO before its answer: true where the handler answers it itself, now or later; false has it answered 200, and OnInfo follows.</summary>
    bool TakeInfo(Call call, IncomingRequest info) => false;

    /// <summary>An INFO; it was answered 200. The message is ours to keep.</summary>
    void OnInfo(Call call, SipMessage info)
    {
    }

    /// <summary>Proof of life: a request or an answer of the other side inside the dialog.</summary>
    void OnRefresh(Call call)
    {
    }

    /// <summary>The call ended after it was taken; said once, nothing follows.</summary>
    void OnEnded(Call call, CallEnd end);

    /// <summary>Outgoing: it was not answered; said once, nothing follows. The response is ours to keep, null when there was none.</summary>
    void OnFailed(Call call, int status, string reason, SipMessage? response)
    {
    }
}

/// <summary>Who ended a call.</summary>
public enum CallEndedBy : byte
{
    /// <summary>We, on purpose.</summary>
    Local,

    /// <summary>They, by BYE or CANCEL.</summary>
    Remote,

    /// <summary>Nobody: it was found dead (no ACK, no refresh, 481).</summary>
    Lost,
}

/// <summary>How a call ended.</summary>
/// <param name="By">Who ended it.</param>
/// <param name="Status">487 for a cancelled one, the status that found it dead, 200 after BYE.</param>
/// <param name="Reason">The Reason header (RFC 3326) or what was found; null without.</param>
public sealed record CallEnd(CallEndedBy By, int Status, string? Reason);

/// <summary>Where a call stands.</summary>
public enum CallState : byte
{
    /// <summary>Incoming: not answered in any way. Outgoing: sent.</summary>
    Trying,

    /// <summary>A provisional answer made an early dialog.</summary>
    Early,

    /// <summary>Answered; the ACK is open.</summary>
    Answered,

    /// <summary>It stands.</summary>
    Confirmed,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>The way to answer an offer; the first answer counts.</summary>
public sealed class OfferReply
{
    readonly Action<SdpDescription?, int, string?> _reply;
    bool _isReplied;

    internal OfferReply(Action<SdpDescription?, int, string?> reply) => _reply = reply;

    /// <summary>Takes the offer.</summary>
    public void Accept(SdpDescription answer) => Once(answer, 200, null);

    /// <summary>Refuses it; what was agreed before holds on. In a late offer the call ends.</summary>
    public void Reject(int status = 488, string? phrase = null) => Once(null, status, phrase);

    void Once(SdpDescription? answer, int status, string? phrase)
    {
        if (_isReplied)
            return;
        _isReplied = true;
        _reply(answer, status, phrase);
    }
}
