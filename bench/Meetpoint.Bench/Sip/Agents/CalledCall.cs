using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>One call as the called sees it: 180, then 200 until it is acknowledged (RFC 3261 section 13.3.1.4). On the agents' loop.</summary>
sealed class CalledCall : TimerNode
{
    readonly CalledBank _bank;
    readonly byte[] _answer;
    readonly byte[] _offer;
    readonly byte[] _ringing;
    readonly MediaEnd? _media;
    readonly NetAddress _server;
    State _state;
    long _answeredNs;
    long _intervalNs;

    public CalledCall(CalledBank bank, string id, in HeardMessage invite, in NetAddress server, long nowNs, ReadOnlySpan<byte> tag)
    {
        (_bank, Id, _server) = (bank, id, server);
        _media = bank.Media?.Take();
        _offer = _media is null ? [] : invite.Body.ToArray();
        _answer = AgentAnswer.To(bank.Text, invite, "200 OK"u8, tag).Add(bank.Contact).End(_media?.Sdp ?? AgentSdp.Silent).Written.ToArray();
        _ringing = AgentAnswer.To(bank.Text, invite, "180 Ringing"u8, tag).Add(bank.Contact).End([]).Written.ToArray();
        bank.Send(_ringing, _server);
        bank.Timers.Arm(this, nowNs + bank.Times.RingNs);
    }

    /// <summary>Its Call-ID.</summary>
    public string Id { get; }

    enum State
    {
        Ringing,
        Answered,
        Acknowledged,
        Over,
    }

    /// <summary>The INVITE came once more.</summary>
    public void Repeat() => _bank.Send(_state == State.Ringing ? _ringing : _answer, _server);

    public void OnAck(long nowNs)
    {
        if (_state != State.Answered)
            return;
        _state = State.Acknowledged;
        _bank.Timers.Arm(this, nowNs + _bank.Times.HoldNs + (4 * AgentTimes.GiveUpNs));
        if (_media is not null)
            _bank.Media!.Start(_media, _offer, nowNs);
    }

    /// <summary>BYE or CANCEL came, or nothing at all.</summary>
    public void Over()
    {
        if (_state != State.Over && _media is not null)
            _bank.Media!.GiveBack(_media);
        _state = State.Over;
        _bank.Timers.Cancel(this);
    }

    protected internal override void Fire(long nowNs)
    {
        switch (_state)
        {
            case State.Ringing:
                _state = State.Answered;
                (_answeredNs, _intervalNs) = (nowNs, AgentTimes.T1Ns);
                break;
            case State.Answered when nowNs - _answeredNs < AgentTimes.GiveUpNs:
                _bank.Retransmissions++;
                _intervalNs = Math.Min(2 * _intervalNs, AgentTimes.T2Ns);
                break;
            default:
                _bank.Forget(this);
                return;
        }

        _bank.Send(_answer, _server);
        _bank.Timers.Arm(this, nowNs + _intervalNs);
    }
}
