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

    /// <summary>Writes the start; <paramref name="done"/> follows on the loop.</summary>
    /// <param name="call">The call.</param>
    /// <param name="sessionSeconds">The session interval that both sides keep; null when none.</param>
    /// <param name="state">What a restart needs of it; null when nothing.</param>
    /// <param name="done">Null when it is durable; what the store failed with otherwise.</param>
    public void Start(RelayedCall call, long? sessionSeconds, CallState? state, Action<Exception?> done)
    {
        var start = new GrantStart
        {
            Id = call.Id,
            Grant = call.Grant,
            Subject = call.Caller,
            Called = call.CalledAddress,
            Started = call.Answered!.Value,
            SilentAfter = sessionSeconds is { } seconds ? Duration.FromSeconds(seconds) + RefreshGrace : SilentWithoutTimer,
        };
        context.Write(
            transaction =>
            {
                if (state is not null)
                    CallRows.Put(transaction, call.Id, context.Node, state);
                context.Grants.Start(transaction, start);
            },
            () => done(null), done);
    }

    /// <summary>Writes what changed of an anchored call that is on; nobody waits for it.</summary>
    public void Change(AnchoredCall call)
    {
        if (context.Calls.Find(call.Call.Id) is null || call.Call.Answered is null)
            return;
        var state = call.State();
        _ = context.Store.WriteAsync(transaction => CallRows.Put(transaction, call.Call.Id, context.Node, state));
    }

    /// <summary>Either side gave a sign of life.</summary>
    public void Prove(string id)
    {
        // Of a call that came through a restart in transparent mode nothing is kept but its grant.
        if (context.Calls.Find(id) is not { } call)
        {
            if (context.Grants.StartedAt(id) is { } started)
                context.Grants.Prove(id, Used(null, started, context.Clock.GetCurrentInstant()), context.Clock.GetCurrentInstant());
            return;
        }

        var now = context.Clock.GetCurrentInstant();
        call.LastProof = now;
        context.Grants.Prove(id, Used(call, call.Answered ?? now, now), now);
    }

    /// <summary>Packets that came since the last look are a proof of life of an anchored call, and are counted.</summary>
    public void Measure()
    {
        foreach (var anchored in context.Anchored.All)
        {
            if (anchored.Call.Answered is null)
                continue;
            (anchored.Quality ??= new CallQuality(context, anchored)).Measure();
            var packets = anchored.Media.Packets();
            if (packets == anchored.Packets)
                continue;
            anchored.Packets = packets;
            Prove(anchored.Call.Id);
        }
    }

    /// <summary>Writes the end; <paramref name="done"/> follows on the loop.</summary>
    public void End(string id, Action done)
    {
        var now = context.Clock.GetCurrentInstant();
        var call = context.Calls.Find(id);
        var began = call?.Answered ?? context.Grants.StartedAt(id);
        var isAnchored = call is { Mode: CallMode.Anchored };
        GrantQuantities? used = began is { } from ? Used(call, from, now) with { Quality = call is null ? null : context.Anchored.Of(call)?.Quality?.Finish() } : null;
        context.Write(
            transaction =>
            {
                if (isAnchored)
                    CallRows.Remove(transaction, id);
                context.Grants.Complete(transaction, id, used, now);
            },
            done, _ => done());
        if (call is not null)
        {
            context.Calls.Remove(call);
            context.Figures.Ended(call);
        }
    }

    GrantQuantities Used(RelayedCall? call, Instant from, Instant now)
    {
        var packets = call is null ? default : context.Anchored.Of(call)?.Media.Packets() ?? default;
        return new((long)Duration.Max(now - from, Duration.Zero).TotalMilliseconds, packets.FromCaller, packets.FromCallee);
    }
}
