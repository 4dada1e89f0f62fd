using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>The receiving half of a stream; Attempts counts how often the next message's handler threw.</summary>
sealed record InboxStream(string Origin, long Epoch, long Last, string LastId, long Attempts);

/// <summary>A message that was acknowledged and had no effect yet, since nobody here could handle it.</summary>
/// <param name="Origin">The exchange that signed it.</param>
/// <param name="Epoch">Of its stream.</param>
/// <param name="Sequence">In its stream.</param>
/// <param name="Id">Chosen by the origin.</param>
/// <param name="Type">What it is.</param>
/// <param name="Body">Its content, a JSON object as text.</param>
/// <param name="Expires">When it is void.</param>
/// <param name="Reason">"unknown_type", or "poison: " and what its handler threw.</param>
/// <param name="Parked">Since when.</param>
public sealed record NniParkedMessage(
    string Origin, long Epoch, long Sequence, string Id, string Type, string Body, Instant Expires, string Reason, Instant Parked);

/// <summary>The SQL of the inbox.</summary>
static class InboxTable
{
    const string ParkedColumns = "select origin, epoch, sequence, id, type, body, expires, reason, parked from nni_parked ";

    public static InboxStream? Stream(StoreReader store, string origin) => store.Single<InboxStream>(
        "select origin, epoch, last, last_id, attempts from nni_inbox where origin = @origin", new { origin });

    public static void Save(StoreTransaction transaction, InboxStream stream) => transaction.Execute(
        """
        insert into nni_inbox (origin, epoch, last, last_id, attempts) values (@origin, @epoch, @last, @last_id, @attempts)
        on conflict (origin) do update set
            epoch = excluded.epoch, last = excluded.last, last_id = excluded.last_id, attempts = excluded.attempts
        """,
        stream);

    public static void AddVoid(StoreTransaction transaction, string origin, long sequence) => transaction.Execute(
        "insert into nni_inbox_void (origin, sequence) values (@origin, @sequence)", new { origin, sequence });

    public static void ForgetVoids(StoreTransaction transaction, string origin, long upTo) => transaction.Execute(
        "delete from nni_inbox_void where origin = @origin and sequence <= @upTo", new { origin, upTo });

    public static IReadOnlyList<long> Voids(StoreReader store, string origin, long after) => store.Query<long>(
        "select sequence from nni_inbox_void where origin = @origin and sequence > @after order by sequence", new { origin, after });

    public static long CountParked(StoreReader store, string origin) =>
        store.Single<long>("select count(*) from nni_parked where origin = @origin", new { origin });

    public static void Park(StoreTransaction transaction, NniParkedMessage message) => transaction.Execute(
        """
        insert into nni_parked (origin, epoch, sequence, id, type, body, expires, reason, parked)
        values (@origin, @epoch, @sequence, @id, @type, @body, @expires, @reason, @parked)
        """,
        message);

    public static IReadOnlyList<NniParkedMessage> Parked(StoreReader store) =>
        store.Query<NniParkedMessage>(ParkedColumns + "order by parked, origin, epoch, sequence");

    public static NniParkedMessage? FindParked(StoreReader store, string origin, string id) => store.Single<NniParkedMessage>(
        ParkedColumns + "where origin = @origin and id = @id order by epoch, sequence limit 1", new { origin, id });

    public static void Unpark(StoreTransaction transaction, NniParkedMessage message) => transaction.Execute(
        "delete from nni_parked where origin = @origin and epoch = @epoch and sequence = @sequence", message);
}
