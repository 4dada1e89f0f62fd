using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Sends a 2xx to an INVITE again until its ACK comes, at most 64 x T1, over any transport (RFC 3261 section 13.3.1.4).</summary>
sealed class SuccessRepeater(Call call, ServerTransaction transaction) : TimerNode
{
    long _intervalNs;
    long _endNs;

    public uint CSeq => transaction.Request.CSeq;

    public void Start()
    {
        var timers = call.Ua.Transactions.Timers;
        _intervalNs = timers.T1Ns;
        _endNs = call.Ua.Loop.NowNs + timers.TimeoutNs;
        call.Ua.Loop.Timers.Arm(this, call.Ua.Loop.NowNs + _intervalNs);
    }

    public void Stop() => call.Ua.Loop.Timers.Cancel(this);

    protected override void Fire(long nowNs)
    {
        if (nowNs >= _endNs)
        {
            call.OnAckMissing();
            return;
        }

        transaction.SendAgain();
        _intervalNs = Math.Min(_intervalNs * 2, call.Ua.Transactions.Timers.T2Ns);
        call.Ua.Loop.Timers.Arm(this, Math.Min(nowNs + _intervalNs, _endNs));
    }
}
