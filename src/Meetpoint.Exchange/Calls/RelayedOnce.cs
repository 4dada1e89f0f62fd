using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>A relayed request that makes no dialog: MESSAGE, OPTIONS to a user, methods unknown. Holds its grant until it is answered.</summary>
sealed class RelayedOnce(Grant grant) : IRelayOwner
{
    public void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits) => edits.RemoveAll(SipHeader.Route);

    public RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response) => RelayVerdict.Forward;

    public void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
    }

    public void OnFinal(RelayRequest request, int status) => grant.Release();
}
