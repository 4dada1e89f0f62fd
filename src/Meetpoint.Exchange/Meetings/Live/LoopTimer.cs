using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>A timer of a loop that calls back. On the loop only.</summary>
sealed class LoopTimer(IEventLoop loop, Action<long> due) : TimerNode
{
    /// <summary>Arms it from now; an armed one is moved.</summary>
    public void Arm(long afterNs) => loop.Timers.Arm(this, loop.NowNs + afterNs);

    public void Disarm() => loop.Timers.Cancel(this);

    /// <inheritdoc/>
    protected override void Fire(long nowNs) => due(nowNs);
}
