using System.Collections.Immutable;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// A stretch over which a NAS counted without beginning anew: from when its counting began until its last report, and the most and least that was reported.
/// </summary>
/// <remarks>
/// Reports whose stretches meet are of one run, and of a run only extremes are kept: so neither order nor doubling of reports makes a difference.
/// </remarks>
/// <param name="FromMs">Milliseconds since 1970 at which the counting began; <see cref="long.MinValue"/> when the NAS does not say.</param>
/// <param name="UntilMs">Of the last report.</param>
/// <param name="Seconds">The most Acct-Session-Time.</param>
/// <param name="LeastSeconds">The least; <see cref="long.MaxValue"/> when the NAS does not say.</param>
/// <param name="In">The most octets from the user.</param>
/// <param name="LeastIn">The least.</param>
/// <param name="Out">The most octets to the user.</param>
/// <param name="LeastOut">The least.</param>
/// <param name="PacketsIn">The most packets from the user.</param>
/// <param name="PacketsOut">The most packets to the user.</param>
sealed record CountingRun(long FromMs, long UntilMs, long Seconds, long LeastSeconds, long In, long LeastIn, long Out, long LeastOut, long PacketsIn, long PacketsOut)
{
    /// <summary>Runs kept of a session. A NAS that begins anew more often is not believed: its two earliest are one then, of which the higher counters stand.</summary>
    public const int MaxRuns = 8;

    /// <summary>What one report says; null when it has no counters.</summary>
    public static CountingRun? Of(AccountingReport report)
    {
        if (!report.HasOctets && report.SessionSeconds is null)
            return null;
        return new CountingRun(
            report.Origin?.ToUnixTimeMilliseconds() ?? long.MinValue, report.Event.ToUnixTimeMilliseconds(), report.SessionSeconds ?? 0,
            report.SessionSeconds ?? long.MaxValue, report.OctetsIn, report.OctetsIn, report.OctetsOut, report.OctetsOut, report.PacketsIn, report.PacketsOut);
    }

    /// <summary>The runs with one more report, in order of time.</summary>
    public static ImmutableArray<CountingRun> Add(ImmutableArray<CountingRun> runs, CountingRun report)
    {
        var others = ImmutableArray.CreateBuilder<CountingRun>(runs.Length + 1);
        foreach (var run in runs)
        {
            if (run.FromMs <= report.UntilMs && report.FromMs <= run.UntilMs)
                report = run.With(report);
            else
                others.Add(run);
        }

        others.Add(report);
        others.Sort((left, right) => left.FromMs != right.FromMs ? left.FromMs.CompareTo(right.FromMs) : left.UntilMs.CompareTo(right.UntilMs));
        while (others.Count > MaxRuns)
        {
            others[0] = others[0].With(others[1]);
            others.RemoveAt(1);
        }

        return others.ToImmutable();
    }

    /// <summary>
    /// What was used in all. A run stands on top of the one before only when the NAS says that it began anew: its time went back too. Otherwise the
    /// higher counter stands, since a counter does not go back.
    /// </summary>
    public static CountedUse Total(ImmutableArray<CountingRun> runs)
    {
        var (total, resets) = (default(CountedUse), 0);
        CountingRun? now = null;
        foreach (var run in runs)
        {
            if (now is not null && run.LeastSeconds < now.Seconds && (run.LeastIn < now.In || run.LeastOut < now.Out))
            {
                total = total.Plus(now);
                resets++;
                now = run;
            }
            else
            {
                now = now is null ? run : now.With(run);
            }
        }

        return (now is null ? total : total.Plus(now)) with { Resets = resets };
    }

    CountingRun With(CountingRun other) => new(
        Math.Min(FromMs, other.FromMs), Math.Max(UntilMs, other.UntilMs), Math.Max(Seconds, other.Seconds), Math.Min(LeastSeconds, other.LeastSeconds),
        Math.Max(In, other.In), Math.Min(LeastIn, other.LeastIn), Math.Max(Out, other.Out), Math.Min(LeastOut, other.LeastOut),
        Math.Max(PacketsIn, other.PacketsIn), Math.Max(PacketsOut, other.PacketsOut));
}

/// <summary>What a session used. Nothing of it is ever negative, and sums stop at the largest number.</summary>
/// <param name="Seconds">Acct-Session-Time of all runs.</param>
/// <param name="OctetsIn">From the user.</param>
/// <param name="OctetsOut">To the user.</param>
/// <param name="PacketsIn">From the user.</param>
/// <param name="PacketsOut">To the user.</param>
/// <param name="Resets">How often the NAS began anew.</param>
readonly record struct CountedUse(long Seconds, long OctetsIn, long OctetsOut, long PacketsIn, long PacketsOut, int Resets = 0)
{
    internal CountedUse Plus(CountingRun run) => new(
        Sum(Seconds, run.Seconds), Sum(OctetsIn, run.In), Sum(OctetsOut, run.Out), Sum(PacketsIn, run.PacketsIn), Sum(PacketsOut, run.PacketsOut), Resets);

    /// <summary>The sum, or the largest number where it is beyond.</summary>
    static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}
