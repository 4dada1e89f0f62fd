using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>Where a call stands, as others may see it.</summary>
enum CallPhase
{
    /// <summary>It rings.</summary>
    Ringing,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>It is over, or came to nothing.</summary>
    Over,
}

/// <summary>
/// Watches calls go by, and counts each attempt with each partner when it is over. What it notes stands in the call itself, so nothing is allocated once
/// its destination was met before. On the loop only.
/// </summary>
/// <param name="statistics">Where attempts are counted.</param>
/// <param name="loop">Its time.</param>
/// <param name="clock">Wall clock.</param>
sealed class CallMeter(CallStatistics statistics, IEventLoop loop, IClock clock)
{
    readonly DestinationLabels _labels = new();

    /// <summary>Told what becomes of calls, as it happens; null for nobody.</summary>
    public Action<RelayedCall, CallPhase>? Seen { get; set; }

    /// <summary>A call that was on before a restart goes on.</summary>
    public void WentOn(RelayedCall call) => Seen?.Invoke(call, CallPhase.Answered);

    /// <summary>A call came and was let through.</summary>
    public void Came(RelayedCall call, World world)
    {
        call.Progress.Destination = _labels.Of(world, call.Number is ['+', ..] ? call.Number : call.Called);
        Begin(ref call.Progress.Incoming, call.From);
    }

    /// <summary>A request came from a neighbour and was refused at the waist; a call among them is an attempt of that neighbour's.</summary>
    /// <param name="request">It.</param>
    /// <param name="sender">Who sent it; for our own customers nobody is counted.</param>
    /// <param name="world">The snapshot in force.</param>
    /// <param name="refusal">Why.</param>
    public void Refused(SipMessage request, NeighbourEntry? sender, World world, in Refusal refusal)
    {
        if (sender is null || request.Method != SipMethod.Invite)
            return;
        var now = loop.NowNs;
        var status = refusal.Reason == RefusalReason.None ? 484 : refusal.Row.SipStatus; // without a reason it was no number
        statistics.Add(
            new CallOutcome(
                sender.Neighbour.Id, CallDirection.Incoming, _labels.Of(world, request.RequestUriBytes, isKnown: refusal.Target is not null), now, null, null, now,
                refusal.Row.Q850Cause, status),
            clock.GetCurrentInstant());
    }

    /// <summary>Calls of a neighbour were turned away in overload before anybody had read whom they are for.</summary>
    public void TurnedAway(NeighbourEntry sender, int count)
    {
        var now = loop.NowNs;
        var cause = RefusalTable.Row(RefusalReason.Overload).Q850Cause;
        var outcome = new CallOutcome(sender.Neighbour.Id, CallDirection.Incoming, CallStatistics.OtherDestinations, now, null, null, now, cause, 503);
        for (var i = 0; i < count; i++)
            statistics.Add(outcome, clock.GetCurrentInstant());
    }

    /// <summary>It is sent to <see cref="RelayedCall.To"/>; another address of the same neighbour is no other attempt.</summary>
    public void Tried(RelayedCall call)
    {
        ref var tried = ref call.Progress.Outgoing;
        if (tried.Partner is not null && tried.Partner == call.To.Neighbour?.Neighbour.Id)
            return;
        End(call, ref tried, CallDirection.Outgoing, 408, loop.NowNs); // nobody answered there
        Begin(ref tried, call.To);
    }

    /// <summary>A response came to its INVITE: ringing is a 180, or a 183 that describes early media.</summary>
    public void Heard(RelayedCall call, SipMessage response)
    {
        ref var progress = ref call.Progress;
        switch (response.StatusCode)
        {
            case < 200:
                if (response.StatusCode == 180 || (response.StatusCode == 183 && SipBody.TryFindSdp(response, out _)))
                {
                    progress.Incoming.RingingNs ??= loop.NowNs;
                    progress.Outgoing.RingingNs ??= loop.NowNs;
                    Seen?.Invoke(call, CallPhase.Ringing);
                }

                break;
            case < 300:
                progress.Incoming.AnsweredNs ??= loop.NowNs;
                progress.Outgoing.AnsweredNs ??= loop.NowNs;
                Seen?.Invoke(call, CallPhase.Answered);
                break;
            default:
                (progress.Incoming.Cause, progress.Incoming.Status) = (Q850.Told(response), response.StatusCode);
                progress.Outgoing.Cause = progress.Incoming.Cause;
                End(call, ref progress.Outgoing, CallDirection.Outgoing, response.StatusCode, loop.NowNs);
                break;
        }
    }

    /// <summary>No call came of it: what the caller was answered.</summary>
    public void Failed(RelayedCall call, int status)
    {
        ref var progress = ref call.Progress;
        if (progress.Incoming.Status != status)
            progress.Incoming.Cause = 0; // the answer is not the one that told it
        progress.Incoming.AnsweredNs = progress.Outgoing.AnsweredNs = null;
        Seen?.Invoke(call, CallPhase.Over);
        End(call, ref progress.Outgoing, CallDirection.Outgoing, status, loop.NowNs);
        End(call, ref progress.Incoming, CallDirection.Incoming, status, loop.NowNs);
    }

    /// <summary>An answered call is over.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ended">When it ended, if that was before now: its last proof of life.</param>
    public void Ended(RelayedCall call, Instant? ended = null)
    {
        var endedNs = loop.NowNs - (ended is { } at ? (clock.GetCurrentInstant() - at).ToInt64Nanoseconds() : 0);
        Seen?.Invoke(call, CallPhase.Over);
        End(call, ref call.Progress.Outgoing, CallDirection.Outgoing, 200, endedNs);
        End(call, ref call.Progress.Incoming, CallDirection.Incoming, 200, endedNs);
    }

    void Begin(ref CallAttempt attempt, CallParty party) => attempt = new CallAttempt { Partner = party.Neighbour?.Neighbour.Id, StartedNs = loop.NowNs };

    void End(RelayedCall call, ref CallAttempt attempt, CallDirection direction, int status, long endedNs)
    {
        if (attempt.Partner is not { } partner)
            return;
        attempt.Partner = null;
        statistics.Add(
            new CallOutcome(
                partner, direction, call.Progress.Destination ?? CallStatistics.OtherDestinations, attempt.StartedNs, attempt.RingingNs, attempt.AnsweredNs, endedNs,
                attempt.Cause, status),
            clock.GetCurrentInstant());
    }
}
