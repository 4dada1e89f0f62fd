using NodaTime;

namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>
/// Adds up how calls went, by partner, direction and destination, in periods of fifteen minutes (the read-out period of ITU-T E.500): ASR, NER, ACD, PDD and causes.
/// </summary>
/// <remarks>
/// Thread safe; <see cref="Add"/> holds a lock for less than a microsecond and allocates only for the first call of a pair in a period. Bounded: there
/// are at most <see cref="MaxCells"/> pairs over all periods, at some 1,300 bytes each; when there would be more, the oldest period goes. In one
/// period a partner's further destinations are added up under <see cref="OtherDestinations"/> once it has <see cref="MaxPairs"/> pairs. In memory
/// alone: a restart begins anew.
/// </remarks>
public sealed class CallStatistics
{
    /// <summary>Length of a period.</summary>
    public static readonly Duration Period = Duration.FromMinutes(15);

    /// <summary>Periods kept: a week.</summary>
    public const int MaxPeriods = 672;

    /// <summary>Sets of partner, direction and destination over all periods.</summary>
    public const int MaxCells = 20_000;

    /// <summary>Pairs in one period that are kept apart.</summary>
    public const int MaxPairs = 2_000;

    /// <summary>Destination that stands for all beyond <see cref="MaxPairs"/>.</summary>
    public const string OtherDestinations = "*";

    /// <summary>Destination that stands for all of them added up.</summary>
    public const string AllDestinations = "";

    readonly Lock _lock = new();
    readonly SortedList<long, Dictionary<CallKey, CallCell>> _periods = [];
    int _cells;

    /// <summary>Counts an attempt that is over.</summary>
    /// <param name="outcome">How it went.</param>
    /// <param name="endedAt">When it ended, by the wall clock.</param>
    public void Add(in CallOutcome outcome, Instant endedAt)
    {
        var period = PeriodOf(endedAt);
        lock (_lock)
        {
            if (!_periods.TryGetValue(period, out var pairs))
            {
                if (_periods.Count >= MaxPeriods && period < _periods.GetKeyAtIndex(0))
                    return; // older than anything that is kept
                _periods[period] = pairs = [];
                while (_periods.Count > MaxPeriods)
                    DropOldest();
            }

            var key = new CallKey(outcome.Partner, outcome.Direction, outcome.Destination);
            if (!pairs.TryGetValue(key, out var cell))
            {
                if (pairs.Count >= MaxPairs)
                    key = key with { Destination = OtherDestinations };
                if (!pairs.TryGetValue(key, out cell))
                {
                    // A flood of partners that are made up must not end here either: beyond twice the pairs nothing is added.
                    if (pairs.Count >= 2 * MaxPairs)
                        return;
                    pairs[key] = cell = new CallCell();
                    _cells++;
                }
            }

            cell.Add(outcome);
            while (_cells > MaxCells && _periods.Count > 1)
                DropOldest();
        }
    }

    /// <summary>
    /// Figures of all periods that have any of that time, by partner, direction and destination; those with most attempts first.
    /// </summary>
    /// <param name="time">From its start to its end; whole periods are added up.</param>
    /// <param name="chosen">Only what it says yes to; null for all.</param>
    /// <param name="areDestinationsApart">False adds a partner's destinations up under <see cref="AllDestinations"/>.</param>
    public IReadOnlyList<CallFigures> Figures(Interval time, Predicate<CallKey>? chosen = null, bool areDestinationsApart = true)
    {
        var sums = new Dictionary<CallKey, CallCell>();
        lock (_lock)
        {
            var (first, end) = (PeriodOf(time.Start), time.End);
            foreach (var (period, pairs) in _periods)
            {
                if (period < first || StartOf(period) >= end)
                    continue;
                foreach (var (key, cell) in pairs)
                {
                    if (chosen is not null && !chosen(key))
                        continue;
                    var to = areDestinationsApart ? key : key with { Destination = AllDestinations };
                    if (!sums.TryGetValue(to, out var sum))
                        sums[to] = sum = new CallCell();
                    sum.Add(cell);
                }
            }
        }

        return [.. sums.Select(sum => sum.Value.Figures(sum.Key)).OrderByDescending(figures => figures.Seizures)
            .ThenBy(figures => figures.Partner, StringComparer.Ordinal).ThenBy(figures => figures.Direction).ThenBy(figures => figures.Destination, StringComparer.Ordinal)];
    }

    void DropOldest()
    {
        _cells -= _periods.GetValueAtIndex(0).Count;
        _periods.RemoveAt(0);
    }

    static long PeriodOf(Instant at) => (long)Math.Floor((at - NodaConstants.UnixEpoch) / Period);

    static Instant StartOf(long period) => NodaConstants.UnixEpoch + Period * period;
}

/// <summary>What attempts are added up by.</summary>
/// <param name="Partner">The partner: a neighbour.</param>
/// <param name="Direction">Whether calls came from it or went to it.</param>
/// <param name="Destination">Prefix or domain.</param>
public readonly record struct CallKey(string Partner, CallDirection Direction, string Destination);
