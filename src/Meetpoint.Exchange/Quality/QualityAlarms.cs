using System.Globalization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Quality;

/// <summary>The legs that are poor now: each is an event and a log line when it becomes so and when it is well again, and stands in the API meanwhile.</summary>
/// <remarks>
/// What is written is bounded, so that a link that a hundred legs cross is not a hundred lines a minute: a leg is told of again after <see cref="Quiet"/> at the
/// soonest, and a meeting by <see cref="MaxToldWithin"/> alarms in that time. What is not told stands in the API all the same. On the loop only.
/// </remarks>
sealed class QualityAlarms(EventLog events, IExchangeLog log, IClock clock)
{
    /// <summary>Alarms that are kept; what is more is not.</summary>
    public const int MaxOpen = 1_000;

    /// <summary>Alarms of one meeting or call that are told of within <see cref="Quiet"/>.</summary>
    public const int MaxToldWithin = 10;

    /// <summary>Before this a leg is not told of a second time.</summary>
    public static readonly Duration Quiet = Duration.FromMinutes(1);

    readonly Dictionary<(string Within, string Id), Open> _open = [];
    readonly Dictionary<(string Within, string Id), Instant> _told = [];
    readonly Dictionary<string, int> _toldWithin = new(StringComparer.Ordinal);

    sealed record Open(QualityAlarm Alarm, double Score, Instant Since, bool IsTold);

    /// <summary>Those that stand, the oldest first.</summary>
    public IReadOnlyList<QualityAlarmView> All =>
    [
        .. _open.Values.OrderBy(open => open.Since).Select(open => new QualityAlarmView(
            open.Alarm.Correlation.ToString(), open.Alarm.Within, open.Alarm.Leg, open.Alarm.Party, open.Alarm.Half, open.Score, open.Since)),
    ];

    /// <summary>A leg is poor, or well again; what is known already changes nothing.</summary>
    public void Set(in QualityAlarm alarm, bool isPoor, double? score)
    {
        if (isPoor)
            Raise(alarm, score ?? 1);
        else
            Clear(alarm.Within, alarm.Id, score);
    }

    /// <summary>A leg is over.</summary>
    public void Clear(string within, string id, double? score = null)
    {
        if (!_open.Remove((within, id), out var open) || !open.IsTold)
            return;
        Write(open.Alarm, "quality.good", score);
        log.QualityGood(open.Alarm.Party, Place(open.Alarm), score);
    }

    /// <summary>A meeting or a call is over, with all its legs.</summary>
    public void ClearWithin(string within)
    {
        foreach (var key in _open.Keys.Where(key => key.Within == within).ToList())
            Clear(key.Within, key.Id);
        foreach (var key in _told.Keys.Where(key => key.Within == within).ToList())
            Forget(key);
    }

    void Raise(in QualityAlarm alarm, double score)
    {
        var key = (alarm.Within, alarm.Id);
        if (_open.ContainsKey(key) || _open.Count >= MaxOpen)
            return;
        var now = clock.GetCurrentInstant();
        foreach (var (old, at) in _told.ToList())
        {
            if (now - at >= Quiet)
                Forget(old);
        }

        var isTold = !_told.ContainsKey(key) && _toldWithin.GetValueOrDefault(alarm.Within) < MaxToldWithin;
        _open[key] = new Open(alarm, score, now, isTold);
        if (!isTold)
            return;
        _told[key] = now;
        _toldWithin[alarm.Within] = _toldWithin.GetValueOrDefault(alarm.Within) + 1;
        Write(alarm, "quality.poor", score);
        log.QualityPoor(alarm.Party, Place(alarm), score);
    }

    void Forget((string Within, string Id) key)
    {
        _told.Remove(key);
        if (_toldWithin.TryGetValue(key.Within, out var count) && count > 1)
            _toldWithin[key.Within] = count - 1;
        else
            _toldWithin.Remove(key.Within);
    }

    void Write(in QualityAlarm alarm, string code, double? score) => events.Write(
        alarm.Correlation, code, new EventAttribute("within", alarm.Within), new EventAttribute("leg", KebabEnum<QualityLeg>.Word(alarm.Leg)),
        new EventAttribute("party", alarm.Party), new EventAttribute("half", KebabEnum<QualityHalf>.Word(alarm.Half)),
        new EventAttribute("score", score?.ToString("0.0", CultureInfo.InvariantCulture) ?? ""));

    static string Place(in QualityAlarm alarm) => $"{KebabEnum<QualityLeg>.Word(alarm.Leg)} of {alarm.Within}, half={KebabEnum<QualityHalf>.Word(alarm.Half)}";
}
