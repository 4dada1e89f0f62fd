using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Quality;
using Meetpoint.Media.Quality;
using Meetpoint.Media.Relay;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Calls;

/// <summary>How well the two sides of an anchored call are heard: of its first line of sound, measured where it passes here. On the loop only.</summary>
/// <remarks>
/// A relay has no buffer and plays nothing: what comes is judged by what was lost on the way, with the delay that a buffer for its jitter would add. Of what each
/// side hears its own reports tell, less what was lost before it came here.
/// </remarks>
sealed class CallQuality(CallContext context, AnchoredCall anchored)
{
    readonly LegMeter _caller = new(QualityLeg.Caller, context.Quality);
    readonly LegMeter _called = new(QualityLeg.Called, context.Quality);

    /// <summary>Of both sides, as far as anything is known of them; null while nothing is.</summary>
    public IReadOnlyList<LegQuality>? Figures
    {
        get
        {
            LegQuality[] known = [.. new[] { _caller.Figures, _called.Figures }.OfType<LegQuality>()];
            return known.Length > 0 ? known : null;
        }
    }

    /// <summary>Takes what was counted by now; each second from the answer on.</summary>
    public void Measure(bool isLast = false)
    {
        if (anchored.Media.Lines.FirstOrDefault(line => line.IsAudio) is not { } line)
            return;
        var (caller, called) = (line.Relay.Statistics(RelaySide.A), line.Relay.Statistics(RelaySide.B));
        Measure(_caller, anchored.Call.From, anchored.Call.Caller, QualityCounts.Of(caller, called, line.Impairment), isLast);
        Measure(_called, anchored.Call.To, anchored.Call.Called, QualityCounts.Of(called, caller, line.Impairment), isLast);
    }

    /// <summary>The call is over: its figures for the record, null where there are none.</summary>
    public IReadOnlyList<LegQuality>? Finish()
    {
        Measure(isLast: true);
        context.Alarms.ClearWithin(anchored.Call.Id);
        return Figures;
    }

    void Measure(LegMeter meter, in CallParty party, string address, in QualityCounts counts, bool isLast)
    {
        if (!meter.Take(counts, null, context.Time.NowNs(), isLast) || meter.Figures is not { } figures || isLast)
            return;
        var half = party.Neighbour?.Neighbour.Exchange is null ? QualityHalf.Ours : QualityHalf.Link;
        context.Alarms.Set(
            new QualityAlarm(anchored.Call.Grant.Correlation, anchored.Call.Id, figures.Leg, address, half, figures.Leg.ToString()), meter.IsPoor, figures.Score);
    }
}
