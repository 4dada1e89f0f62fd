namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>
/// Figures of a partner and destination over a time. Attempts count in the period in which they end.
/// </summary>
/// <param name="Partner">The partner.</param>
/// <param name="Direction">Whether calls came from it or went to it.</param>
/// <param name="Destination">The destination; <see cref="CallStatistics.OtherDestinations"/> for those beyond what is kept apart.</param>
/// <param name="Seizures">Attempts.</param>
/// <param name="Answered">Attempts that were answered.</param>
/// <param name="Effective">Attempts in which the network did its part (<see cref="CallOutcome.IsEffective"/>).</param>
/// <param name="ConversationMs">Milliseconds from answer to end, of all together.</param>
/// <param name="Delayed">Attempts that rang or were answered: those that have a post-dial delay.</param>
/// <param name="DelayMs">Their post-dial delays together, in milliseconds.</param>
/// <param name="LongestDelayMs">The longest of them.</param>
/// <param name="Delays">How they are spread.</param>
/// <param name="Causes">Attempts by Q.850 cause, those that there were.</param>
public sealed record CallFigures(
    string Partner, CallDirection Direction, string Destination, long Seizures, long Answered, long Effective, long ConversationMs, long Delayed,
    long DelayMs, long LongestDelayMs, DelayHistogram Delays, IReadOnlyDictionary<int, long> Causes)
{
    /// <summary>Answer seizure ratio (ITU-T E.411, E.425): answered of all attempts, 0 to 1; null without attempts.</summary>
    public double? Asr => Ratio(Answered, Seizures);

    /// <summary>Network effectiveness ratio (ITU-T E.425): effective of all attempts, 0 to 1; null without attempts.</summary>
    public double? Ner => Ratio(Effective, Seizures);

    /// <summary>Average call duration: seconds from answer to end, over answered attempts; null without them.</summary>
    public double? AcdSeconds => Ratio(ConversationMs, Answered) / 1_000;

    /// <summary>Average post-dial delay: milliseconds from the INVITE to the first ringing, or to the answer without; null without either.</summary>
    public double? PddMs => Ratio(DelayMs, Delayed);

    /// <summary>The post-dial delay that half of the attempts with one stay within, in milliseconds, to seven percent; null without any.</summary>
    public long? PddMedianMs => Delays.Quantile(0.5);

    /// <summary>The post-dial delay that 95 of 100 of them stay within, likewise.</summary>
    public long? Pdd95Ms => Delays.Quantile(0.95);

    static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
