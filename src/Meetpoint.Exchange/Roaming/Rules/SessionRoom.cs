using System.Collections.Concurrent;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>
/// Whether agreements that bound how many sessions go on at one time have room for another. The store is where any node learns that a session ended, so that the sessions are counted there every few
/// seconds, and those that were let in here since are added. What is asked at one moment may go over by as many as are under way.
/// </summary>
/// <param name="store">Where the sessions are.</param>
/// <param name="world">In force.</param>
/// <param name="clock">Wall time.</param>
sealed class SessionRoom(Store store, Func<World> world, IClock clock)
{
    /// <summary>Sessions of two providers that are told apart: beyond it every limit is reached.</summary>
    const int MaxCounted = 1_000_000_000;

    static readonly Duration _countedEvery = Duration.FromSeconds(5);

    readonly ConcurrentDictionary<Side, int> _accepted = new();
    volatile Counted _counted = new([], []);
    Instant _countedNext;

    /// <summary>The index by which they are counted: what is over is most of the table.</summary>
    public static Migration Migration { get; } = new(
        "roaming-sessions-on-001", "sessions that go on, to be counted",
        "CREATE INDEX roaming_sessions_on ON roaming_sessions (visited, home, state) WHERE state IN ('open', 'accepted')");

    /// <summary>The agreement that has no room for another session; null where all have.</summary>
    public AgreementLink? FullOf(in Grant grant)
    {
        for (var i = 0; i < grant.LinkCount; i++)
        {
            if (grant.Link(i) is { Agreement.Roaming.MaxSessions: { } most } link && Count(Side.Of(link)) >= most)
                return link;
        }

        return null;
    }

    /// <summary>A home has let somebody in.</summary>
    public void Accepted(in Grant grant)
    {
        for (var i = 0; i < grant.LinkCount; i++)
        {
            if (grant.Link(i) is { Agreement.Roaming.MaxSessions: not null } link)
                _accepted.AddOrUpdate(Side.Of(link), 1, static (_, count) => unchecked(count + 1));
        }
    }

    /// <summary>Counts, when it is time and an agreement asks for it. Reads the store: never on the loop.</summary>
    public Task CountAsync()
    {
        var (current, now) = (world(), clock.GetCurrentInstant());
        if (now < _countedNext || !current.Document.Agreements.Any(agreement => agreement.Roaming?.MaxSessions is not null))
            return Task.CompletedTask;
        _countedNext = now + _countedEvery;
        // Before they are read: who is let in meanwhile may be counted twice until the next time, and not missed.
        var before = _accepted.ToDictionary();
        var counts = new Dictionary<Side, int>();
        foreach (var pair in store.Read(Pairs))
        {
            var (first, second) = RoamingCover.Way(current, pair.Visited, pair.Home, now);
            Add(first, pair.Sessions);
            Add(second, pair.Sessions);
        }

        _counted = new Counted(counts, before);
        return Task.CompletedTask;

        void Add(AgreementLink? link, long sessions)
        {
            if (link is not null)
                counts[Side.Of(link)] = counts.GetValueOrDefault(Side.Of(link)) + (int)Math.Min(sessions, MaxCounted);
        }
    }

    static IReadOnlyList<Pair> Pairs(StoreReader reader) =>
        reader.Query<Pair>("SELECT visited, home, COUNT(*) AS sessions FROM roaming_sessions WHERE state IN ('open', 'accepted') GROUP BY visited, home");

    int Count(Side side)
    {
        var counted = _counted;
        return counted.Sessions.GetValueOrDefault(side) + unchecked(_accepted.GetValueOrDefault(side) - counted.AcceptedBefore.GetValueOrDefault(side));
    }

    /// <summary>An agreement in one direction.</summary>
    readonly record struct Side(string Agreement, bool AToB)
    {
        public static Side Of(AgreementLink link) => new(link.Agreement.Id, link.AToB);
    }

    sealed record Counted(Dictionary<Side, int> Sessions, Dictionary<Side, int> AcceptedBefore);

    sealed record Pair(string Visited, string Home, long Sessions);
}
