using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Calls;

/// <summary>What of a call is durable: its start before the answer goes back, its proofs of life, and its end. On the loop only.</summary>
sealed class CallLedger(CallContext context)
{
    /// <summary>Where nobody refreshes the session there is no proof of life after the answer; such a call is closed after this long.</summary>
    static readonly Duration SilentWithoutTimer = Duration.FromHours(12);

    /// <summary>What a refresh may come late.</summary>
    static readonly Duration RefreshGrace = Duration.FromSeconds(32);

    /// <summary>Writes the start; <paramref name="done"/> follows on the loop, whether or not the store could take it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="sessionSeconds">The session interval that both sides keep; null when none.</param>
    /// <param name="done">True when it is durable.</param>
    public void Start(RelayedCall call, long? sessionSeconds, Action<bool> done)
    {
        var start = new GrantStart
        {
            Id = call.Id,
            Grant = call.Grant,
            Subject = call.Caller,
            Started = call.Answered!.Value,
            SilentAfter = sessionSeconds is { } seconds ? Duration.FromSeconds(seconds) + RefreshGrace : SilentWithoutTimer,
        };
        context.Then(context.Grants.StartAsync(start), done, _ => done(false));
    }

    /// <summary>Either side gave a sign of life.</summary>
    public void Prove(string id)
    {
        if (context.Calls.Find(id) is not { } call)
            return;
        var now = context.Clock.GetCurrentInstant();
        context.Grants.Progress(id, ++call.Sequence, Used(call, now), now);
    }

    /// <summary>Writes the end; <paramref name="done"/> follows on the loop.</summary>
    public void End(string id, Action done)
    {
        var now = context.Clock.GetCurrentInstant();
        var call = context.Calls.Find(id);
        var ended = context.Grants.CompleteAsync(id, call is null ? null : Used(call, now), now);
        if (call is not null)
            context.Calls.Remove(call);
        context.Then(ended, _ => done(), _ => done());
    }

    static GrantQuantities Used(RelayedCall call, Instant now) =>
        new((long)Duration.Max(now - (call.Answered ?? now), Duration.Zero).TotalMilliseconds);
}
