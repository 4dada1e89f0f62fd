using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>A request within a transparent call: a proof of life, or its end.</summary>
sealed class TransparentRequest(CallContext context, in RouteToken token, bool isFromCaller) : DialogRequest(context, token.Call, isFromCaller)
{
    readonly RouteTerms _terms = token.Terms;

    public override void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits) => Edit(
        edits, Context.Border.Of(request.Flow).Neighbour, isToCaller: !IsFromCaller, IsFromCaller && (_terms & RouteTerms.Withheld) != 0);

    public override void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        Edit(edits, Context.Border.Of(branch.Flow!).Neighbour, isToCaller: IsFromCaller, isWithheld: false);
        if (IsFromCaller && (_terms & RouteTerms.Withheld) != 0)
            edits.Set(SipHeader.From, request.Message.Value(SipHeader.From));
        if (OfferedLines < AddedMedia.Lines(edits.Message) && SipBody.TryFindSdp(edits.Message, out var sdp))
            edits.ReplaceBodyPart(sdp, AddedMedia.Keep(sdp, OfferedLines.Value));
    }

    void Edit(SipEdits edits, NeighbourEntry? sender, bool isToCaller, bool isWithheld)
    {
        var trusted = isToCaller ? RouteTerms.CallerTrusted : RouteTerms.CalleeTrusted;
        IdentityEdits.ApplyLater(
            edits, Context.Admission.World, sender, (_terms & trusted) != 0 ? IdentityTrust.Trusted : IdentityTrust.Untrusted, isAnchored: false, isWithheld);
    }
}
