using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Gives new calls that wait some of each turn of the loop, after all else that came before it.</summary>
/// <remarks>On the loop only.</remarks>
sealed class NewCallTurn : TimerNode
{
    /// <summary>When the next look is taken while they are held.</summary>
    const long HeldNs = 10 * MonotonicTime.Millisecond;

    readonly SipTransports _transports;
    readonly Action _serve;
    bool _isComing;

    public NewCallTurn(SipTransports transports)
    {
        _transports = transports;
        _serve = Serve;
    }

    /// <summary>Calls wait.</summary>
    public void Come()
    {
        if (_isComing)
            return;
        _isComing = true;
        _transports.Loop.Post(_serve);
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs) => Serve();

    void Serve()
    {
        _isComing = false;
        if (_transports.ServeNewCalls(_transports.Overload.ServedInTurn))
            return;
        if (_transports.HoldsNewCalls?.Invoke() != true)
        {
            Come();
            return;
        }

        _isComing = true;
        _transports.Loop.Timers.Arm(this, _transports.Loop.NowNs + HeldNs);
    }
}
