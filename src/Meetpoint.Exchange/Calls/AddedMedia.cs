using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Media that join a call by re-INVITE or UPDATE: each further line takes a port, from whoever's provider asks for it. On the loop only.</summary>
sealed class AddedMedia(CallContext context)
{
    /// <summary>Lines of media in a message's description that are not refused; 0 without one.</summary>
    public static int Lines(SipMessage message) => SipBody.TryFindSdp(message, out var sdp) ? Lines(sdp) : 0;

    /// <summary>A description in which lines that are not refused are, but for the first so many.</summary>
    public static byte[] Keep(ReadOnlySpan<byte> sdp, int lines)
    {
        var kept = new List<byte>(sdp.Length);
        while (!sdp.IsEmpty)
        {
            var end = sdp.IndexOf((byte)'\n') + 1;
            var line = end == 0 ? sdp : sdp[..end];
            sdp = sdp[line.Length..];
            if (Lines(line) == 0 || lines-- > 0)
            {
                kept.AddRange(line);
                continue;
            }

            var port = line.IndexOf((byte)' ') + 1;
            kept.AddRange(line[..port]);
            kept.Add((byte)'0');
            kept.AddRange(line[(port + line[port..].IndexOf((byte)' '))..]);
        }

        return [.. kept];
    }

    static int Lines(ReadOnlySpan<byte> rest)
    {
        var lines = 0;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.StartsWith("m="u8))
                continue;
            var space = line.IndexOf((byte)' ');
            if (space > 0 && line[(space + 1)..].Contains((byte)' ') && !line[(space + 1)..].StartsWith("0 "u8))
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
        if (request.Message.Method is not (SipMethod.Invite or SipMethod.Update) || TryAdmit(call, isFromCaller, Lines(request.Message), request.Flow, out added, out var refusal))
            return true;
        context.Refusals.Reject(request, in refusal);
        return false;
    }

    /// <summary>
    /// The same for an offer in the 2xx of a request that brought none: such a one cannot be refused any more, and its further lines are.
    /// </summary>
    /// <param name="response">The 2xx.</param>
    /// <param name="flow">The way it came.</param>
    /// <param name="call">The call.</param>
    /// <param name="isFromCaller">Whose it is.</param>
    /// <param name="added">What further lines hold; the default value without any.</param>
    /// <returns>Lines that may stand.</returns>
    public int Admit(SipMessage response, SipFlow flow, RelayedCall call, bool isFromCaller, out Grant added)
    {
        var lines = Lines(response);
        if (TryAdmit(call, isFromCaller, lines, flow, out added, out var refusal))
            return lines;
        context.Refusals.Note(in refusal, isFromCaller ? call.Called : call.Caller, isFromCaller ? call.Caller : call.Called);
        return call.MediaLines;
    }

    bool TryAdmit(RelayedCall call, bool isFromCaller, int lines, SipFlow flow, out Grant added, out Refusal refusal)
    {
        (added, refusal) = (default, default);
        if (!call.Grant.IsHeld || call.Grant.IsEmergency || call.MediaLines == 0 || lines <= call.MediaLines)
            return true;
        var (origin, target) = isFromCaller ? (call.Grant.Origin, call.Grant.Target) : (call.Grant.Target, call.Grant.Origin);
        var sender = context.Border.Of(flow).Neighbour;
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
        return context.Admission.Admit(in asked, out added, out refusal);
    }
}
