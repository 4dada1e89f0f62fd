using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// How well a visited provider's accounting kept the rules towards a home provider: counts of settled sessions over some days, and what they come to.
/// </summary>
/// <param name="Visited">Whose accounting.</param>
/// <param name="Home">Towards whom.</param>
/// <param name="Sessions">Sessions that were settled, with those of which nothing was reported.</param>
/// <param name="ClassKept">Whose every report had the Class of the Access-Accept, or that were given none.</param>
/// <param name="CuiKept">The same of the Chargeable-User-Identity.</param>
/// <param name="InterimsKept">Whose interims came as often as was asked for.</param>
/// <param name="Complete">With a Start and a Stop.</param>
/// <param name="Rising">Whose counters never went back.</param>
/// <param name="InTime">Whose clock stood within a minute of ours, and whose reports came within a minute.</param>
/// <param name="Unreported">Let in, and never reported.</param>
public sealed record RoamingScore(
    string Visited, string Home, long Sessions, long ClassKept, long CuiKept, long InterimsKept, long Complete, long Rising, long InTime, long Unreported)
{
    /// <summary>0 to 100, rounded down: each rule's share of sessions weighs the same. 100 without any session.</summary>
    public int Score => Sessions == 0 ? 100 : (int)(100 * (ClassKept + CuiKept + InterimsKept + Complete + Rising + InTime) / (6 * Sessions));
}

/// <summary>Counts for scores, by pair of providers and day.</summary>
static class RoamingScores
{
    /// <summary>A clock or a report may be this far off, in seconds.</summary>
    const long InTimeSeconds = SessionEvidence.LateAfterSeconds;

    /// <summary>Counts one session, in the transaction that settles it. What was never reported keeps no rule.</summary>
    public static void Count(StoreTransaction transaction, SessionRow row, RoamingSession session)
    {
        var evidence = session.Evidence;
        var isReported = evidence.Reports > 0;
        transaction.Execute(
            """
            INSERT INTO roaming_scores (visited, home, day, sessions, class_kept, cui_kept, interims_kept, complete, rising, in_time, unreported)
            VALUES (@visited, @home, @day, 1, @class_kept, @cui_kept, @interims_kept, @complete, @rising, @in_time, @unreported)
            ON CONFLICT (visited, home, day) DO UPDATE SET sessions = roaming_scores.sessions + 1, class_kept = roaming_scores.class_kept + @class_kept,
                cui_kept = roaming_scores.cui_kept + @cui_kept, interims_kept = roaming_scores.interims_kept + @interims_kept,
                complete = roaming_scores.complete + @complete, rising = roaming_scores.rising + @rising, in_time = roaming_scores.in_time + @in_time,
                unreported = roaming_scores.unreported + @unreported
            """,
            new
            {
                row.Visited,
                row.Home,
                day = DayOf(session.Ended),
                classKept = isReported && evidence.ClassMissing == 0,
                cuiKept = isReported && evidence.CuiMissing == 0,
                interimsKept = isReported && evidence.Gaps == 0,
                complete = evidence.Starts > 0 && evidence.Stops > 0,
                rising = isReported && evidence.WentBack == 0,
                inTime = isReported && evidence.Late == 0 && evidence.MaxSkewSeconds <= InTimeSeconds,
                unreported = !isReported,
            });
    }

    /// <summary>The scores of some days, both included; those of a visited provider, of what concerns a party, or all. By provider.</summary>
    public static IReadOnlyList<RoamingScore> Of(StoreReader reader, LocalDate from, LocalDate until, string? visited, string? party) => reader.Query<RoamingScore>(
        $"""
        SELECT visited, home, SUM(sessions) AS sessions, SUM(class_kept) AS class_kept, SUM(cui_kept) AS cui_kept, SUM(interims_kept) AS interims_kept,
            SUM(complete) AS complete, SUM(rising) AS rising, SUM(in_time) AS in_time, SUM(unreported) AS unreported
        FROM roaming_scores WHERE day >= @from AND day <= @until {(visited is null ? "" : "AND visited = @visited")} {(party is null ? "" : "AND (visited = @party OR home = @party)")}
        GROUP BY visited, home ORDER BY visited, home
        """,
        new { from, until, visited, party });

    static LocalDate DayOf(Instant instant) => instant.InUtc().Date;
}
