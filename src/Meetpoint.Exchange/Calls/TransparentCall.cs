using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The INVITE of a call in transparent mode: goes on with Record-Route and a session timer.</summary>
sealed class TransparentCall(CallContext context, Grant grant, SipCaller caller, CallerIdentity identity, string called)
    : CallInvite(context, grant, caller, identity, CallMode.Transparent, called)
{
    public override void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        edits.RemoveAll(SipHeader.Route);
        base.EditRequest(request, branch, edits);
        var terms = (IsWithheld ? RouteTerms.Withheld : 0) | (CallerTrust == IdentityTrust.Trusted ? RouteTerms.CallerTrusted : 0)
            | (((CallWay)branch.Target.Tag!).Trust == IdentityTrust.Trusted ? RouteTerms.CalleeTrusted : 0);
        var token = new RouteToken(Call.Id, Call.From.Number, Call.To.Number, terms);
        RecordRoute.Insert(edits, Context.Routes, in token, request.Flow, branch.Flow!);
    }
}
