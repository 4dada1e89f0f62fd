using System.Collections.Immutable;
using System.Text.Json;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// What happened, by correlation id: written by every engine, read by traces, disputes and replay. Bounded in memory; kept in the store by
/// <see cref="FlushAsync"/>, off the path. Thread safe.
/// </summary>
public sealed class EventLog(IClock clock, int capacity = EventLog.DefaultCapacity)
{
    /// <summary>Events in memory, unless said otherwise; the oldest go first.</summary>
    public const int DefaultCapacity = 65_536;

    /// <summary>Attributes of one event; further ones are left out.</summary>
    public const int MaxAttributes = 16;

    /// <summary>Characters of one value; the rest is cut off.</summary>
    public const int MaxValueLength = 256;

    /// <summary>Events of one answer.</summary>
    public const int MaxAnswer = 1_000;

    internal const string CreateTable =
        """
        create table events (
            id {text} not null primary key, correlation {text} not null, code {text} not null, at {bigint} not null, attributes {text} not null) {strict}
        """;

    internal const string CreateIndex = "create index events_correlation on events (correlation, id)";

    internal const string AddIncident = "alter table events add column incident {text}";

    internal const string CreateIncidentIndex = "create index events_incident on events (incident)";

    const string IncidentAttribute = "incident";

    readonly Lock _lock = new();
    readonly Entry[] _ring = new Entry[capacity];
    readonly Dictionary<CorrelationId, long> _newest = [];
    long _next;
    long _flushed;
    long _lost;

    struct Entry
    {
        public ExchangeEvent? Event;
        public long Previous; // number of the session's event before this, or -1
    }

    /// <summary>Events that were overwritten before they were flushed.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Notes an event now.</summary>
    public void Write(CorrelationId correlation, string code, params ReadOnlySpan<EventAttribute> attributes)
    {
        var kept = ImmutableArray.CreateBuilder<EventAttribute>(Math.Min(attributes.Length, MaxAttributes));
        foreach (var attribute in attributes[..Math.Min(attributes.Length, MaxAttributes)])
            kept.Add(attribute.Value.Length <= MaxValueLength ? attribute : attribute with { Value = attribute.Value[..MaxValueLength] });
        var happened = new ExchangeEvent(correlation, code, clock.GetCurrentInstant(), kept.MoveToImmutable());
        lock (_lock)
        {
            var number = _next++;
            ref var entry = ref _ring[number % _ring.Length];
            if (entry.Event is { } oldest && _newest.TryGetValue(oldest.Correlation, out var last) && last == number - _ring.Length)
                _newest.Remove(oldest.Correlation);
            entry.Event = happened;
            entry.Previous = _newest.TryGetValue(correlation, out var previous) ? previous : -1;
            _newest[correlation] = number;
        }
    }

    /// <summary>Notes a refusal under its stable code.</summary>
    public void Write(in Refusal refusal) => Write(
        refusal.Correlation,
        refusal.Row.EventCode,
        new EventAttribute(IncidentAttribute, refusal.Incident.ToString()),
        new EventAttribute("reason", refusal.Describe()));

    /// <summary>The newest events of a session that are in memory, the oldest of them first; at most <see cref="MaxAnswer"/>.</summary>
    public IReadOnlyList<ExchangeEvent> Find(CorrelationId correlation)
    {
        var found = new List<ExchangeEvent>();
        lock (_lock)
        {
            var number = _newest.GetValueOrDefault(correlation, -1);
            while (number >= 0 && number >= _next - _ring.Length && found.Count < MaxAnswer)
            {
                ref var entry = ref _ring[number % _ring.Length];
                found.Add(entry.Event!);
                number = entry.Previous;
            }
        }

        found.Reverse();
        return found;
    }

    /// <summary>The session in which the refusal with that incident was said, while it is in memory; looks at all that is.</summary>
    public CorrelationId? SessionOf(string incident)
    {
        lock (_lock)
        {
            for (var number = _next - 1; number >= Math.Max(0, _next - _ring.Length); number--)
            {
                if (_ring[number % _ring.Length].Event is { } happened && IncidentOf(happened) == incident)
                    return happened.Correlation;
            }
        }

        return null;
    }

    /// <summary>The session in which the refusal with that incident was said, of those in the store.</summary>
    public static CorrelationId? SessionOf(StoreReader reader, string incident) =>
        reader.Query<string>("select correlation from events where incident = @incident limit 1", new { incident }) is [var text, ..]
            && CorrelationId.TryParse(text, out var correlation) ? correlation : null;

    /// <summary>Writes what is not yet in the store, at most <paramref name="limit"/> events; gives their number. One at a time.</summary>
    public async Task<int> FlushAsync(Store store, Ids ids, int limit = 1_000)
    {
        var batch = new List<ExchangeEvent>();
        long end;
        lock (_lock)
        {
            var start = Math.Max(_flushed, _next - _ring.Length);
            _lost += start - _flushed;
            end = Math.Min(_next, start + limit);
            for (var number = start; number < end; number++)
                batch.Add(_ring[number % _ring.Length].Event!);
            _flushed = start;
        }

        if (batch.Count == 0)
            return 0;
        // Ids beforehand: they sort in the order of the events.
        var rows = batch.Select((happened, index) => (Id: $"{ids.New("evt")}-{index:d6}", Event: happened)).ToList();
        await store.WriteAsync(transaction =>
        {
            foreach (var (id, happened) in rows)
            {
                transaction.Execute(
                    "insert into events (id, correlation, code, at, attributes, incident) values (@id, @correlation, @code, @at, @attributes, @incident)",
                    new
                    {
                        id,
                        correlation = happened.Correlation.ToString(),
                        code = happened.Code,
                        at = happened.At,
                        attributes = JsonSerializer.Serialize(happened.Attributes, EventJson.Default.ImmutableArrayEventAttribute),
                        incident = IncidentOf(happened),
                    });
            }
        }).ConfigureAwait(false);
        lock (_lock)
            _flushed = Math.Max(_flushed, end);
        return batch.Count;
    }

    /// <summary>The events of a session that are in the store, the oldest first; at most <see cref="MaxAnswer"/>.</summary>
    public static IReadOnlyList<ExchangeEvent> Find(StoreReader reader, CorrelationId correlation) =>
    [
        .. reader.Query<EventRow>(
            "select code, at, attributes from events where correlation = @correlation order by at, id limit @limit",
            new { correlation = correlation.ToString(), limit = MaxAnswer })
            .Select(row => new ExchangeEvent(
                correlation, row.Code, row.At, JsonSerializer.Deserialize(row.Attributes, EventJson.Default.ImmutableArrayEventAttribute))),
    ];

    static string? IncidentOf(ExchangeEvent happened)
    {
        foreach (var attribute in happened.Attributes)
        {
            if (attribute.Name == IncidentAttribute)
                return attribute.Value;
        }

        return null;
    }

    sealed record EventRow(string Code, Instant At, string Attributes);
}
