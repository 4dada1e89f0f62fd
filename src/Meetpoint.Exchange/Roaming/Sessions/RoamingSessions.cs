using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>The roaming sessions of an exchange, put together. The hub hands in what was let in and what was reported.</summary>
sealed class RoamingSessions
{
    readonly Store _store;
    readonly IClock _clock;
    readonly Randomness _randomness;
    readonly Func<World> _world;
    readonly IUsageTerms _terms;
    readonly SessionIntake _intake;
    readonly StoreSweep _sweep;
    volatile PersonKey? _key;

    /// <param name="exchange">This one.</param>
    /// <param name="store">Where sessions live.</param>
    /// <param name="usage">Takes their records of use.</param>
    /// <param name="terms">Of agreements.</param>
    /// <param name="world">The current snapshot.</param>
    /// <param name="clock">Wall time.</param>
    /// <param name="randomness">Of the keys of people's names.</param>
    /// <param name="post">Runs on the loop what another thread hands over.</param>
    public RoamingSessions(
        string exchange, Store store, UsageBook usage, IUsageTerms terms, Func<World> world, IClock clock, Randomness randomness, Action<Action> post)
    {
        (_store, _terms, _world, _clock, _randomness) = (store, terms, world, clock, randomness);
        Book = new SessionBook(new SessionSettlement(exchange, usage, world), LinksOf);
        _intake = new SessionIntake(store, Book, post);
        _sweep = new StoreSweep(store, IsAnythingDue, SweepStoreAsync);
    }

    /// <summary>The sessions themselves.</summary>
    public SessionBook Book { get; }

    /// <summary>By which people are named now. After <see cref="StartAsync"/>.</summary>
    public PersonKey Key => _key ?? throw new InvalidOperationException("the sessions are not started");

    /// <summary>Before anything is reported.</summary>
    public Task StartAsync() => RenewKeyAsync();

    /// <inheritdoc cref="SessionIntake.Take"/>
    public bool Take(AccountingReport? report, Action<bool> done, Action<StoreTransaction>? also = null) => _intake.Take(report, done, also);

    /// <summary>Remembers who was let in. What is lost with a crash is counted as let in by nobody: nothing is charged by it.</summary>
    public void Accept(RoamingAccept accept) => _store.Write(
        transaction =>
        {
            Book.Accept(transaction, accept);
            return true;
        },
        static _ => { },
        static _ => { });

    /// <summary>What a home provider's customer may use at a visited provider's now, and the cap that speaks against it. Reads the store: never on the loop.</summary>
    /// <param name="visited">Whose network.</param>
    /// <param name="home">Whose customer.</param>
    /// <param name="person">As <see cref="PersonKey"/> names the customer.</param>
    public RoamingAllowance AllowanceOf(string visited, string home, string person)
    {
        var now = _clock.GetCurrentInstant();
        if (LinksOf(visited, home) is not [.., var nearest] || _terms.Find(nearest.Agreement, nearest.Hash) is not { } terms)
            return default;
        return RoamingAllowance.Of(terms.Agreement.Roaming, SessionRate.Of(terms, nearest.Home), SpentBy(terms, nearest, person, now, except: null));
    }

    /// <summary>Whether a session that is on must be ended now for what it has used. Reads the store: never on the loop.</summary>
    public AllowanceRefusal CrossedBy(SessionRow row)
    {
        var session = row.Session();
        if (session.State != SessionState.Open || session.Terms.Links is not [.., var nearest] || _terms.Find(nearest.Agreement, nearest.Hash) is not { } terms)
            return AllowanceRefusal.None;
        var (now, use) = (_clock.GetCurrentInstant(), session.Use);
        return RoamingAllowance.Crossed(
            terms.Agreement.Roaming, SessionRate.Of(terms, nearest.Home), SpentBy(terms, nearest, row.Person, now, except: row.Id), use.Seconds, use.OctetsIn, use.OctetsOut);
    }

    /// <summary>Ends, settles and forgets what is due.</summary>
    public async Task SweepAsync()
    {
        if (!PersonKeys.IsOf(Key, _clock.GetCurrentInstant()))
            await RenewKeyAsync().ConfigureAwait(false);
        await _sweep.RunAsync().ConfigureAwait(false);
    }

    RoamingSpent SpentBy(UsageTerms terms, SessionLink link, string? person, Instant now, string? except) =>
        _store.Read(reader => SpentReader.Of(reader, terms, link.Home, person, now, except));

    async Task SweepStoreAsync()
    {
        // Looked at first: a turn without anything due is to cost no commit.
        var now = _clock.GetCurrentInstant();
        if (!_store.Read(reader => SessionRows.Due(reader, now, 1).Count > 0 || IsAnyRestart(reader)))
            return;
        while (await _store.WriteAsync(transaction => Book.Sweep(transaction, _clock.GetCurrentInstant())).ConfigureAwait(false))
        {
            // A few rows at a time, so that others get their turn.
        }
    }

    static bool IsAnythingDue(StoreReader reader) =>
        reader.Query<string>("SELECT id FROM roaming_sessions WHERE due IS NOT NULL LIMIT 1").Count > 0 || IsAnyRestart(reader);

    static bool IsAnyRestart(StoreReader reader) => reader.Query<string>("SELECT nas FROM roaming_restarts LIMIT 1").Count > 0;

    async Task RenewKeyAsync() => _key = await _store.WriteAsync(transaction => PersonKeys.Ensure(transaction, _clock.GetCurrentInstant(), _randomness)).ConfigureAwait(false);

    /// <summary>From the visited side: the agreement of the two, or those with the third that it goes by.</summary>
    List<SessionLink> LinksOf(string visited, string home)
    {
        var (world, now) = (_world(), _clock.GetCurrentInstant());
        if (RoamingCover.Direct(world, home, visited, now) is { } direct)
            return [new SessionLink(direct.Agreement.Id, direct.VersionHash, visited, home)];
        if (!RoamingCover.TryTransit(world, home, visited, now, out var first))
            return [];
        var third = first!.Agreement.Parties[first.AToB ? 1 : 0];
        return RoamingCover.Direct(world, third, visited, now) is { } second
            ? [new SessionLink(second.Agreement.Id, second.VersionHash, visited, third), new SessionLink(first.Agreement.Id, first.VersionHash, third, home)]
            : [];
    }
}
