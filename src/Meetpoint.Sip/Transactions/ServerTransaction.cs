using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>A request that we received, until its answer is through (RFC 3261 section 17.2, RFC 6026).</summary>
/// <remarks>On the loop only.</remarks>
sealed partial class ServerTransaction : ITimed<ServerTransaction.Input>
{
    readonly SipTransactions _layer;
    readonly TransactionTimer<Input>? _retransmit; // of an INVITE alone
    readonly TransactionTimer<Input> _deadline;
    SipMessage? _request;
    byte[]? _packed;
    NetAddress _source;
    byte[]? _response;
    long _intervalNs;

    internal ServerTransaction(SipTransactions layer, SipFlow flow, SipMessage request, byte[] key)
    {
        _layer = layer;
        Flow = flow;
        _request = request;
        Key = key;
        IsInvite = request.Method == SipMethod.Invite;
        State = IsInvite ? Proceeding : Trying;
        _deadline = new(this, Input.Deadline);
        if (IsInvite)
            layer.Loop.Timers.Arm(_retransmit = new(this, Input.Retransmit), layer.Loop.NowNs + layer.Timers.TryingNs);
        else
            layer.Loop.Timers.Arm(_deadline, layer.Loop.NowNs + layer.Timers.TimeoutNs);
    }

    /// <summary>Where it stands.</summary>
    public ServerTransactionState State { get; private set; }

    /// <summary>What came; kept as long as the transaction, but its body only until the final answer.</summary>
    public SipMessage Request => _request ?? Unpack();

    /// <summary>The way it came and its answers go.</summary>
    public SipFlow Flow { get; }

    /// <summary>True for INVITE.</summary>
    public bool IsInvite { get; }

    /// <summary>The tag that our answers add to To where the request has none.</summary>
    public string ToTag
    {
        get => field ??= _layer.Tokens.Tag(); // a proxy needs none of its own
        internal set;
    }

    /// <summary>True once a final answer went out.</summary>
    public bool IsAnswered => State >= Completed;

    /// <summary>Whatever the user wants to find again with it.</summary>
    internal object? User { get; set; }

    internal byte[] Key { get; }

    internal byte[]? MergeKey { get; set; }

    /// <summary>Answers without body. A second final answer does nothing.</summary>
    /// <param name="status">100 to 699.</param>
    /// <param name="phrase">Null takes the usual one.</param>
    /// <param name="headers">Further headers.</param>
    public void Respond(int status, string? phrase = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var writer = Begin(status, phrase);
        foreach (var (name, value) in headers)
            writer.Header(name, value);
        Send(status, writer.End());
    }

    /// <summary>Begins an answer in the layer's writer; <see cref="Send"/> sends it.</summary>
    internal SipWriter Begin(int status, string? phrase = null) => _layer.Writer.Response(Request, status, phrase, status == 100 ? null : ToTag);

    /// <summary>Puts the Vias of the request, stamped, into an answer that has none.</summary>
    internal void InsertVias(SipEdits edits)
    {
        Span<byte> stamped = stackalloc byte[1_024];
        var isTop = true;
        foreach (var via in Request.Values(SipHeader.Via))
        {
            var length = 0;
            var isStamped = isTop && ViaStamp.TryWrite(via, Request.Source, stamped, out length);
            edits.InsertHeader(edits.Top, SipHeader.Via, isStamped ? stamped[..length] : via);
            isTop = false;
        }
    }

    /// <summary>Sends an answer as written.</summary>
    internal void Send(int status, ReadOnlySpan<byte> response)
    {
        if (IsAnswered && !(State == Accepted && status is >= 200 and < 300))
            return;
        _response = _layer.Told(response);
        Step(status < 200 ? Input.SendProvisional : status < 300 ? Input.SendSuccess : Input.SendFailure, null);
        if (!IsInvite && IsAnswered)
            Pack();
    }

    /// <summary>Sends the last answer once more: the user's duty for 2xx and reliable 1xx.</summary>
    internal void SendAgain()
    {
        if (_response is not null)
            _layer.Transports.SendResponse(Flow, Request, _response);
    }

    /// <summary>
    /// The final answer is through, and what lingers for half a minute is looked at no more in all likelihood: only the header fields of the request are kept, and of
    /// a 2xx to an INVITE, which is its user's to repeat, nothing. By itself for all but INVITE; whoever has the message still may read all of it as before.
    /// </summary>
    internal void Pack()
    {
        if (_request is null)
            return;
        (_packed, _source) = (_request.CopyHeaders(), _request.Source);
        _request = null;
        if (State == Accepted)
            _response = null;
    }

    internal void OnRequestAgain() => Step(Input.Request, null);

    internal void OnAck(SipMessage ack) => Step(Input.Ack, ack);

    void ITimed<Input>.OnTimer(Input input, long nowNs) => Step(input, null);

    void Step(Input input, SipMessage? ack)
    {
        if (State == Terminated)
            return;
        var (next, action) = (IsInvite ? InviteTable : OtherTable)[(int)State][(int)input];
        var timers = _layer.Loop.Timers;
        State = next;
        if (action.HasFlag(Do.StopRetransmit))
            timers.Cancel(_retransmit!);
        if (action.HasFlag(Do.StartG))
            StartRetransmit();
        if (action.HasFlag(Do.RearmG))
        {
            _intervalNs = Math.Min(_intervalNs * 2, _layer.Timers.T2Ns);
            timers.Arm(_retransmit!, _layer.Loop.NowNs + _intervalNs);
        }

        if (action.HasFlag(Do.StartDeadline))
            timers.Arm(_deadline, _layer.Loop.NowNs + DeadlineNs());
        if (action.HasFlag(Do.SendTrying))
            Send(100, Begin(100).End());
        if (action.HasFlag(Do.Send) && _response is not null && !_layer.Transports.SendResponse(Flow, Request, _response))
            _layer.Loop.Post(() => Step(Input.TransportError, null));
        if (State == Terminated)
            _layer.Remove(this, _retransmit, _deadline);
        if (action.HasFlag(Do.PassAckUp))
            _layer.User?.OnAck(ack!, Flow);
        if (action.HasFlag(Do.TellUser))
            _layer.User?.OnServerFailed(this);
    }

    SipMessage Unpack()
    {
        var request = new SipMessage();
        request.TryParse(_packed, out _);
        request.Source = _source;
        return request;
    }

    void StartRetransmit()
    {
        _layer.Loop.Timers.Cancel(_retransmit!);
        if (Flow.IsReliable)
            return;
        _intervalNs = _layer.Timers.T1Ns;
        _layer.Loop.Timers.Arm(_retransmit!, _layer.Loop.NowNs + _intervalNs);
    }

    long DeadlineNs() => State switch
    {
        Confirmed => Flow.IsReliable ? 0 : _layer.Timers.T4Ns, // I
        Completed when !IsInvite => Flow.IsReliable ? 0 : _layer.Timers.TimeoutNs, // J
        _ => _layer.Timers.TimeoutNs, // H, L
    };
}
