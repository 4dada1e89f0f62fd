using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>A timer that tells its owner which of his it is.</summary>
sealed class TransactionTimer<TInput>(ITimed<TInput> owner, TInput input) : TimerNode
    where TInput : struct, Enum
{
    protected override void Fire(long nowNs) => owner.OnTimer(input, nowNs);
}

/// <summary>Hears its timers.</summary>
interface ITimed<in TInput>
    where TInput : struct, Enum
{
    void OnTimer(TInput input, long nowNs);
}
