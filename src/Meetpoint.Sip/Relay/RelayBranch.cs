using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// One branch of a relayed request: finds where it goes, tries the next address on transport failure, time-out and 503 (RFC 3263 section 4.3), and
/// cancels. Its timer is timer C.
/// </summary>
public sealed class RelayBranch : TimerNode, IClientTransactionUser
{
    readonly RelayRequest _request;
    IReadOnlyList<SipTarget> _targets = [];
    int _next;
    ClientTransaction? _transaction;
    bool _isCancelled;
    bool _isHeard;
    bool _isGivenUp;
    bool _isCancelSent;
    byte[]? _cancelReason;

    internal RelayBranch(RelayRequest request, RelayTarget target, int breadth)
    {
        _request = request;
        Target = target;
        Breadth = breadth;
    }

    /// <summary>Where it goes.</summary>
    public RelayTarget Target { get; }

    /// <summary>The way that it goes, or went last; null before one is found.</summary>
    public SipFlow? Flow { get; private set; }

    /// <summary>True once the other side said that it is at work on it, beyond 100.</summary>
    public bool IsRinging { get; private set; }

    /// <summary>Branches that this one may become further on (RFC 5393 section 5).</summary>
    internal int Breadth { get; }

    internal bool IsDone { get; private set; }

    /// <summary>A 2xx edited for who asked, that waits for the owner's word.</summary>
    internal byte[]? Held { get; set; }

    internal void Start()
    {
        var route = Target.Route;
        if (route?.Flow is { } flow)
        {
            Send(flow);
        }
        else if (route?.Targets is { } known)
        {
            Found(known);
        }
        else
        {
            var hop = route?.NextHop;
            if (hop is null && !RelayRouting.TryNextHop(_request.Message, _request.OwnRoutes, out hop))
                _request.OnFailed(this, 404);
            else
                _request.Relay.Ua.Resolve(hop, Found);
        }
    }

    /// <summary>Gives it up: CANCEL as soon as a provisional answer allows it (RFC 3261 section 9.1).</summary>
    internal void Cancel(byte[]? reason)
    {
        if (IsDone || _isCancelled)
            return;
        _isCancelled = true;
        _cancelReason = reason;
        if (_transaction is null)
            _request.OnFailed(this, 487);
        else if (_transaction.State == ClientTransactionState.Proceeding)
            SendCancel();
    }

    /// <summary>Acknowledges a 2xx that goes nowhere, and ends its dialog with a BYE: all that it takes stands in the answer itself.</summary>
    internal void Dismiss(SipMessage response)
    {
        var ua = _request.Relay.Ua;
        if (Flow is null || response.Contact is not { } contact || response.From is not { } from || response.To is not { } to)
            return;
        var routes = response.Texts(SipHeader.Record_Route);
        routes.Reverse();
        SipRequest In(string method, uint cseq) => new(method, contact.UriText)
        {
            From = from, To = to, CallId = response.CallId, CSeq = cseq, Routes = routes,
        };
        ua.SendDirect(In("ACK", response.CSeq), SipRoute.Over(Flow), static (_, _) => { });
        ua.Send(In("BYE", response.CSeq + 1), SipRoute.Over(Flow), null, static _ => { });
    }

    internal void End()
    {
        IsDone = true;
        _request.Relay.Loop.Timers.Cancel(this);
    }

    void IClientTransactionUser.OnResponse(ClientTransaction transaction, SipMessage response)
    {
        if (!ReferenceEquals(transaction, _transaction))
            return;
        _isHeard = true;
        if (_isGivenUp)
        {
            // Another was asked in its place: who comes after all is told that it is too late.
            if (response.StatusCode < 200)
                SendCancel();
            else if (response.StatusCode < 300)
                Dismiss(response);
            return;
        }

        if (response.StatusCode < 200)
        {
            if (IsDone)
                return;
            ArmC();
            if (_isCancelled)
                SendCancel();
            IsRinging |= response.StatusCode > 100;
            if (response.StatusCode > 100)
                _request.OnProvisional(this, response);
        }
        else if (response.StatusCode == 503 && !IsDone && !_isCancelled && _next < _targets.Count)
        {
            Next();
        }
        else
        {
            var isFirst = !IsDone;
            End();
            _request.OnFinal(this, response, isFirst);
        }
    }

