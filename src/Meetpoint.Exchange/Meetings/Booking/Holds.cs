using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>
/// What meetings keep for themselves: rooms, of which there is one, and ports, of which an agreement or the exchange has many.
/// </summary>
/// <remarks>
/// Checked and written in one transaction of the single writer, so two bookings can never both get the last. A hold of a change stands
/// beside the hold of the version that stands, and counts for the same meeting only once.
/// </remarks>
static class Holds
{
    /// <summary>Why a hold could not be had.</summary>
    /// <param name="Resource">What was asked for.</param>
    /// <param name="Until">When it is free again.</param>
    public sealed record Conflict(string Resource, Instant Until);

    sealed record Taken(string Meeting, long Starts, long Ends, long Amount);

    /// <summary>The name of a room as a resource.</summary>
    public static string Room(string endpointId) => "room:" + endpointId;

    /// <summary>The name of an agreement's ports as a resource.</summary>
    public static string Ports(string agreementId) => "ports:" + agreementId;

    /// <summary>Takes the amount over all occurrences, or nothing and says what is in the way.</summary>
    public static Conflict? TryTake(
        StoreTransaction transaction, Meeting meeting, string resource, long amount, long capacity, IReadOnlyList<Interval> occurrences)
    {
        var all = transaction.Query<Taken>(
            "SELECT meeting, starts, ends, amount FROM meeting_holds WHERE resource = @resource AND meeting <> @meeting AND starts < @until AND ends > @from",
            new
            {
                resource,
                meeting = meeting.Id,
                from = occurrences[0].Start.ToUnixTimeMilliseconds(),
                until = occurrences[^1].End.ToUnixTimeMilliseconds(),
            });
        // What the version that stands holds is not asked for again: a change concerns the occurrences that it changes.
        var kept = transaction.Query<Taken>(
                "SELECT meeting, starts, ends, amount FROM meeting_holds WHERE resource = @resource AND meeting = @meeting AND amount >= @amount",
                new { resource, meeting = meeting.Id, amount })
            .Select(taken => (taken.Starts, taken.Ends)).ToHashSet();
        foreach (var occurrence in occurrences)
        {
            if (!kept.Contains((occurrence.Start.ToUnixTimeMilliseconds(), occurrence.End.ToUnixTimeMilliseconds()))
                && Peak(all, occurrence, out var free) + amount > capacity)
                return new Conflict(resource, free);
        }

        foreach (var occurrence in occurrences)
        {
            transaction.Execute(
                """
                INSERT INTO meeting_holds (resource, meeting, sequence, starts, ends, amount)
                VALUES (@resource, @meeting, @sequence, @starts, @ends, @amount) ON CONFLICT DO NOTHING
                """,
                new
                {
                    resource,
                    meeting = meeting.Id,
                    sequence = meeting.Sequence,
                    starts = occurrence.Start.ToUnixTimeMilliseconds(),
                    ends = occurrence.End.ToUnixTimeMilliseconds(),
                    amount,
                });
        }

        return null;
    }

    /// <summary>Lets go what one version of a meeting holds.</summary>
    public static void Release(StoreTransaction transaction, string meeting, int sequence) =>
        transaction.Execute("DELETE FROM meeting_holds WHERE meeting = @meeting AND sequence = @sequence", new { meeting, sequence });

    /// <summary>Lets go what versions before this one hold.</summary>
    public static void ReleaseBefore(StoreTransaction transaction, string meeting, int sequence) =>
        transaction.Execute("DELETE FROM meeting_holds WHERE meeting = @meeting AND sequence < @sequence", new { meeting, sequence });

    /// <summary>Lets go all that a meeting holds.</summary>
    public static void ReleaseAll(StoreTransaction transaction, string meeting) =>
        transaction.Execute("DELETE FROM meeting_holds WHERE meeting = @meeting", new { meeting });

    /// <summary>Times at which a room is taken between two instants, for free/busy and the room's feed.</summary>
    public static IReadOnlyList<(string Meeting, Interval When)> Busy(StoreReader reader, string resource, Interval within) =>
        [.. reader.Query<Taken>(
            "SELECT meeting, starts, ends, amount FROM meeting_holds WHERE resource = @resource AND starts < @until AND ends > @from ORDER BY starts",
            new { resource, from = within.Start.ToUnixTimeMilliseconds(), until = within.End.ToUnixTimeMilliseconds() })
            .Select(taken => (taken.Meeting, new Interval(
                Instant.FromUnixTimeMilliseconds(taken.Starts), Instant.FromUnixTimeMilliseconds(taken.Ends))))];

    /// <summary>The most that others hold at once during the occurrence, each meeting counted once; and when the last of them ends.</summary>
    static long Peak(IReadOnlyList<Taken> others, Interval occurrence, out Instant free)
    {
        var from = occurrence.Start.ToUnixTimeMilliseconds();
        var until = occurrence.End.ToUnixTimeMilliseconds();
        var overlapping = others.Where(taken => taken.Starts < until && taken.Ends > from).ToList();
        free = occurrence.Start;
        long peak = 0;
        foreach (var begin in overlapping.Select(taken => Math.Max(taken.Starts, from)).Distinct())
        {
            var atOnce = overlapping.Where(taken => taken.Starts <= begin && taken.Ends > begin)
                .GroupBy(taken => taken.Meeting).Sum(versions => versions.Max(taken => taken.Amount));
            peak = Math.Max(peak, atOnce);
        }

        if (overlapping.Count > 0)
            free = Instant.FromUnixTimeMilliseconds(overlapping.Max(taken => taken.Ends));
        return peak;
    }
}
