using System.Runtime.InteropServices;
using NodaTime;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>A session in the ring: where its messages stand, in order; at most the newest <see cref="TraceLimits.MessagesPerSession"/>.</summary>
/// <param name="Name">What it is called: Session-ID or Call-ID of its first message.</param>
/// <param name="First">Where its first message stands: its place among the sessions.</param>
/// <param name="Positions">Where the messages stand.</param>
/// <param name="IsCut">True when it has more.</param>
sealed record TracedSession(string Name, ulong First, IReadOnlyList<ulong> Positions, bool IsCut);

/// <summary>Finds past sessions.</summary>
static class TraceLookup
{
    /// <summary>
    /// Sessions that are looked for, the newest first. Reads the whole ring: some 2 us a message. Any thread.
    /// </summary>
    /// <param name="ring">Where.</param>
    /// <param name="query">What.</param>
    /// <param name="sees">Which records the caller may see; others are as if they were not there.</param>
    /// <param name="since">Only sessions with a message at or after this; null for all.</param>
    /// <param name="before">Only sessions whose first message stands before this position; null for all.</param>
    /// <param name="limit">Sessions at the most.</param>
    public static List<TracedSession> Find(TraceRing ring, TraceQuery query, Predicate<TraceRecord> sees, Instant? since, ulong? before, int limit)
    {
        var index = new TraceIndex(query);
        var record = new TraceRecord();
        var recent = ulong.MaxValue; // the first position that counts as since
        for (var position = 0UL; ring.TryRead(ref position, record);)
        {
            if (!sees(record))
                continue;
            if (recent == ulong.MaxValue && (since is null || record.At >= since))
                recent = record.Position;
            index.Take(record, out _);
        }

        var positions = new Dictionary<int, List<ulong>>();
        foreach (var entry in index.Entries)
        {
            if (!index.IsWanted(entry.Node))
                continue;
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(positions, index.Find(entry.Node), out _);
            (list ??= []).Add(entry.Position);
        }

        var sessions = new List<TracedSession>();
        foreach (var (node, list) in positions.Where(session => session.Value[^1] >= recent && (before is null || session.Value[0] < before))
            .OrderByDescending(session => session.Value[0]).Take(limit))
        {
            var first = list[0];
            if (!ring.TryRead(ref first, record))
                break;
            var isCut = list.Count > TraceLimits.MessagesPerSession;
            sessions.Add(new TracedSession(index.NameOf(node, record), list[0], isCut ? list[^TraceLimits.MessagesPerSession..] : list, isCut));
        }

        return sessions;
    }
}
