using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Relay;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The INVITE that makes an anchored call (RFC 7092): goes on as a dialog of ours.</summary>
sealed class AnchoredInvite : CallInvite
{
    readonly AnchoredCall _call;
    readonly bool _hasOffer;
    readonly string? _replaces;
    RelayBranch? _answered;

    /// <param name="context">What it works with.</param>
    /// <param name="grant">Leave.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="identity">What is known of who calls.</param>
    /// <param name="request">The INVITE.</param>
    /// <param name="media">Its media.</param>
    /// <param name="called">Who is called, as received.</param>
    /// <param name="replaces">The call that it replaces, as the called knows it (RFC 3891); null for none of ours.</param>
    public AnchoredInvite(
        CallContext context, Grant grant, SipCaller caller, CallerIdentity identity, RelayRequest request, CallMedia media, string called, string? replaces)
        : base(context, grant, caller, identity, CallMode.Anchored, called)
    {
        _replaces = replaces;
        var invite = request.Message;
        _call = new AnchoredCall
        {
            Call = Call,
            Caller = new AnchoredLeg
            {
                Party = Call.From,
                CallId = invite.CallId,
                LocalTag = request.ToTag,
                RemoteTag = invite.From?.Tag,
                Flow = request.Flow,
                KeepsToFlow = Call.From.Endpoint is { Digest: not null },
                Trust = CallerTrust,
                Local = invite.To!.WithTag(null),
                Remote = invite.From!.WithTag(null),
                Side = RelaySide.A,
            },
            Callee = new AnchoredLeg
            {
                Party = default,
                CallId = context.Tokens.CallId(),
                LocalTag = context.Tokens.Tag(),
                Local = invite.From!.WithTag(null),
                Remote = invite.To!.WithTag(null),
                Side = RelaySide.B,
            },
            Media = media,
        };
        _hasOffer = SipBody.TryFindSdp(invite, out _);
        _call.Caller.TakeTarget(invite);
        _call.Caller.TakeRoutes(invite, reversed: false);
        request.Hides = true;
        context.Anchored.Add(_call);
    }

    /// <summary>The call, with its media.</summary>
    public AnchoredCall Anchored => _call;

    public override void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        AnchoredEdits.Request(edits, _call.Callee, branch.Flow!, Call.Id);
        base.EditRequest(request, branch, edits);
        var way = (CallWay)branch.Target.Tag!;
        _call.Callee.Party = way.Party;
        _call.Callee.Trust = way.Trust;
        _call.Callee.KeepsToFlow = way.Registered is not null;
        _call.IsWithheld = IsWithheld;
        if (IsWithheld)
            _call.Callee.Local = AnonymousUri.Address;
        if (_replaces is not null)
            edits.Set(SipHeader.Replaces, System.Text.Encoding.UTF8.GetBytes(_replaces));
        _call.Describe(edits, _call.Caller, isAnswer: false);
    }

    public override RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (response.StatusCode is >= 200 and < 300 && _answered is not null && _answered != branch)
        {
            Context.Relay.Dismiss(branch, response); // another fork answered too, and the caller talks to one only
            return RelayVerdict.Swallow;
        }

        if (response.StatusCode < 300 && !IsStarted)
            TakeDialog(branch, response);
        if (response.StatusCode is >= 200 and < 300)
            _answered ??= branch;
        return base.OnResponse(request, branch, response);
    }

    public override void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        base.EditResponse(request, branch, edits);
        AnchoredEdits.Response(edits, _call.Caller, request.Message, request.Flow, Call.Id);
        _call.Describe(edits, _call.Callee, isAnswer: _hasOffer);
    }

    protected override CallState State() => _call.State();

    protected override void OnFailed()
    {
        Context.Anchored.Remove(_call);
        _call.Media.Dispose();
    }

    /// <summary>The dialog with who answers: of several early ones the last that spoke, until one answers for good.</summary>
    void TakeDialog(RelayBranch branch, SipMessage response)
    {
        if (response.To?.Tag is not { } tag)
            return;
        var leg = _call.Callee;
        leg.RemoteTag = tag;
        leg.Flow = branch.Flow;
        leg.TakeTarget(response);
        leg.TakeRoutes(response, reversed: true);
    }
}
