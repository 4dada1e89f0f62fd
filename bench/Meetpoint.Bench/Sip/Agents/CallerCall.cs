using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>One call as its caller sees it: INVITE, ACK, BYE, each sent again until it is answered (RFC 3261 section 17.1). On the agents' loop.</summary>
sealed class CallerCall(CallerBank bank, AgentCounts counts, int number, MediaEnd? media) : TimerNode
{
    readonly byte[] _branch = Encoding.ASCII.GetBytes($"z9hG4bKbench{number}-");
    State _state;
    long _begunNs;
    long _sentNs;
    long _intervalNs;
    byte[] _to = [];
    byte[] _target = [];
    byte[] _routes = [];

    enum State
    {
        Inviting,
        Proceeding,
        Talking,
        Leaving,
        Over,
    }

    public void Begin(long nowNs)
    {
        counts.Begun++;
        _begunNs = _sentNs = nowNs;
        _intervalNs = AgentTimes.T1Ns;
        SendInvite();
        bank.Timers.Arm(this, nowNs + _intervalNs);
    }

    public void OnAnswer(in HeardMessage answer, long nowNs)
    {
        var status = answer.Status;
        if (answer.CSeqMethod.SequenceEqual("BYE"u8))
        {
            if (_state == State.Leaving && status >= 200)
                End(nowNs, status);
            return;
        }

        switch (_state)
        {
            case State.Inviting or State.Proceeding when status < 200:
                if (_state == State.Inviting)
                    bank.Timers.Arm(this, _begunNs + AgentTimes.GiveUpNs);
                _state = State.Proceeding;
                break;
            case State.Inviting or State.Proceeding when status < 300:
                Talk(answer, nowNs);
                break;
            case State.Inviting or State.Proceeding:
                counts.Refused++;
                _to = answer.Value("To: "u8).ToArray();
                SendAckOfRefusal();
                Over();
                break;
            case State.Over when status >= 300:
                SendAckOfRefusal();
                break;
            case State.Talking or State.Leaving or State.Over when status is >= 200 and < 300 && _target.Length > 0:
                SendWithin("ACK "u8, 1);
                break;
        }
    }

    protected internal override void Fire(long nowNs)
    {
        if (_state == State.Talking)
        {
            Leave(nowNs);
            return;
        }

        if (_state == State.Proceeding || nowNs - _sentNs >= AgentTimes.GiveUpNs)
        {
            counts.GivenUp++;
            Over();
            return;
        }

        counts.Retransmissions++;
        _intervalNs = _state == State.Inviting ? 2 * _intervalNs : Math.Min(2 * _intervalNs, AgentTimes.T2Ns);
        if (_state == State.Inviting)
            SendInvite();
        else
            SendWithin("BYE "u8, 2);
        bank.Timers.Arm(this, Math.Min(nowNs + _intervalNs, _sentNs + AgentTimes.GiveUpNs));
    }

    void Talk(in HeardMessage answer, long nowNs)
    {
        _to = answer.Value("To: "u8).ToArray();
        _target = answer.ContactUri.ToArray();
        _routes = RoutesOf(answer);
        SendWithin("ACK "u8, 1);
        _state = State.Talking;
        bank.Timers.Arm(this, nowNs + bank.Times.HoldNs);
        if (media is not null)
            bank.Media!.Start(media, answer.Body, nowNs);
    }

    void Leave(long nowNs)
    {
        _state = State.Leaving;
        if (media is not null)
            bank.Media!.GiveBack(media);
        (_sentNs, _intervalNs) = (nowNs, AgentTimes.T1Ns);
        SendWithin("BYE "u8, 2);
        bank.Timers.Arm(this, nowNs + _intervalNs);
    }

    void End(long nowNs, int status)
    {
        if (status >= 300)
            counts.Refused++;
        else if (nowNs - _begunNs - bank.Times.HoldNs <= AgentTimes.GoodNs)
            counts.AddGood(nowNs);
        else
            counts.Late++;
        Over();
    }

    void Over()
    {
        if (media is not null && _state < State.Talking)
            bank.Media!.GiveBack(media);
        _state = State.Over;
        bank.Timers.Cancel(this);
        bank.OnOver();
    }

    void SendInvite() => bank.Send(Head("INVITE "u8, "sip:bob@callee.example"u8, 1, "INVITE"u8)
        .Add("Max-Forwards: 70\r\nTo: <sip:bob@callee.example>\r\n"u8)
        .Add(bank.Contact).Add("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\nUser-Agent: meetpoint-bench\r\n"u8).End(media?.Sdp ?? AgentSdp.Silent));

    /// <summary>Of the INVITE's own transaction.</summary>
    void SendAckOfRefusal() => bank.Send(Head("ACK "u8, "sip:bob@callee.example"u8, 1, "ACK"u8)
        .Add("Max-Forwards: 70\r\nTo: "u8).Add(_to).Add("\r\n"u8).End([]));

    void SendWithin(ReadOnlySpan<byte> method, int sequence) => bank.Send(Head(method, _target, sequence + 1, method[..^1], cSeq: sequence)
        .Add(_routes).Add("Max-Forwards: 70\r\nTo: "u8).Add(_to).Add("\r\n"u8).End([]));

    MessageText Head(ReadOnlySpan<byte> method, ReadOnlySpan<byte> uri, int transaction, ReadOnlySpan<byte> cSeqMethod, int cSeq = 1) =>
        bank.Text.Begin(method).Add(uri).Add(" SIP/2.0\r\nVia: SIP/2.0/UDP "u8).Add(bank.SentBy).Add(";branch="u8).Add(_branch).Add(transaction)
            .Add("\r\nFrom: \"A Caller\" <sip:alice@caller.example>;tag=c"u8).Add(number).Add("\r\nCall-ID: "u8).Add(number).Add(bank.CallIdTail)
            .Add("\r\nCSeq: "u8).Add(cSeq).Add(" "u8).Add(cSeqMethod).Add("\r\n"u8);

    static byte[] RoutesOf(in HeardMessage answer)
    {
        var routes = new List<byte[]>();
        foreach (var line in answer.Lines("Record-Route: "u8))
            routes.Insert(0, [.. "Route: "u8, .. line["Record-Route: "u8.Length..]]);
        return [.. routes.SelectMany(route => route)];
    }
}
