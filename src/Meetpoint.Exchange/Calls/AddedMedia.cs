using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Media that join a call by re-INVITE or UPDATE: each further line takes a port, from whoever's provider asks for it. On the loop only.</summary>
sealed class AddedMedia(CallContext context)
{
    /// <summary>Lines of media in a message's description that are not refused; 0 without one.</summary>
    public static int Lines(SipMessage message)
    {
        if (!SipBody.TryFindSdp(message, out var rest))
            return 0;
        var lines = 0;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.StartsWith("m="u8))
                continue;
            var space = line.IndexOf((byte)' ');
            if (space > 0 && !line[(space + 1)..].StartsWith("0 "u8))
                lines++;
        }

        return lines;
    }

    /// <summary>Asks for leave when an offer has more lines than the call. False when the request was refused, and answered.</summary>
    /// <param name="request">Within the call.</param>
    /// <param name="call">The call.</param>
    /// <param name="isFromCaller">Whose it is.</param>
    /// <param name="added">What further lines hold; the default value without any.</param>
    public bool TryAdmit(RelayRequest request, RelayedCall call, bool isFromCaller, out Grant added)
    {
        added = default;
        if (request.Message.Method is not (SipMethod.Invite or SipMethod.Update) || !call.Grant.IsHeld || call.Grant.IsEmergency)
            return true;
        var lines = Lines(request.Message);
        if (call.MediaLines == 0 || lines <= call.MediaLines)
            return true;
        var (origin, target) = isFromCaller ? (call.Grant.Origin, call.Grant.Target) : (call.Grant.Target, call.Grant.Origin);
        var sender = context.Border.Of(request.Flow).Neighbour;
        var party = isFromCaller ? call.From : call.To;
        var asked = new AdmissionRequest
        {
            Sender = sender,
            IsOwn = sender is null,
            Origin = origin.Id,
            Caller = isFromCaller ? call.Caller : call.Called,
            TargetProvider = target.Id,
            Kind = GrantKind.Call,
            Ports = lines - call.MediaLines,
            Profile = party.ProfileIn(context.Admission.World).Id,
            Correlation = call.Grant.Correlation,
            Now = context.Clock.GetCurrentInstant(),
            NowNs = context.Time.NowNs(),
        };
        if (context.Admission.Admit(in asked, out added, out var refusal))
            return true;
        context.Refusals.Reject(request, in refusal);
        return false;
    }
}
