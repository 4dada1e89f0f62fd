using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Relay;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The INVITE that makes an anchored call (RFC 7092): goes on as a dialog of ours, and its answer goes back once the start is durable.</summary>
sealed class AnchoredInvite : IRelayOwner
{
    readonly CallContext _context;
    readonly AnchoredCall _call;
    readonly int _sessionSeconds;
    readonly bool _hasOffer;
    RelayBranch? _answered;
    bool _isStarted;

    public AnchoredInvite(CallContext context, Grant grant, SipCaller caller, CallParty from, RelayRequest request, CallMedia media, string called)
    {
        _context = context;
        var invite = request.Message;
        var call = new RelayedCall
        {
            Id = context.Ids.New("call"),
            Grant = grant,
            Mode = CallMode.Anchored,
            From = from,
            Caller = caller.Address,
            Called = called,
            Began = context.Clock.GetCurrentInstant(),
        };
        _call = new AnchoredCall
        {
            Call = call,
            Caller = new AnchoredLeg
            {
                Party = from,
                CallId = invite.CallId,
                LocalTag = request.ToTag,
                RemoteTag = invite.From?.Tag,
                Flow = request.Flow,
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
        _sessionSeconds = grant.LinkCount > 0 ? grant.Link(0).Agreement.Calls.SessionSeconds : new CallTerms().SessionSeconds;
        request.Hides = true;
        context.Calls.Add(call);
        context.Figures.Came(call, context.Admission.World);
        context.Anchored.Add(_call);
    }

    /// <summary>The call.</summary>
    public AnchoredCall Call => _call;

    public void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        _call.Callee.Party = _call.Call.To = branch.Target.Tag is CallParty party ? party : default;
        _context.Figures.Tried(_call.Call);
        AnchoredEdits.Request(edits, _call.Callee, branch.Flow!, _call.Call.Id);
        _call.Describe(edits, _call.Caller, isAnswer: false);
        SessionHeaders.Add(edits, _call.Call.Grant.Correlation);
        SessionTimerEdits.Request(edits, _sessionSeconds);
    }

    public RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        _context.Figures.Heard(_call.Call, response);
        if (response.StatusCode >= 300)
            return RelayVerdict.Forward;
        if (response.StatusCode >= 200 && _answered is not null && _answered != branch)
        {
            _context.Relay.Dismiss(branch, response); // another fork answered too, and the caller talks to one only
            return RelayVerdict.Swallow;
        }

        if (!_isStarted)
            TakeDialog(branch, response);
        if (response.StatusCode < 200)
        {
            _call.Call.Ringing ??= _context.Clock.GetCurrentInstant();
            return RelayVerdict.Forward;
        }

        _answered ??= branch;
        return _isStarted ? RelayVerdict.Forward : RelayVerdict.Hold;
    }

    public void OnHeld(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        _call.Call.Answered = _context.Clock.GetCurrentInstant();
        _context.Ledger.Start(_call.Call, SessionTimerEdits.Agreed(request.Message, response, _sessionSeconds), _call.State(), _ =>
        {
            _isStarted = true;
            request.SendHeld();
        });
    }

    public void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        AnchoredEdits.Response(edits, _call.Caller, request.Message, request.Flow, _call.Call.Id);
        _call.Describe(edits, _call.Callee, isAnswer: _hasOffer);
        if (edits.Message.StatusCode is >= 200 and < 300)
            SessionTimerEdits.Response(edits, request.Message, _sessionSeconds);
    }

    public void OnFinal(RelayRequest request, int status)
    {
        if (status < 300)
            return;
        _context.Anchored.Remove(_call);
        _call.Media.Dispose();
        _context.Calls.Remove(_call.Call);
        _context.Figures.Failed(_call.Call, status);
        _call.Call.Grant.Release();
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
