using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>A request within a transparent call: a proof of life, or its end.</summary>
sealed class TransparentRequest(CallContext context, string call) : DialogRequest(context, call)
{
    public override void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
    }

    public override void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
    }
}
