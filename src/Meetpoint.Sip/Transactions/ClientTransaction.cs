using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Why a client transaction ended without final answer.</summary>
enum TransactionFailure : byte
{
    /// <summary>Timer B or F.</summary>
    Timeout,

    /// <summary>It could not be sent, or its connection ended before an answer.</summary>
    TransportError,
}

/// <summary>Hears a client transaction.</summary>
interface IClientTransactionUser
{
    /// <summary>An answer, lent for the call. For INVITE every 2xx, also copies; else each final answer once.</summary>
    void OnResponse(ClientTransaction transaction, SipMessage response);

    /// <summary>It ended without final answer.</summary>
    void OnFailed(ClientTransaction transaction, TransactionFailure failure);
}

/// <summary>A request that we sent, until its answers are through (RFC 3261 section 17.1, RFC 6026).</summary>
sealed partial class ClientTransaction : ITimed<ClientTransaction.Input>
{
    readonly SipTransactions _layer;
    readonly IClientTransactionUser _user;
    readonly TransactionTimer<Input> _retransmit;
    readonly TransactionTimer<Input> _deadline;
    byte[] _request;
    byte[]? _ack;
    long _intervalNs;

    internal ClientTransaction(SipTransactions layer, SipFlow flow, byte[] key, byte[] request, bool isInvite, IClientTransactionUser user)
    {
        _layer = layer;
        _user = user;
        _request = request;
        Flow = flow;
        Key = key;
        IsInvite = isInvite;
        _retransmit = new(this, Input.Retransmit);
        _deadline = new(this, Input.Deadline);
    }

    /// <summary>Where it stands.</summary>
    public ClientTransactionState State { get; private set; }

    /// <summary>True for INVITE.</summary>
    public bool IsInvite { get; }

    /// <summary>The way it went.</summary>
    public SipFlow Flow { get; }

    /// <summary>True when its answers go on to whoever the request came from.</summary>
    public bool IsRelayed => _user is RelayBranch;

    internal byte[] Key { get; }

    /// <summary>As sent; empty once a final answer was heard.</summary>
    internal ReadOnlySpan<byte> RequestBytes => _request;

    internal void Start(long nowNs)
    {
        var timers = _layer.Timers;
        _layer.Loop.Timers.Arm(_deadline, nowNs + timers.TimeoutNs);
        if (!Flow.IsReliable)
        {
            _intervalNs = timers.T1Ns;
            _layer.Loop.Timers.Arm(_retransmit, nowNs + _intervalNs);
        }

        if (!Flow.Send(_request))
            _layer.Loop.Post(() => Step(Input.TransportError, null));
    }

    internal void OnResponse(SipMessage response) => Step(
        response.StatusCode < 200 ? Input.Provisional : response.StatusCode < 300 ? Input.Success : Input.Failure, response);

    internal void OnTransportError() => Step(Input.TransportError, null);

    void ITimed<Input>.OnTimer(Input input, long nowNs) => Step(input, null);

    void Step(Input input, SipMessage? response)
    {
        if (State == Terminated)
            return;
        var table = IsInvite ? InviteTable : OtherTable;
        var (next, action) = table[(int)State][(int)input];
        var timers = _layer.Loop.Timers;
        State = next;
        if (action.HasFlag(Do.StopRetransmit))
            timers.Cancel(_retransmit);
        if (action.HasFlag(Do.StopDeadline))
            timers.Cancel(_deadline);
        if (action.HasFlag(Do.StartLinger))
            StartLinger();
        if (action.HasFlag(Do.Send))
            SendAgain();
        if (action.HasFlag(Do.Ack) && response is not null)
            SendAck(response);
        if (State is Completed or Accepted)
            _request = []; // it is not sent again, and lingers for half a minute
        if (State == Terminated)
            _layer.Remove(this, _retransmit, _deadline);
        if (action.HasFlag(Do.PassUp))
            _user.OnResponse(this, response!);
        if (action.HasFlag(Do.TellTimeout))
            _user.OnFailed(this, TransactionFailure.Timeout);
        if (action.HasFlag(Do.TellTransportError))
            _user.OnFailed(this, TransactionFailure.TransportError);
    }

    void SendAgain()
    {
        Flow.Send(_request);
        _intervalNs *= 2;
        if (!IsInvite)
            _intervalNs = State == Proceeding ? _layer.Timers.T2Ns : Math.Min(_intervalNs, _layer.Timers.T2Ns);
        _layer.Loop.Timers.Arm(_retransmit, _layer.Loop.NowNs + _intervalNs);
    }

    /// <summary>Timer D, K or M.</summary>
    void StartLinger()
    {
        var timers = _layer.Timers;
        var lingerNs = State == Accepted ? timers.TimeoutNs : Flow.IsReliable ? 0 : IsInvite ? timers.DNs : timers.T4Ns;
        _layer.Loop.Timers.Arm(_deadline, _layer.Loop.NowNs + lingerNs);
    }

    /// <summary>The ACK of a 3xx-6xx is the transaction's own (section 17.1.1.3).</summary>
    void SendAck(SipMessage response)
    {
        if (_ack is null)
        {
            var request = _layer.Scratch;
            if (!request.TryParse(_request, out _))
                return;
            var writer = _layer.Writer;
            writer.Request("ACK", System.Text.Encoding.UTF8.GetString(request.RequestUriBytes));
            writer.Header(SipHeader.Via, request.FirstListValue(SipHeader.Via));
            writer.Header(SipHeader.Max_Forwards, 70);
            writer.Copy(request, SipHeader.Route).Copy(request, SipHeader.From);
            writer.Header(SipHeader.To, response.Value(SipHeader.To));
            writer.Copy(request, SipHeader.Call_ID);
            writer.Header(SipHeader.CSeq, $"{request.CSeq} ACK");
            _ack = writer.End().ToArray();
        }

        Flow.Send(_ack);
    }
}
