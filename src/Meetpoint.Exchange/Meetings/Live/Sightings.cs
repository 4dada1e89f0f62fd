using System.Collections.Concurrent;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Quality;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Something that we saw of the other side: a participant of its half, or the cascade itself.</summary>
/// <param name="Session">The session's id, which the other side's record carries as correlation id.</param>
/// <param name="Meeting">The meeting.</param>
/// <param name="Party">Who: an address, or the exchange.</param>
/// <param name="Started">When we first saw it.</param>
sealed record Sighting(string Session, string Meeting, string Party, Instant Started);

/// <summary>
/// What this exchange itself saw of what another measures: by it, records are countersigned or contested. A sighting lasts while the other side's
/// roster names the participant and its packets come over the cascade, or, without a cascade, until the other side tells its end.
/// </summary>
/// <remarks>Thread safe. Kept in memory and written every second, so that it outlives a crash up to that.</remarks>
sealed class Sightings(Store store, IClock clock) : IUsageWitness
{
    /// <summary>
    /// A cascade that is up shows a sign each second. When it has shown none for longer, the last was its end as far as we can tell: a killed exchange
    /// that is back proposes its record before its silence has dropped the link here.
    /// </summary>
    static readonly Duration SignWithin = Duration.FromMilliseconds(1_500);

    /// <summary>Sessions that are kept in memory; ended ones leave it once written.</summary>
    public const int Limit = 100_000;

    public static readonly Migration[] Migrations =
    [
        new("sightings-001", "what was seen of the other side's use",
            """
            CREATE TABLE sightings (session {text} PRIMARY KEY, meeting {text} NOT NULL, party {text} NOT NULL, started {bigint} NOT NULL,
                last_seen {bigint} NOT NULL, is_over {bigint} NOT NULL, packets_in {bigint} NOT NULL, packets_out {bigint} NOT NULL){strict}
            """),
        new("sightings-002", "how well we heard the other half", "ALTER TABLE sightings ADD COLUMN quality {text}"),
    ];

    readonly ConcurrentDictionary<string, State> _open = new(StringComparer.Ordinal);
    Interval _blind = new(Instant.MinValue, Instant.MinValue); // set before anything else runs

    sealed class State(Sighting sighting)
    {
        public readonly Sighting Sighting = sighting;
        public Instant LastSeen = sighting.Started;
        public bool IsOver;
        public bool IsDirty = true;
        public long PacketsIn;
        public long PacketsOut;
        public string? Quality;

        public Row ToRow() =>
            new(Sighting.Session, Sighting.Meeting, Sighting.Party, Sighting.Started, LastSeen, IsOver ? 1 : 0, PacketsIn, PacketsOut, Quality);
    }

    sealed record Row(string Session, string Meeting, string Party, Instant Started, Instant LastSeen, long IsOver, long PacketsIn, long PacketsOut, string? Quality = null);

    /// <summary>First sign; a second one of the same session changes nothing.</summary>
    public void Begin(Sighting sighting)
    {
        if (_open.Count < Limit)
            _open.TryAdd(sighting.Session, new State(sighting));
    }

    /// <summary>A further sign of life.</summary>
    public void Seen(string session, Instant at, long packetsIn = 0, long packetsOut = 0)
    {
        if (!_open.TryGetValue(session, out var state))
            return;
        lock (state)
        {
            if (state.IsOver)
                return;
            state.LastSeen = Instant.Max(state.LastSeen, at);
            state.PacketsIn = Math.Max(state.PacketsIn, packetsIn);
            state.PacketsOut = Math.Max(state.PacketsOut, packetsOut);
            state.IsDirty = true;
        }
    }

    /// <summary>It is over.</summary>
    /// <param name="session">Which.</param>
    /// <param name="at">Since when.</param>
    /// <param name="quality">How well we heard it; null where that was not measured.</param>
    public void End(string session, Instant at, IReadOnlyList<LegQuality>? quality = null)
    {
        if (!_open.TryGetValue(session, out var state))
            return;
        lock (state)
        {
            if (!state.IsOver)
            {
                state.LastSeen = Instant.Max(state.Sighting.Started, at);
                state.IsOver = true;
                state.Quality = QualityText.Write(quality);
                state.IsDirty = true;
            }
        }
    }

    /// <summary>First sign, within the transaction of the message that told it.</summary>
    public void Begin(StoreTransaction transaction, Sighting sighting)
    {
        if (transaction.Single<string>("SELECT session FROM sightings WHERE session = @Session", new { sighting.Session }) is not null)
            return;
        Write(transaction, new Row(sighting.Session, sighting.Meeting, sighting.Party, sighting.Started, sighting.Started, 0, 0, 0));
        transaction.AfterCommit(() => Begin(sighting));
    }

    /// <summary>It is over since then, within the transaction of the message that told it; not since before our own last sign of it.</summary>
    /// <remarks>
    /// What was never seen before began and ended then: also what was told to have begun after its end only, as by an exchange that was killed
    /// before it could tell.
    /// </remarks>
    public void End(StoreTransaction transaction, Sighting told)
    {
        var at = told.Started;
        var row = transaction.Single<Row>("SELECT * FROM sightings WHERE session = @Session", new { told.Session });
        if (row is not { IsOver: not 0 } && _open.TryGetValue(told.Session, out var state))
        {
            lock (state)
                row = state.ToRow(); // it may have seen more than was written
        }

        if (row is { IsOver: not 0 })
            return;
        row ??= new Row(told.Session, told.Meeting, told.Party, at, at, 0, 0, 0);
        var wasSeen = row.LastSeen > row.Started;
        Write(transaction, row with
        {
            Started = wasSeen ? row.Started : Instant.Min(row.Started, at),
            LastSeen = wasSeen ? Instant.Max(row.LastSeen, at) : at,
            IsOver = 1,
        });
        transaction.AfterCommit(() => _open.TryRemove(told.Session, out _)); // the store has the last word of it
    }

