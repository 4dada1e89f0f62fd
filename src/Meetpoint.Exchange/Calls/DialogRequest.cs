using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>A request within a call: a proof of life, or its end. The answer to a BYE goes back once the end is durable.</summary>
abstract class DialogRequest(CallContext context, string call) : IRelayOwner
{
    bool _isEnded;

    protected CallContext Context => context;

    public abstract void EditRequest(RelayRequest request, RelayBranch branch, SipEdits edits);

    public abstract void EditResponse(RelayRequest request, RelayBranch branch, SipEdits edits);

    public virtual RelayVerdict OnResponse(RelayRequest request, RelayBranch branch, SipMessage response)
    {
        if (response.StatusCode < 200)
            return RelayVerdict.Forward;
        if (request.Message.Method != SipMethod.Bye)
        {
            if (response.StatusCode < 300)
                context.Ledger.Prove(call);
            return RelayVerdict.Forward;
        }

        // A BYE ends the call whatever the other side says to it (RFC 3261 section 15.1.1).
        var holds = !_isEnded && response.StatusCode < 300;
        if (!_isEnded)
            End(request.SendHeld);
        return holds ? RelayVerdict.Hold : RelayVerdict.Forward;
    }

    public void OnFinal(RelayRequest request, int status)
    {
        // Nobody answered the BYE: who sent it has gone all the same.
        if (request.Message.Method == SipMethod.Bye && !_isEnded)
            End(static () => { });
    }

    /// <summary>The call has ended.</summary>
    protected virtual void OnEnded()
    {
    }

    void End(Action done)
    {
        _isEnded = true;
        OnEnded();
        context.Ledger.End(call, done);
    }
}