    void IClientTransactionUser.OnFailed(ClientTransaction transaction, TransactionFailure failure)
    {
        if (!ReferenceEquals(transaction, _transaction) || IsDone)
            return;
        if (_next < _targets.Count && !_isCancelled)
            Next();
        else
            _request.OnFailed(this, failure == TransactionFailure.Timeout ? 408 : 503);
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs)
    {
        if (IsDone)
            return;
        if (!_isHeard && !_isCancelled && _request.IsInvite)
            GiveUp();
        else if (_isCancelled)
            _request.OnFailed(this, 408); // even the CANCEL was not heard
        else
            Cancel("Reason: SIP;cause=408;text=\"Rang too long\"\r\n"u8.ToArray());
    }

    void Found(IReadOnlyList<SipTarget> targets)
    {
        if (IsDone)
            return;
        _targets = Target.From(targets);
        if (targets.Count == 0)
            _request.OnFailed(this, 404);
        else
            Next();
    }

    void Next()
    {
        while (_next < _targets.Count)
        {
            if (_request.Relay.Ua.Transports.Reach(_targets[_next++]) is not { } flow)
                continue;
            Send(flow);
            return;
        }

        _request.OnFailed(this, 503);
    }

    void Send(SipFlow flow)
    {
        Span<byte> id = stackalloc byte[RelayBranchId.Bytes];
        var relay = _request.Relay;
        Flow = flow;
        RelayBranchId.Next(_request.Message, relay.Ua.Tokens, id);
        var bytes = _request.Write(this, flow, id);
        IsRinging = false;
        _isHeard = false;
        _transaction = relay.Transactions.Send(flow, bytes, id, _request.Message.MethodToken, this);
        if (_transaction is null)
            _request.OnFailed(this, 503);
        else if (_transaction.IsInvite)
            ArmC();
    }

    void ArmC()
    {
        if (!_request.IsInvite)
            return;
        var relay = _request.Relay;
        var waitNs = _isCancelled ? relay.Transactions.Timers.TimeoutNs
            : !_isHeard && (_next < _targets.Count || _request.HasMore) ? relay.PatienceNs : relay.RingingSeconds * MonotonicTime.Second;
        relay.Loop.Timers.Arm(this, relay.Loop.NowNs + waitNs);
    }

    /// <summary>Nothing at all was heard, and there is another way: the caller need not wait for the transaction to time out.</summary>
    void GiveUp()
    {
        _isGivenUp = true;
        if (_next >= _targets.Count)
        {
            _request.OnFailed(this, 408);
            return;
        }

        // This one stays, for what may come after all; the further addresses are another's.
        End();
        var rest = new RelayBranch(_request, Target, Breadth) { _targets = _targets, _next = _next };
        _request.Add(rest);
        rest.Next();
    }

    void SendCancel()
    {
        if (_isCancelSent)
            return;
        _isCancelSent = true;
        var transactions = _request.Relay.Transactions;
        var invite = transactions.Scratch;
        if (!invite.TryParse(_transaction!.RequestBytes, out _) || !invite.TryTopVia(out var via))
            return;
        var branch = Encoding.UTF8.GetString(via.Branch);
        var writer = transactions.Writer;
        writer.Request("CANCEL", Encoding.UTF8.GetString(invite.RequestUriBytes)).Header(SipHeader.Via, invite.FirstListValue(SipHeader.Via));
        writer.Header(SipHeader.Max_Forwards, 70);
        writer.Copy(invite, SipHeader.Route).Copy(invite, SipHeader.From).Copy(invite, SipHeader.To).Copy(invite, SipHeader.Call_ID);
        writer.Header(SipHeader.CSeq, $"{invite.CSeq} CANCEL");
        if (_cancelReason is not null)
            writer.Lines(_cancelReason);
        transactions.Send(_transaction.Flow, writer.End(), branch, "CANCEL", Unheard.Instance);
        ArmC();
    }

    /// <summary>The answer to a CANCEL changes nothing: the INVITE's own does.</summary>
    sealed class Unheard : IClientTransactionUser
    {
        public static readonly Unheard Instance = new();

        public void OnResponse(ClientTransaction transaction, SipMessage response)
        {
        }

        public void OnFailed(ClientTransaction transaction, TransactionFailure failure)
        {
        }
    }
}
