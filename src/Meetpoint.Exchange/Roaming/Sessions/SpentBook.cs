using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// What customers have used of what their agreements allow, in memory: read from the store when somebody is first asked for, and kept up to date by what is reported. Only where an agreement has
/// caps, or a limit of what is not settled.
/// </summary>
/// <remarks>
/// On one loop. A sum is read in the store's own order of work, and told of in the order of commits, as reports are: those that came before it are in it, and those after are added. So none is
/// counted twice or left out. What other nodes are told is seen when a sum is read again.
/// </remarks>
/// <param name="store">Where sessions and charges are.</param>
/// <param name="loop">The loop.</param>
/// <param name="clock">Wall time.</param>
/// <param name="failed">Told of a sum that could not be read.</param>
sealed class SpentBook(Store store, IEventLoop loop, IClock clock, Action<Exception> failed)
{
    /// <summary>Sums in memory, some 400 octets each; of more the one that was read longest ago is forgotten.</summary>
    public const int Max = 50_000;

    /// <summary>How long the sum of a customer stands before it is read again.</summary>
    static readonly Duration _customerStands = Duration.FromMinutes(10);

    /// <summary>How long that of a party stands: sessions are settled meanwhile.</summary>
    static readonly Duration _partyStands = Duration.FromMinutes(1);

    readonly Dictionary<(string Agreement, string Home, string? Person), Sum> _sums = [];
    readonly Queue<Sum> _inOrder = new();

    /// <summary>How many sums are known or being read.</summary>
    public int Count => _sums.Count;

    /// <summary>What was used until now. False while it is being read.</summary>
    /// <param name="limit">Whose caps count.</param>
    /// <param name="person">The customer; null where it is not known who: only what the party owes.</param>
    /// <param name="spent">The sums.</param>
    /// <param name="whenKnown">Called on the loop when one that is being read is known; not when it cannot be read. Null: nobody waits.</param>
    public bool TryFind(AgreedLimit limit, string? person, out RoamingSpent spent, Action? whenKnown = null)
    {
        spent = default;
        var now = clock.GetCurrentInstant();
        var customer = limit.HasCap && person is not null ? Known(limit, person, now) : null;
        var party = limit.HasExposure ? Known(limit, null, now) : null;
        if ((customer is null or { IsKnown: true }) && (party is null or { IsKnown: true }))
        {
            spent = new RoamingSpent(customer?.Spent.Today ?? 0, customer?.Spent.ThisMonth ?? 0, party?.Spent.Unsettled ?? 0);
            return true;
        }

        if (whenKnown is not null)
            (customer is { IsKnown: false } ? customer : party!).Waiters.Add(whenKnown);
        return false;
    }

    /// <summary>A report is durable: what its session costs more counts at once.</summary>
    public void Add(AgreedLimit limit, string person, RoamingSession? before, RoamingSession after)
    {
        if (!limit.HasCap || !_sums.TryGetValue((limit.Agreement, limit.Home, person), out var sum) || !sum.IsKnown)
            return;
        var (day, month) = (limit.Terms.CapPerDay, limit.Terms.CapPerMonth);
        sum.Spent = sum.Spent with
        {
            Today = sum.Spent.Today + More(day, sum.DayFrom),
            ThisMonth = sum.Spent.ThisMonth + More(month, sum.MonthFrom),
        };

        // A session counts where it was last heard of: the first report of a day brings all of it there.
        decimal More(string? cap, Instant from) => (after.Ended < from ? 0 : SpentReader.Cost(after, limit.Rates, cap)) - (before is null || before.Ended < from ? 0 : SpentReader.Cost(before, limit.Rates, cap));
    }

    Sum Known(AgreedLimit limit, string? person, Instant now)
    {
        var key = (limit.Agreement, limit.Home, person);
        if (_sums.TryGetValue(key, out var sum) && !sum.IsOver(now))
        {
            if (sum.IsKnown && !sum.IsReading && now >= sum.StandsUntil)
                Read(sum, limit, now); // what is known stands until then
            return sum;
        }

        // Those that were read anew stand in the order twice.
        while ((_sums.Count >= Max || _inOrder.Count >= 2 * Max) && _inOrder.TryDequeue(out var oldest))
            Forget(oldest);
        if (sum is not null)
            Forget(sum);
        _sums[key] = sum = new Sum(key);
        _inOrder.Enqueue(sum);
        Read(sum, limit, now);
        return sum;
    }

    void Read(Sum sum, AgreedLimit limit, Instant now)
    {
        sum.IsReading = true;
        var (agreement, person) = (limit.Usage.Agreement, sum.Key.Person);
        store.Write(
            transaction => person is null
                ? new RoamingSpent(0, 0, SpentReader.OfParty(transaction, limit.Usage, limit.Home))
                : SpentReader.OfCustomer(transaction, limit.Usage, limit.Home, person, now, except: null),
            spent => loop.Post(() =>
            {
                (sum.Spent, sum.IsKnown) = (spent, true);
                sum.StandsUntil = now + (person is null ? _partyStands : _customerStands);
                var zone = DateTimeZoneProviders.Tzdb[agreement.TimeZone];
                sum.DayFrom = now.InZone(zone).Date.AtStartOfDayInZone(zone).ToInstant();
                sum.DayUntil = now.InZone(zone).Date.PlusDays(1).AtStartOfDayInZone(zone).ToInstant();
                sum.MonthFrom = StatementPeriod.Of(now, agreement.TimeZone).From;
                Tell(sum);
            }),
            fault => loop.Post(() =>
            {
                failed(fault);
                Forget(sum); // the next that asks tries again; who waits now waits no longer than he would have
                sum.IsReading = false;
                sum.Waiters.Clear();
            }));
    }

    static void Tell(Sum sum)
    {
        sum.IsReading = false;
        Action[] waiters = [.. sum.Waiters];
        sum.Waiters.Clear();
        foreach (var waiter in waiters)
            waiter();
    }

    void Forget(Sum sum)
    {
        if (_sums.TryGetValue(sum.Key, out var known) && ReferenceEquals(known, sum))
            _sums.Remove(sum.Key);
    }

    sealed class Sum((string Agreement, string Home, string? Person) key)
    {
        public (string Agreement, string Home, string? Person) Key => key;

        public RoamingSpent Spent { get; set; }

        public bool IsKnown { get; set; }

        public bool IsReading { get; set; }

        public Instant StandsUntil { get; set; }

        public Instant DayFrom { get; set; }

        public Instant DayUntil { get; set; }

        public Instant MonthFrom { get; set; }

        public List<Action> Waiters { get; } = [];

        /// <summary>Of another day than it was read in.</summary>
        public bool IsOver(Instant now) => IsKnown && (now >= DayUntil || now < DayFrom);
    }
}
