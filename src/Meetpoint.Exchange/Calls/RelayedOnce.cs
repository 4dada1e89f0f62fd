using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>A relayed request that makes no dialog: REFER, OPTIONS to a user, methods unknown. Holds its grant until it is answered.</summary>
sealed class RelayedOnce(CallContext context, Grant grant, SipCaller caller, CallerIdentity identity)
    : AdmittedRequest(context, grant, caller, identity, isAnchored: false)
{
    public override void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        edits.RemoveAll(SipHeader.Route);
        base.EditRequest(request, branch, edits);
    }

    public override void OnFinal(RelayRequest request, int status)
    {
        Grant.Release();
        base.OnFinal(request, status);
    }
}
