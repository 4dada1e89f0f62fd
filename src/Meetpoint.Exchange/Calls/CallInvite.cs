using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>An INVITE that may begin a call: its answer goes back once the start is durable, and not at all where it cannot be made so. On the loop only.</summary>
abstract class CallInvite : AdmittedRequest
{
    Refusal? _redirected;

    protected CallInvite(CallContext context, Grant grant, SipCaller caller, CallerIdentity identity, CallMode mode, string called)
        : base(context, grant, caller, identity, mode == CallMode.Anchored)
    {
        Call = new RelayedCall
        {
            Id = context.Ids.New("call"),
            Grant = grant,
            Mode = mode,
            From = new CallParty(caller.Sender, caller.Sender is null ? caller.Endpoint : null),
            Caller = caller.Address,
            Called = called,
            Began = context.Clock.GetCurrentInstant(),
        };
        SessionSeconds = grant.LinkCount > 0 ? grant.Link(0).Agreement.Calls.SessionSeconds : new CallTerms().SessionSeconds;
        context.Calls.Add(Call);
    }

    protected RelayedCall Call { get; }

    /// <summary>Session interval that is asked for on both sides' behalf.</summary>
    protected int SessionSeconds { get; }

    protected bool IsStarted { get; private set; }

    /// <summary>The call, to that number of E.164; empty where it is to none.</summary>
    public RelayedCall Begin(string number)
    {
        Call.Number = number;
        return Call;
    }

    public override void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        Call.To = ((CallWay)branch.Target.Tag!).Party;
        Context.Figures.Tried(Call);
        base.EditRequest(request, branch, edits);
        SessionTimerEdits.Request(edits, SessionSeconds);
    }

    public override bool OnRefused(RelayRequest request, int status)
    {
        if (base.OnRefused(request, status))
            return true;
        if (_redirected is not { } refusal || status != 408)
            return false;
        Context.Refusals.Reject(request, in refusal);
        return true;
    }

    public override RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        base.OnResponse(request, branch, response);
        Context.Figures.Heard(Call, response);
        switch (response.StatusCode)
        {
            case < 200:
                Call.Ringing ??= Context.Clock.GetCurrentInstant();
                return RelayVerdict.Forward;
            case < 300:
                Call.MediaLines = Math.Max(AddedMedia.Lines(request.Message), AddedMedia.Lines(response));
                return IsStarted ? RelayVerdict.Forward : RelayVerdict.Hold;
            case < 400 when !Context.Transfers.IsAnyAdmitted(response, Caller, Grant.Correlation, out var refusal):
                _redirected = refusal; // told at the end, when nobody else takes the call
                return RelayVerdict.Swallow;
            default:
                return RelayVerdict.Forward;
        }
    }

    public override void OnHeld(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (Call.Answered is not null)
            return; // a second answer of a fork waits for the same start
        Call.Answered = Context.Clock.GetCurrentInstant();
        var answer = response.ToOwned();
        Context.Ledger.Start(Call, SessionTimerEdits.Agreed(request.Message, response, SessionSeconds), State(), fault =>
        {
            if (fault is null)
            {
                IsStarted = true;
                request.SendHeld();
                return;
            }

            // What cannot be recorded is not connected: both sides hear so.
            Context.Log.Fault("calls", fault);
            Context.Relay.Dismiss(branch, answer);
            request.RefuseHeld(500, "Call cannot be recorded", ("Retry-After", "10"));
        });
    }

    public override void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits)
    {
        base.EditResponse(request, branch, edits);
        if (edits.Message.StatusCode is >= 200 and < 300)
            SessionTimerEdits.Response(edits, request.Message, SessionSeconds);
        else if (edits.Message.StatusCode is >= 300 and < 400)
            Context.Transfers.KeepAdmitted(edits, Caller, Grant.Correlation);
    }

    public override void OnFinal(RelayRequest request, int status)
    {
        base.OnFinal(request, status);
        if (status < 300)
            return;
        Context.Calls.Remove(Call);
        Context.Figures.Failed(Call, status);
        Call.Grant.Release();
        OnFailed();
    }

    /// <summary>What a restart needs of the call, once it is answered; null when nothing.</summary>
    protected virtual CallState? State() => null;

    /// <summary>No call came of it.</summary>
    protected virtual void OnFailed()
    {
    }
}