    /// <summary>Writes what changed; every second or so.</summary>
    public Task FlushAsync()
    {
        var dirty = new List<Row>();
        foreach (var state in _open.Values)
        {
            lock (state)
            {
                if (!state.IsDirty)
                    continue;
                state.IsDirty = false;
                dirty.Add(state.ToRow());
            }
        }

        return dirty.Count == 0 ? Task.CompletedTask : store.WriteAsync(transaction =>
        {
            foreach (var row in dirty)
                Write(transaction, row);
            transaction.AfterCommit(() =>
            {
                foreach (var row in dirty.Where(each => each.IsOver != 0))
                    _open.TryRemove(row.Session, out _);
            });
        });
    }

    /// <summary>
    /// After a restart the cascades that were open ended at their last sign. Participants of another half may still be in it: their exchange tells
    /// when they leave. (A participant's party is an address; a cascade's is an exchange's domain.) From the last trace of our own life until now we
    /// saw nothing.
    /// </summary>
    public Task RecoverAsync() => store.WriteAsync(transaction =>
    {
        transaction.Execute("UPDATE sightings SET is_over = 1 WHERE is_over = 0 AND party NOT LIKE '%@%' AND party NOT LIKE '+%'");
        var lastTrace = transaction.Single<Instant?>(
            "SELECT max(seen) FROM (SELECT max(last_seen) AS seen FROM sightings UNION ALL SELECT max(last_proof) AS seen FROM grants) traces");
        var now = clock.GetCurrentInstant();
        _blind = new Interval(lastTrace is { } trace ? Instant.Min(trace, now) : null, now);
        var open = transaction.Query<Row>("SELECT * FROM sightings WHERE is_over = 0");
        transaction.AfterCommit(() =>
        {
            foreach (var row in open.Take(Limit))
                _open[row.Session] = new State(new Sighting(row.Session, row.Meeting, row.Party, row.Started)) { LastSeen = row.LastSeen, IsDirty = false };
        });
    });

    /// <summary>True for a time at which this exchange was down before it started, by a clock that may stand a little apart from ours.</summary>
    public bool WasBlind(Instant at) =>
        _blind.HasEnd && at <= _blind.End + UsageComparison.ClockAllowance && (!_blind.HasStart || at >= _blind.Start - UsageComparison.ClockAllowance);

    /// <inheritdoc/>
    /// <remarks>
    /// Of a cascade that began while we were down, or so shortly before that it was not written, nothing is known but that: it counts as over at
    /// once, and so only a use within the agreement's tolerance is agreed to.
    /// </remarks>
    public UsageObservation? Observe(StoreReader reader, UsageRecord record)
    {
        var inMemory = _open.TryGetValue(record.Correlation, out var state) ? Look(state, record) : null;
        if (inMemory is { Ended: not null })
            return inMemory;
        // Told in the commit that asks, its end, or it from beginning to end, stands in the store alone.
        if (reader.Single<Row>("SELECT * FROM sightings WHERE session = @session", new { session = record.Correlation }) is { } row
            && (row.IsOver != 0 || state is null))
        {
            return row.Meeting == record.Meeting
                ? Observation(row.Started, row.IsOver != 0 ? row.LastSeen : null, row.PacketsIn, row.PacketsOut, row.Quality)
                : null;
        }

        return state is null && WasBlind(record.Started) ? new UsageObservation(record.Started, record.Started) : inMemory;
    }

    UsageObservation? Look(State state, UsageRecord record)
    {
        if (state.Sighting.Meeting != record.Meeting)
            return null;
        lock (state)
        {
            var isOver = state.IsOver || (record.Unit == ChargeUnit.CascadeMinute && clock.GetCurrentInstant() - state.LastSeen >= SignWithin);
            return Observation(state.Sighting.Started, isOver ? state.LastSeen : null, state.PacketsIn, state.PacketsOut, state.Quality);
        }
    }

    static UsageObservation Observation(Instant started, Instant? ended, long packetsIn, long packetsOut, string? quality) =>
        (packetsIn + packetsOut > 0 ? new UsageObservation(started, ended, packetsIn, packetsOut) : new UsageObservation(started, ended)) with { Quality = QualityText.Read(quality) };

    // A write that was prepared before the end does not open it again.
    static void Write(StoreTransaction transaction, Row row) => transaction.Execute(
        """
        INSERT INTO sightings (session, meeting, party, started, last_seen, is_over, packets_in, packets_out, quality)
        VALUES (@Session, @Meeting, @Party, @Started, @LastSeen, @IsOver, @PacketsIn, @PacketsOut, @Quality)
        ON CONFLICT (session) DO UPDATE SET started = excluded.started, last_seen = excluded.last_seen, is_over = excluded.is_over,
            packets_in = excluded.packets_in, packets_out = excluded.packets_out, quality = excluded.quality WHERE sightings.is_over = 0
        """, row);
}
