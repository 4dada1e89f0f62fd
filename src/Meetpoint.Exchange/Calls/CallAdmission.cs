using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Calls;

/// <summary>The called address as the waist understood it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">"+" and digits of a number; empty otherwise.</param>
/// <param name="Uri">What goes on the wire in the place of what was received; null leaves it.</param>
readonly record struct CalledAddress(NumberKind Kind, string Number, string? Uri);

/// <summary>Asks the waist for leave, for whatever a caller wants to reach: who is called, who a call is transferred or redirected to. On the loop only.</summary>
sealed class CallAdmission(CallContext context)
{
    /// <summary>Reads the address by the caller's own numbering, and asks.</summary>
    /// <param name="caller">Who asks, and pays.</param>
    /// <param name="uri">The address as received.</param>
    /// <param name="path">Exchanges that the request came through.</param>
    /// <param name="correlation">The session; the null id makes one.</param>
    /// <param name="called">What the address is. <see cref="NumberKind.Malformed"/> is not asked for at all.</param>
    /// <param name="grant">Leave.</param>
    /// <param name="refusal">Why not; <see cref="RefusalReason.None"/> for a malformed number.</param>
    /// <param name="kind">What for.</param>
    public bool TryAdmit(
        SipCaller caller, ReadOnlySpan<byte> uri, string[] path, CorrelationId correlation, out CalledAddress called, out Grant grant, out Refusal refusal,
        GrantKind kind = GrantKind.Call)
    {
        Span<byte> buffer = stackalloc byte[NumberNormaliser.BufferBytes];
        var numbers = caller.Sender?.Numbers ?? context.Admission.World.NumbersOf(caller.Provider);
        var number = numbers.Normalise(uri, buffer);
        called = new CalledAddress(
            number.Kind, number.Number.IsEmpty ? "" : Encoding.ASCII.GetString(number.Number), number.IsChanged ? Encoding.UTF8.GetString(number.Uri) : null);
        if (number.Kind == NumberKind.Malformed)
        {
            grant = default;
            refusal = new Refusal { Reason = RefusalReason.None };
            return false;
        }

        var isShort = number.Kind == NumberKind.ShortCode;
        var asked = new AdmissionRequest
        {
            Sender = caller.Sender,
            IsOwn = caller.Sender is null,
            Origin = caller.Provider.Id,
            Caller = caller.Address,
            TargetBytes = isShort ? default : number.Target,
            TargetProvider = isShort ? caller.Provider.Id : default,
            IsEmergency = number.Kind == NumberKind.Emergency,
            Kind = kind,
            Profile = caller.Profile.Id,
            Path = path,
            Correlation = correlation,
            Now = context.Clock.GetCurrentInstant(),
            NowNs = context.Time.NowNs(),
        };
        if (context.Admission.Admit(in asked, out grant, out refusal))
            return true;
        if (refusal.Reason == RefusalReason.Loop)
            refusal = refusal with { Path = path };
        return false;
    }

    /// <summary>Asks only whether there would be leave, and holds nothing.</summary>
    public bool MayReach(SipCaller caller, ReadOnlySpan<byte> uri, CorrelationId correlation, out Refusal refusal)
    {
        if (!TryAdmit(caller, uri, [], correlation, out _, out var grant, out refusal))
            return false;
        grant.Release();
        return true;
    }
}
