using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Says a refusal in SIP by the one table, notes it as an event, and gives it to the log.</summary>
/// <param name="admission">Makes incident ids.</param>
/// <param name="events">Where it is noted.</param>
/// <param name="log">The one log line of each.</param>
sealed class RefusalWriter(Admission admission, EventLog events, IExchangeLog log)
{
    /// <summary>Refuses for a reason that an engine found itself.</summary>
    public void Reject(IncomingCall call, RefusalReason reason) => Reject(call, admission.Refuse(reason, SipPath.SessionOf(call.Invite)));

    /// <summary>Refuses a call.</summary>
    public void Reject(IncomingCall call, in Refusal refusal)
    {
        Note(in refusal, call.Flow, call.Invite);
        call.Reject(refusal.Row.SipStatus is 0 ? 403 : refusal.Row.SipStatus, refusal.Row.SipPhrase, [.. RefusalTable.SipHeaders(in refusal)]);
    }

    /// <summary>Refuses a call that may have been answered already: then by a BYE whose Reason (RFC 3326) has the status of the refusal.</summary>
    public void RejectOrEnd(IncomingCall call, in Refusal refusal)
    {
        if (call.State is CallState.Trying or CallState.Early)
        {
            Reject(call, in refusal);
            return;
        }

        Note(in refusal, call.Flow, call.Invite);
        call.Bye([.. ByeHeaders(in refusal)]);
    }

    /// <summary>Headers of a BYE that refuses.</summary>
    public static IEnumerable<(string Name, string Value)> ByeHeaders(in Refusal refusal) =>
        [("Reason", $"SIP;cause={refusal.Row.SipStatus};text=\"{refusal.Row.SipPhrase}\""), .. RefusalTable.SipHeaders(in refusal)];

    /// <summary>Refuses a request for a reason that an engine found itself.</summary>
    public void Reject(IncomingRequest request, RefusalReason reason) => Reject(request, admission.Refuse(reason, SipPath.SessionOf(request.Message)));

    /// <summary>Refuses a request.</summary>
    public void Reject(IncomingRequest request, in Refusal refusal)
    {
        Note(in refusal, request.Flow, request.Message);
        request.Respond(refusal.Row.SipStatus is 0 ? 403 : refusal.Row.SipStatus, refusal.Row.SipPhrase, [.. RefusalTable.SipHeaders(in refusal)]);
    }

    /// <summary>Refuses a request that was to be relayed.</summary>
    public void Reject(RelayRequest request, in Refusal refusal)
    {
        Note(in refusal, request.Flow, request.Message);
        request.Respond(refusal.Row.SipStatus is 0 ? 403 : refusal.Row.SipStatus, refusal.Row.SipPhrase, [.. RefusalTable.SipHeaders(in refusal)]);
    }

    /// <summary>Notes a refusal that was said in another way: by ending a call, by an API problem, by a message to another exchange.</summary>
    /// <param name="refusal">What was refused.</param>
    /// <param name="target">What was asked for.</param>
    /// <param name="from">The way that it came by; empty for a call of ours.</param>
    public void Note(in Refusal refusal, string target, string from = "")
    {
        events.Write(in refusal);
        log.Refused(in refusal, from, target);
    }

    /// <summary>Makes and notes the refusal of an API request.</summary>
    public Refusal Refuse(RefusalReason reason, string target, string from)
    {
        var refusal = admission.Refuse(reason, default);
        Note(in refusal, target, from);
        return refusal;
    }

    /// <summary>
    /// Notes credentials that are wrong; their sender is challenged again. No event: anyone could fill the store with them.
    /// </summary>
    public void NoteWrongCredentials(SipFlow flow, SipMessage message)
    {
        var refusal = admission.Refuse(RefusalReason.WrongCredentials, SipPath.SessionOf(message));
        log.Refused(in refusal, $"{flow} as {message.From?.UriText}", message.RequestUri?.ToString() ?? "");
    }

    /// <summary>Notes a request that came again by another way; it has its 482 already.</summary>
    public void NoteMerged(SipFlow flow, SipMessage message)
    {
        var refusal = admission.Refuse(RefusalReason.Loop, SipPath.SessionOf(message)) with { Path = SipPath.Of(message) };
        Note(in refusal, flow, message);
    }

    /// <summary>A message that could not be understood; it has its answer already.</summary>
    public void Malformed(SipFlow flow, string reason) => log.Malformed(flow.ToString(), reason);

    /// <summary>Someone unknown did what needs no answer.</summary>
    public void Stranger(SipFlow flow, string reason) => log.Stranger($"{flow}: {reason}");

    void Note(in Refusal refusal, SipFlow flow, SipMessage message)
    {
        events.Write(in refusal);
        log.Refused(in refusal, flow.ToString(), message.RequestUri?.ToString() ?? "");
    }
}
