using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Requests within anchored calls: each goes on in the other dialog.</summary>
sealed class AnchoredDialogs(CallContext context)
{
    /// <summary>How long a key is pressed that INFO tells without a duration.</summary>
    const int KeyPressMs = 160;

    /// <summary>Takes a request of a dialog of ours.</summary>
    public bool TryTake(RelayRequest request)
    {
        if (!context.Anchored.TryFind(request.Message, out var call, out var leg))
            return false;
        if (request.Message.MaxForwards == 0)
        {
            request.Respond(483);
            return true;
        }

        var across = call.Across(leg);
        if (across.RemoteTarget is null)
        {
            request.Respond(481);
            return true;
        }

        if (TakesKeyPress(request, call, leg))
            return true;
        if (request.Message.Method is SipMethod.Invite or SipMethod.Update && (leg.IsRenewing || across.IsRenewing))
        {
            request.Respond(491);
            return true;
        }

        request.Hides = true;
        var within = new AnchoredRequest(context, call, leg);
        if (within.IsAdmitted(request))
            request.Forward(within, [across.Target()]);
        return true;
    }

    /// <summary>Sends the ACK of a 2xx on.</summary>
    public bool TryTakeAck(SipMessage ack, SipFlow flow)
    {
        if (!context.Anchored.TryFind(ack, out var call, out var leg))
            return false;
        var across = call.Across(leg);
        if (across.RemoteTarget is null)
            return true;
        context.Relay.ForwardAck(ack, across.Target(), hides: true, edits: (edits, way) =>
        {
            AnchoredEdits.Request(edits, across, way, call.Call.Id);
            if (call.IsWithheld && ReferenceEquals(leg, call.Caller))
                IdentityEdits.AnonymiseFrom(edits);
            call.Describe(edits, leg, isAnswer: true);
        });
        return true;
    }

    /// <summary>A key press by INFO goes into the media of a side that hears telephone-events instead.</summary>
    bool TakesKeyPress(RelayRequest request, AnchoredCall call, AnchoredLeg from)
    {
        if (request.Message.Method != SipMethod.Info || call.Media.PolicyOf(from.Side).Dtmf != DtmfMode.Info
            || DtmfInfo.DigitOf(request.Message) is not { } digit || !call.Media.TryPress(call.Across(from).Side, digit, KeyPressMs))
            return false;
        request.Respond(200);
        return true;
    }
}

/// <summary>A request of one side of an anchored call, on its way to the other.</summary>
sealed class AnchoredRequest(CallContext context, AnchoredCall call, AnchoredLeg from)
    : DialogRequest(context, call.Call.Id, ReferenceEquals(from, call.Caller))
{
    bool _offered;

    public override void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        var message = request.Message;
        if (message.Method is SipMethod.Invite or SipMethod.Update)
            from.TakeTarget(message);
        AnchoredEdits.Request(edits, call.Across(from), branch.Flow!, call.Call.Id);
        IdentityEdits.ApplyLater(
            edits, Context.Admission.World, from.Party.Neighbour, call.Across(from).Trust, isAnchored: true, IsFromCaller && call.IsWithheld);
        if (message.Method == SipMethod.Refer)
            AnchoredEdits.ReferTo(edits, branch.Flow!, Context.Own);

        // A PRACK may answer the offer of a reliable provisional answer, where the INVITE had none (RFC 3262 section 5).
        var answers = message.Method == SipMethod.Prack && call.Media.AwaitsAnswerOf(from.Side);
        _offered = !answers && SipBody.TryFindSdp(message, out _);
        call.Describe(edits, from, answers);
    }

    public override RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (response.StatusCode is >= 200 and < 300 && request.Message.Method is SipMethod.Invite or SipMethod.Update)
        {
            call.Across(from).TakeTarget(response);
            Context.Loop.Post(() => Context.Ledger.Change(call));
        }

        return base.OnResponse(request, branch, response);
    }

    public override void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        AnchoredEdits.Response(edits, from, request.Message, request.Flow, call.Call.Id);
        IdentityEdits.ApplyLater(edits, Context.Admission.World, call.Across(from).Party.Neighbour, from.Trust, isAnchored: true, isWithheld: false);
        call.Describe(edits, call.Across(from), isAnswer: _offered, OfferedLines);
    }

    protected override void OnEnded()
    {
        Context.Anchored.Remove(call);
        call.Media.Dispose();
    }
}
