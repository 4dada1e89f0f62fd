using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Hears a <see cref="ClientRequest"/>. Responses are lent for the call.</summary>
interface IClientRequestUser
{
    void OnProvisional(SipMessage response, SipFlow flow);

    /// <summary>A 2xx; for INVITE each one that comes, copies and forks too.</summary>
    void OnSuccess(SipMessage response, SipFlow flow);

    /// <summary>The end without success; said once. The response is null when it is ours.</summary>
    void OnFailure(int status, string reason, SipMessage? response);
}

/// <summary>
/// A request from its next hop to its final answer: resolves, tries the next target on transport failure, time-out and 503 (RFC 3263 section
/// 4.3), answers challenges, cancels.
/// </summary>
sealed class ClientRequest : IClientTransactionUser
{
    /// <summary>A challenge, and once more when its nonce is stale, for each of two realms.</summary>
    const int MaxChallenges = 4;

    readonly SipUserAgent _ua;
    readonly SipRequest _request;
    readonly IClientRequestUser _user;
    readonly DigestClient? _digest;
    readonly List<SipTarget> _targets = [];
    readonly ActionTimer _cancelTimer;
    SipFlow? _fixedFlow;
    ClientTransaction? _transaction;
    int _challenges;
    bool _hasProvisional;
    bool _isCancelled;
    bool _isCancelSent;
    bool _isDone;
    IReadOnlyList<(string Name, string Value)> _cancelHeaders = [];

    public ClientRequest(SipUserAgent ua, SipRequest request, SipCredentials? credentials, IClientRequestUser user)
    {
        _ua = ua;
        _request = request;
        _user = user;
        _digest = credentials is null ? null : new DigestClient(credentials, ua.Tokens.Tag);
        _cancelTimer = new ActionTimer(_ => Fail(487, "Cancelled, and no answer came", null));
        request.CallId ??= ua.Tokens.CallId();
        if (request.From.Tag is null)
            request.From = request.From.WithTag(ua.Tokens.Tag());
    }

    public SipRequest Request => _request;

    /// <summary>Credentials that the request last went with; an ACK repeats them (RFC 3261 section 13.2.2.4).</summary>
    public IReadOnlyList<(string Name, string Value)> Authorization { get; private set; } = [];

    public void Start(SipRoute route)
    {
        if (route.Flow is { } flow)
        {
            _fixedFlow = flow;
            Attempt();
        }
        else if (route.Targets is { } known)
            Found(route, known);
        else
            _ua.Resolve(route.NextHop!, targets =>
            {
                _fixedFlow = targets.Count == 0 ? route.Fallback : null;
                Found(route, targets);
            });
    }

    /// <summary>Gives an INVITE up: CANCEL as soon as a provisional answer allows it (section 9.1).</summary>
    public void Cancel(params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (_isDone || _isCancelled)
            return;
        _isCancelled = true;
        _cancelHeaders = headers;
        if (_transaction is null)
            Fail(487, "Cancelled", null);
        else if (_hasProvisional)
            SendCancel();
    }

    void IClientTransactionUser.OnResponse(ClientTransaction transaction, SipMessage response)
    {
        if (!ReferenceEquals(transaction, _transaction))
            return;
        if (response.StatusCode < 200)
        {
            _hasProvisional = true;
            if (_isCancelled)
                SendCancel();
            if (!_isDone && response.StatusCode > 100)
                _user.OnProvisional(response, transaction.Flow);
            return;
        }

        _ua.Loop.Timers.Cancel(_cancelTimer);
        if (response.StatusCode < 300)
        {
            _isDone = true;
            _user.OnSuccess(response, transaction.Flow);
        }
        else if (response.StatusCode is 401 or 407 && !_isCancelled && _digest is not null && _challenges++ < MaxChallenges && _digest.TakeChallenge(response))
        {
            _request.CSeq = _request.NextCSeq?.Invoke() ?? _request.CSeq + 1;
            _fixedFlow = transaction.Flow;
            Attempt();
        }
        else if (response.StatusCode == 503 && !_isCancelled && _targets.Count > 0)
            Attempt();
        else
            Fail(response.StatusCode, response.ReasonPhrase, response);
    }

