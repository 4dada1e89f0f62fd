using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Meetpoint.Radius.Packets;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>The roaming sessions of an exchange, put together. The hub hands in what was let in and what was reported.</summary>
sealed class RoamingSessions : IReportedSessions
{
    /// <summary>How often it is looked whether accepts wait too long for their reports.</summary>
    const long TurnNs = MonotonicTime.Second;

    readonly Store _store;
    readonly IClock _clock;
    readonly Randomness _randomness;
    readonly Func<World> _world;
    readonly IUsageTerms _terms;
    readonly IExchangeLog _log;
    readonly IEventLoop _loop;
    readonly SessionIntake _intake;
    readonly WaitingAccepts _accepts = new();
    readonly AgreedLimits _limits;
    readonly SpentBook _spent;
    readonly CrossingWatch _crossing;
    readonly LoopTimer _timer;
    readonly StoreSweep _sweep;
    bool _isTurning;
    volatile PersonKey? _key;

    /// <param name="exchange">This one.</param>
    /// <param name="store">Where sessions live.</param>
    /// <param name="usage">Takes their records of use.</param>
    /// <param name="terms">Of agreements.</param>
    /// <param name="world">The current snapshot.</param>
    /// <param name="clock">Wall time.</param>
    /// <param name="randomness">Of the keys of people's names.</param>
    /// <param name="loop">The hub's.</param>
    /// <param name="log">For the operator.</param>
    public RoamingSessions(
        string exchange, Store store, UsageBook usage, IUsageTerms terms, Func<World> world, IClock clock, Randomness randomness, IEventLoop loop, IExchangeLog log)
    {
        (_store, _terms, _world, _clock, _randomness, _loop, _log) = (store, terms, world, clock, randomness, loop, log);
        Book = new SessionBook(new SessionSettlement(exchange, usage, world), LinksOf);
        _intake = new SessionIntake(store, Book, this, loop.Post);
        _limits = new AgreedLimits(world, terms, LinksOf, clock);
        _spent = new SpentBook(store, loop, clock, OnFault);
        _crossing = new CrossingWatch(_limits, _spent, OnCrossed);
        _timer = new LoopTimer(loop, OnTurn);
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

    /// <summary>Whoever ends sessions. Told on the loop of each that has crossed what it may, once until <see cref="Answered"/>.</summary>
    public Action<CrossedSession>? Crossed { get; set; }

    /// <inheritdoc cref="CrossingWatch.Answered"/>
    public void Answered(string id) => _crossing.Answered(id);

    /// <summary>Who was let in, and is waited for in memory. On the loop.</summary>
    public int Waiting => _accepts.Count;

    /// <summary>True when agreements in force let a home provider's customers roam there.</summary>
    public bool IsCovered(string visited, string home) => LinksOf(visited, home).Count > 0;

    /// <summary>True when an agreement in force bounds what a home provider's customers use there. On the loop.</summary>
    public bool HasLimit(string visited, string home) => _limits.Of(visited, home) is not null;

    /// <summary>
    /// Why somebody is not to be let in at all; none where that is not known yet, and then it is being read for <see cref="TryAllow"/>. At the first request of a conversation, on the loop.
    /// </summary>
    /// <param name="visited">Whose network.</param>
    /// <param name="home">Whose customer.</param>
    /// <param name="request">What is asked.</param>
    public AllowanceRefusal Refused(string visited, string home, in RadiusPacket request) =>
        _limits.Of(visited, home) is { } limit && (limit.HasCap || limit.HasExposure) && _spent.TryFind(limit, AcceptReader.PersonOf(request, Key), out var spent)
            ? RoamingAllowance.Of(limit.Terms, limit.Rates, spent).Refusal : AllowanceRefusal.None;

    /// <summary>What somebody may use who is about to be let in. On the loop. False while it is being read.</summary>
    /// <param name="visited">Whose network.</param>
    /// <param name="home">Whose customer.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="isOverdue">True when it was waited for long enough: what is not known counts as <see cref="RoamingAllowance.WhileUnknown"/> then.</param>
    /// <param name="allowance">What the agreement gives.</param>
    /// <param name="whenKnown">Called on the loop when it is worth asking again.</param>
    public bool TryAllow(string visited, string home, in RadiusPacket request, bool isOverdue, out RoamingAllowance allowance, Action? whenKnown = null)
    {
        allowance = default;
        if (_limits.Of(visited, home) is not { } limit)
            return true;
        var spent = default(RoamingSpent);
        var isKnown = !(limit.HasCap || limit.HasExposure) || _spent.TryFind(limit, AcceptReader.PersonOf(request, Key), out spent, whenKnown);
        allowance = isKnown ? RoamingAllowance.Of(limit.Terms, limit.Rates, spent) : RoamingAllowance.WhileUnknown(limit.Terms);
        return isKnown || isOverdue;
    }

    /// <summary>An Access-Accept goes to the access server. On the loop.</summary>
    /// <param name="visited">Whose network.</param>
    /// <param name="route">Of the customer's realm.</param>
    /// <param name="neighbour">Who asked.</param>
    /// <param name="request">As it went to the home.</param>
    /// <param name="answer">As it came from there.</param>
    /// <param name="bounds">What the access server is given.</param>
    public void Accept(string visited, RealmRoute route, string neighbour, in RadiusPacket request, in RadiusPacket answer, SessionBounds bounds)
    {
        // Who does not say who he is cannot be told from others when he is reported.
        if (!request.TryFind(AttributeType.CallingStationId, out var calling))
            return;
        if (LetIn.Of(calling.Value, request, answer, new ReportSource(visited, route.Provider.Id, route.Realm, neighbour), bounds, Key, _clock.GetCurrentInstant()) is { } accept)
            Accept(accept);
    }

    /// <summary>Remembers who was let in. What is lost with a crash is counted as let in by nobody: nothing is charged by it. On the loop.</summary>
    public void Accept(LetIn accept)
    {
        _accepts.Add(accept, _loop.NowNs);
        if (_accepts.Count > WaitingAccepts.Max)
            WriteLate(_loop.NowNs);
        if (_isTurning)
            return;
        _isTurning = true;
        _timer.Arm(TurnNs);
    }

    /// <inheritdoc/>
    LetIn? IReportedSessions.AcceptOf(AccountingReport report) => _accepts.Find(report);

    /// <inheritdoc/>
    void IReportedSessions.OnDurable(AccountingReport report, in SessionTake take, LetIn? accept)
    {
        if (take.TookAccept)
            _accepts.Remove(accept!);
        _crossing.OnReport(report, take);
    }

    /// <inheritdoc/>
    public void OnFault(Exception fault) => _log.Fault("roaming sessions", fault);

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

    void OnTurn(long nowNs)
    {
        WriteLate(nowNs);
        _isTurning = _accepts.Count > 0;
        if (_isTurning)
            _timer.Arm(TurnNs);
    }

    void WriteLate(long nowNs)
    {
        while (_accepts.TakeLate(nowNs) is { Count: > 0 } late)
        {
            _store.Write(
                transaction =>
                {
                    foreach (var accept in late)
                        Book.Accept(transaction, accept.Accept);
                    return true;
                },
                static _ => { },
                fault => _loop.Post(() => OnFault(fault)));
        }
    }

    void OnCrossed(CrossedSession crossed)
    {
        _log.RoamingCrossed(crossed.Id, crossed.Source.Neighbour, crossed.Why.ToString());
        Crossed?.Invoke(crossed);
    }

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
        if (!RoamingCover.TryTransit(world, home, visited, now, out var first, out var third))
            return [];
        return RoamingCover.Direct(world, third, visited, now) is { } second
            ? [new SessionLink(second.Agreement.Id, second.VersionHash, visited, third), new SessionLink(first!.Agreement.Id, first.VersionHash, third, home)]
            : [];
    }
}
