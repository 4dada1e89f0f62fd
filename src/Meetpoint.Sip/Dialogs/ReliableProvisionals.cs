using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>The reliable provisional answers of one INVITE, one after the other (RFC 3262 section 3).</summary>
sealed class ReliableProvisionals(IncomingCall call, ServerTransaction transaction) : TimerNode
{
    /// <summary>Answers that may wait for the one before; more say the application is not well.</summary>
    const int MaxWaiting = 16;

    readonly Queue<(uint RSeq, byte[] Bytes, int Status)> _waiting = new();
    (uint RSeq, byte[] Bytes, int Status)? _open;
    uint _lastRSeq;
    long _intervalNs;
    long _endNs;

    /// <summary>True while an answer waits for its PRACK.</summary>
    public bool IsOpen => _open is not null;

    /// <summary>The number of the next answer: it begins anywhere below 2^31 and grows by one.</summary>
    public uint NextRSeq()
    {
        if (_lastRSeq == 0)
            _lastRSeq = (uint)call.Ua.Tokens.Between(1, 1_000_000);
        return ++_lastRSeq;
    }

    public void Send(uint rseq, int status, ReadOnlySpan<byte> bytes)
    {
        if (_waiting.Count < MaxWaiting)
            _waiting.Enqueue((rseq, bytes.ToArray(), status));
        if (_open is null)
            SendNext();
    }

    /// <summary>True when the PRACK is for the open answer.</summary>
    public bool Acknowledge(SipMessage prack)
    {
        if (_open is not { } open || prack.RAck is not { } rack || rack.RSeq != open.RSeq || rack.CSeq != transaction.Request.CSeq || !rack.IsInvite)
            return false;
        _open = null;
        call.Ua.Loop.Timers.Cancel(this);
        SendNext();
        return true;
    }

    public void Stop()
    {
        _open = null;
        _waiting.Clear();
        call.Ua.Loop.Timers.Cancel(this);
    }

    protected override void Fire(long nowNs)
    {
        if (nowNs >= _endNs)
        {
            call.OnPrackMissing();
            return;
        }

        transaction.SendAgain();
        _intervalNs *= 2;
        call.Ua.Loop.Timers.Arm(this, Math.Min(nowNs + _intervalNs, _endNs));
    }

    void SendNext()
    {
        if (!_waiting.TryDequeue(out var next))
            return;
        _open = next;
        transaction.Send(next.Status, next.Bytes);
        var timers = call.Ua.Transactions.Timers;
        _intervalNs = timers.T1Ns;
        _endNs = call.Ua.Loop.NowNs + timers.TimeoutNs;
        call.Ua.Loop.Timers.Arm(this, call.Ua.Loop.NowNs + _intervalNs);
    }
}