    void IClientTransactionUser.OnFailed(ClientTransaction transaction, TransactionFailure failure)
    {
        if (!ReferenceEquals(transaction, _transaction) || _isDone)
            return;
        if (_targets.Count > 0 && !_isCancelled)
            Attempt();
        else if (failure == TransactionFailure.Timeout)
            Fail(408, "No answer", null);
        else
            Fail(503, "Could not be sent", null);
    }

    void Found(SipRoute route, IReadOnlyList<SipTarget> targets)
    {
        if (_isDone)
            return;
        var size = 400 + _request.Body.Length + _request.Headers.Sum(h => h.Name.Length + h.Value.Length + 4) + _request.Routes.Sum(r => r.Length + 9);
        foreach (var target in targets.Select(route.Of))
        {
            // RFC 3261 section 18.1.1: what may be fragmented goes over a congestion-controlled transport first.
            if (target.Transport == SipTransport.Udp && size > _ua.Transports.Options.SwitchToTcpBytes)
                _targets.Add(target with { Transport = SipTransport.Tcp });
            _targets.Add(target);
        }

        if (_targets.Count == 0 && _fixedFlow is null)
            Fail(404, "Next hop has no address", null);
        else
            Attempt();
    }

    void Attempt()
    {
        while (true)
        {
            var flow = _fixedFlow;
            _fixedFlow = null;
            if (flow is null)
            {
                if (_targets.Count == 0)
                {
                    Fail(503, "Could not be sent", null);
                    return;
                }

                flow = _ua.Transports.Reach(_targets[0]);
                _targets.RemoveAt(0);
            }

            if (flow is null)
                continue;
            var branch = _ua.Tokens.Branch();
            Authorization = _digest is null ? [] : [.. _digest.Authorize(_request.Method, _request.Uri)];
            var bytes = _request.Write(_ua.Transactions.Writer, flow, branch, Authorization);
            _hasProvisional = false;
            _transaction = _ua.Transactions.Send(flow, bytes, branch, _request.Method, this);
            if (_transaction is null)
                Fail(503, "Too many transactions", null);
            return;
        }
    }

    void SendCancel()
    {
        if (_isCancelSent || _isDone)
            return;
        _isCancelSent = true;
        var invite = _ua.Transactions.Scratch;
        if (!invite.TryParse(_transaction!.RequestBytes, out _) || !invite.TryTopVia(out var via))
            return;
        var branch = System.Text.Encoding.UTF8.GetString(via.Branch);
        var writer = _ua.Transactions.Writer;
        writer.Request("CANCEL", _request.Uri).Header(SipHeader.Via, invite.FirstListValue(SipHeader.Via)).Header(SipHeader.Max_Forwards, 70);
        writer.Copy(invite, SipHeader.Route).Copy(invite, SipHeader.From).Copy(invite, SipHeader.To).Copy(invite, SipHeader.Call_ID);
        writer.Header(SipHeader.CSeq, $"{_request.CSeq} CANCEL");
        foreach (var (name, value) in _cancelHeaders)
            writer.Header(name, value);
        _ua.Transactions.Send(_transaction.Flow, writer.End(), branch, "CANCEL", NobodyCares.Instance);
        _ua.Loop.Timers.Arm(_cancelTimer, _ua.Loop.NowNs + _ua.Transactions.Timers.TimeoutNs);
    }

    void Fail(int status, string reason, SipMessage? response)
    {
        if (_isDone)
            return;
        _isDone = true;
        _ua.Loop.Timers.Cancel(_cancelTimer);
        _user.OnFailure(status, reason, response);
    }

    /// <summary>The answer to a CANCEL changes nothing: the INVITE's own does.</summary>
    sealed class NobodyCares : IClientTransactionUser
    {
        public static readonly NobodyCares Instance = new();

        public void OnResponse(ClientTransaction transaction, SipMessage response)
        {
        }

        public void OnFailed(ClientTransaction transaction, TransactionFailure failure)
        {
        }
    }
}

/// <summary>A timer that runs a delegate.</summary>
sealed class ActionTimer(Action<long> action) : TimerNode
{
    protected override void Fire(long nowNs) => action(nowNs);
}
