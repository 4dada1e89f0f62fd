using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// The INVITE of a call in transparent mode: goes on with Record-Route and a session timer, and its answer goes back once the start is durable.
/// </summary>
sealed class TransparentCall : IRelayOwner
{
    readonly CallContext _context;
    readonly RelayedCall _call;
    readonly int _sessionSeconds;
    bool _isStarted;

    public TransparentCall(CallContext context, Grant grant, SipCaller caller, CallParty from, string called)
    {
        _context = context;
        _call = new RelayedCall
        {
            Id = context.Ids.New("call"),
            Grant = grant,
            Mode = CallMode.Transparent,
            From = from,
            Caller = caller.Address,
            Called = called,
            Began = context.Clock.GetCurrentInstant(),
        };
        _sessionSeconds = grant.LinkCount > 0 ? grant.Link(0).Agreement.Calls.SessionSeconds : new CallTerms().SessionSeconds;
        context.Calls.Add(_call);
        context.Figures.Came(_call, context.Admission.World);
    }

    public void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        _call.To = branch.Target.Tag is CallParty party ? party : default;
        _context.Figures.Tried(_call);
        edits.RemoveAll(SipHeader.Route);
        var token = new RouteToken(_call.Id, _call.From.Number, _call.To.Number);
        RecordRoute.Insert(edits, _context.Routes, in token, request.Flow, branch.Flow!);
        SessionHeaders.Add(edits, _call.Grant.Correlation);
        SessionTimerEdits.Request(edits, _sessionSeconds);
    }

    public RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        _context.Figures.Heard(_call, response);
        if (response.StatusCode < 200)
        {
            _call.Ringing ??= _context.Clock.GetCurrentInstant();
            return RelayVerdict.Forward;
        }

        return response.StatusCode >= 300 || _isStarted ? RelayVerdict.Forward : RelayVerdict.Hold;
    }

    public void OnHeld(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (_call.Answered is not null)
            return; // a second answer of a fork waits for the same start
        _call.Answered = _context.Clock.GetCurrentInstant();
        _context.Ledger.Start(_call, SessionTimerEdits.Agreed(request.Message, response, _sessionSeconds), null, _ =>
        {
            _isStarted = true;
            request.SendHeld();
        });
    }

    public void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        if (edits.Message.StatusCode is >= 200 and < 300)
            SessionTimerEdits.Response(edits, request.Message, _sessionSeconds);
    }

    public void OnFinal(RelayRequest request, int status)
    {
        if (status < 300)
            return;
        _context.Calls.Remove(_call);
        _context.Figures.Failed(_call, status);
        _call.Grant.Release();
    }
}
