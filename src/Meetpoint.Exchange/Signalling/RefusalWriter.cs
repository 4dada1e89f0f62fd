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
    public void Reject(IncomingCall call, RefusalReason reason) => Reject(call, admission.Refuse(reason, default));

    /// <summary>Refuses a call.</summary>
    public void Reject(IncomingCall call, in Refusal refusal)
    {
        Note(in refusal, call.Flow, call.Invite);
        call.Reject(refusal.Row.SipStatus is 0 ? 403 : refusal.Row.SipStatus, refusal.Row.SipPhrase, [.. RefusalTable.SipHeaders(in refusal)]);
    }

    /// <summary>Refuses a request.</summary>
    public void Reject(IncomingRequest request, RefusalReason reason)
    {
        var refusal = admission.Refuse(reason, default);
        Note(in refusal, request.Flow, request.Message);
        request.Respond(refusal.Row.SipStatus is 0 ? 403 : refusal.Row.SipStatus, refusal.Row.SipPhrase, [.. RefusalTable.SipHeaders(in refusal)]);
    }

    /// <summary>Notes a refusal that was said in another way than by an answer: a call that was ended.</summary>
    public void Note(in Refusal refusal, string target)
    {
        events.Write(in refusal);
        log.Refused(in refusal, "", target);
    }

    /// <summary>A message that could not be understood; it has its answer already.</summary>
    public void Malformed(SipFlow flow, string reason) => log.Malformed(flow.ToString(), reason);

    void Note(in Refusal refusal, SipFlow flow, SipMessage message)
    {
        events.Write(in refusal);
        log.Refused(in refusal, flow.ToString(), message.RequestUri?.ToString() ?? "");
    }
}
