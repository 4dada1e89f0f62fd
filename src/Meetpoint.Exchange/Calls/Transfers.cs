using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Transfers and redirections: whoever a party is sent on to must be one that it, and who sends it there, may reach under their own agreements. On the
/// loop only.
/// </summary>
sealed class Transfers(CallContext context)
{
    /// <summary>Answers a REFER that leads where one of the two may not go, or whose agreement lets none through. False when it may go on.</summary>
    /// <param name="request">The REFER.</param>
    /// <param name="referrer">Who sends it.</param>
    /// <param name="referee">Who shall make the call, and will pay for it; null when not known here.</param>
    /// <param name="grant">Leave of the call that it is sent in; the default value outside one.</param>
    public bool Refuses(RelayRequest request, SipCaller referrer, SipCaller? referee, Grant grant)
    {
        var session = grant.IsHeld ? grant.Correlation : SipPath.SessionOf(request.Message);
        for (var i = 0; grant.IsHeld && i < grant.LinkCount; i++)
        {
            if (grant.Link(i) is { Agreement.Calls.Transfers: false } link)
            {
                context.Refusals.Reject(request, context.Admission.Refuse(RefusalReason.ServiceNotCovered, session) with { Sender = referrer.Sender, Link = link });
                return true;
            }
        }

        if (!NameAddrView.TryParse(request.Message.FirstListValue(SipHeader.Refer_To), out var target))
        {
            request.Respond(400, "Refer-To expected");
            return true;
        }

        var address = AddressOf(target.Uri);
        if (context.Admissions.MayReach(referrer, address, session, out var refusal) && (referee is null || context.Admissions.MayReach(referee, address, session, out refusal)))
            return false;
        Refuse(request, in refusal);
        return true;
    }

    /// <summary>Answers a request that was not admitted.</summary>
    public void Refuse(RelayRequest request, in Refusal refusal)
    {
        if (refusal.Reason == RefusalReason.None)
            request.Respond(484); // digits that cannot be a number
        else
            context.Refusals.Reject(request, in refusal);
    }

    /// <summary>True when a redirection (3xx) names anyone whom the caller may reach.</summary>
    public bool IsAnyAdmitted(SipMessage response, SipCaller caller, CorrelationId session, out Refusal refusal)
    {
        refusal = default;
        var isAny = false;
        foreach (var contact in response.Values(SipHeader.Contact))
        {
            isAny = true;
            if (IsAdmitted(contact, caller, session, out refusal))
                return true;
        }

        return !isAny;
    }

    /// <summary>Takes contacts out of a redirection that the caller may not reach.</summary>
    public void KeepAdmitted(SipEdits edits, SipCaller caller, CorrelationId session)
    {
        var kept = new List<byte[]>();
        var isWhole = true;
        foreach (var contact in edits.Message.Values(SipHeader.Contact))
        {
            if (IsAdmitted(contact, caller, session, out _))
                kept.Add(contact.ToArray());
            else
                isWhole = false;
        }

        if (isWhole)
            return;
        edits.RemoveAll(SipHeader.Contact);
        foreach (var contact in kept)
            edits.AddHeader(SipHeader.Contact, contact);
    }

    /// <summary>The dialog of ours that an INVITE wants to replace (RFC 3891): the leg towards who told of it. Null when it names none, or none of ours.</summary>
    public (AnchoredCall Call, AnchoredLeg Leg)? Replaced(ReadOnlySpan<byte> replaces)
    {
        if (replaces.IsEmpty || !TryReplaces(replaces, out var callId, out var toTag, out var fromTag))
            return null;
        return context.Anchored.Find(callId, toTag) is { } found && found.Leg.RemoteTag == fromTag ? found : null;
    }

    /// <summary>Replaces as the side across knows the same call.</summary>
    public static string? Across(AnchoredCall call, AnchoredLeg leg, ReadOnlySpan<byte> replaces)
    {
        var across = call.Across(leg);
        if (across.RemoteTag is null)
            return null;
        var isEarlyOnly = Encoding.UTF8.GetString(replaces).Contains(";early-only", StringComparison.OrdinalIgnoreCase);
        return $"{across.CallId};to-tag={across.RemoteTag};from-tag={across.LocalTag}{(isEarlyOnly ? ";early-only" : "")}";
    }

    /// <summary>Who stands across from a leg, as an address that the waist knows.</summary>
    public static string Address(AnchoredCall call, AnchoredLeg across) => ReferenceEquals(across, call.Callee) ? call.Call.Called : $"sip:{call.Call.Caller}";

    bool IsAdmitted(ReadOnlySpan<byte> contact, SipCaller caller, CorrelationId session, out Refusal refusal)
    {
        refusal = default;
        return NameAddrView.TryParse(contact, out var target) && context.Admissions.MayReach(caller, AddressOf(target.Uri), session, out refusal);
    }

    /// <summary>The address without what a URI asks to be put into the request; where it is our own contact in a call, who stands there.</summary>
    byte[] AddressOf(ReadOnlySpan<byte> uri)
    {
        if (SipUriView.Parse(uri, out var view) != SipUriError.None)
            return uri.ToArray();
        if (!view.Headers.IsEmpty && context.Own.Contains(in view) && Replaced(Parameter(view.Headers, "replaces=")) is { } found)
            return Encoding.UTF8.GetBytes(Address(found.Call, found.Call.Across(found.Leg)));
        var end = uri.IndexOf((byte)'?');
        return (end < 0 ? uri : uri[..end]).ToArray();
    }

    /// <summary>A header of a URI, unescaped.</summary>
    static byte[] Parameter(ReadOnlySpan<byte> headers, string name)
    {
        foreach (var header in Encoding.UTF8.GetString(headers).TrimStart('?').Split('&'))
        {
            if (header.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return Encoding.UTF8.GetBytes(Uri.UnescapeDataString(header[name.Length..]));
        }

        return [];
    }

    static bool TryReplaces(ReadOnlySpan<byte> value, out string callId, out string toTag, out string fromTag)
    {
        var parts = Encoding.UTF8.GetString(value).Split(';', StringSplitOptions.TrimEntries);
        callId = parts[0];
        toTag = fromTag = "";
        foreach (var part in parts.AsSpan(1))
        {
            if (part.StartsWith("to-tag=", StringComparison.OrdinalIgnoreCase))
                toTag = part[7..];
            else if (part.StartsWith("from-tag=", StringComparison.OrdinalIgnoreCase))
                fromTag = part[9..];
        }

        return callId.Length > 0 && toTag.Length > 0 && fromTag.Length > 0;
    }
}
