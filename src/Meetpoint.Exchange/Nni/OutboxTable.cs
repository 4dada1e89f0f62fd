using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>A message that waits for its acknowledgement.</summary>
sealed record OutboxRow(
    string Destination, long Sequence, string Id, string Type, string Body, Instant Issued, Instant Expires, bool Voided);

/// <summary>The sending half of a stream. Sequences up to Acked are settled and gone; the next message gets NextSequence.</summary>
sealed record OutboxStream(string Destination, long Epoch, long NextSequence, long Acked, string AckedId);

/// <summary>Depth and age of one destination's outbox.</summary>
sealed record OutboxDepth(string Destination, long Depth, Instant? Oldest);

/// <summary>The SQL of the outbox. Sequences of a destination are dense: every one is in the table until it is settled.</summary>
static class OutboxTable
{
    const string RowColumns = "select destination, sequence, id, type, body, issued, expires, voided from nni_outbox ";

    public static OutboxStream? Stream(StoreReader store, string destination) => store.Single<OutboxStream>(
        "select destination, epoch, next_sequence, acked, acked_id from nni_stream where destination = @destination", new { destination });

    /// <summary>The stream, begun now when there is none. The epoch is the time, so that a lost store begins a later one.</summary>
    public static OutboxStream EnsureStream(StoreTransaction transaction, string destination, Instant now)
    {
        if (Stream(transaction, destination) is { } found)
            return found;
        var stream = new OutboxStream(destination, now.ToUnixTimeMilliseconds(), 1, 0, "");
        transaction.Execute(
            "insert into nni_stream (destination, epoch, next_sequence, acked, acked_id) values (@destination, @epoch, 1, 0, '')",
            new { destination, stream.Epoch });
        return stream;
    }

    public static void Append(StoreTransaction transaction, OutboxRow row)
    {
        transaction.Execute(
            """
            insert into nni_outbox (destination, sequence, id, type, body, issued, expires, voided)
            values (@destination, @sequence, @id, @type, @body, @issued, @expires, @voided)
            """,
            row);
        transaction.Execute(
            "update nni_stream set next_sequence = @next where destination = @destination",
            new { next = row.Sequence + 1, row.Destination });
    }

    public static OutboxRow? Find(StoreReader store, string destination, long sequence) => store.Single<OutboxRow>(
        RowColumns + "where destination = @destination and sequence = @sequence", new { destination, sequence });

    public static IReadOnlyList<OutboxRow> Pending(StoreReader store, string destination, int max) => store.Query<OutboxRow>(
        RowColumns + "where destination = @destination order by sequence limit @max", new { destination, max });

    /// <summary>Expired ones that no attempt has carried, so that nobody can have taken them.</summary>
    public static IReadOnlyList<OutboxRow> UnsentExpired(StoreReader store, string destination, long attempted, Instant now, int max) =>
        store.Query<OutboxRow>(
            RowColumns + "where destination = @destination and sequence > @attempted and expires <= @now and voided = 0 "
            + "order by sequence limit @max",
            new { destination, attempted, now, max });

    /// <summary>Voids one; false when it was void before or is gone.</summary>
    public static bool Void(StoreTransaction transaction, OutboxRow row) => transaction.Execute(
        "update nni_outbox set voided = 1 where destination = @destination and sequence = @sequence and id = @id and voided = 0", row) == 1;

    public static void Settle(StoreTransaction transaction, string destination, long last, string lastId)
    {
        transaction.Execute(
            "delete from nni_outbox where destination = @destination and sequence <= @last", new { destination, last });
        transaction.Execute(
            "update nni_stream set acked = @last, acked_id = @lastId where destination = @destination",
            new { destination, last, lastId });
    }

    /// <summary>Begins a new epoch: what is pending is numbered from 1 again.</summary>
    public static OutboxStream Restart(StoreTransaction transaction, OutboxStream stream, long epoch)
    {
        // Two steps through negative numbers, as the primary key holds after every row.
        var shift = new { stream.Destination, stream.Acked };
        transaction.Execute("update nni_outbox set sequence = @acked - sequence where destination = @destination", shift);
        transaction.Execute("update nni_outbox set sequence = -sequence where destination = @destination", shift);
        var restarted = stream with { Epoch = epoch, NextSequence = stream.NextSequence - stream.Acked, Acked = 0, AckedId = "" };
        transaction.Execute(
            """
            update nni_stream set epoch = @epoch, next_sequence = @next_sequence, acked = 0, acked_id = ''
            where destination = @destination
            """,
            restarted);
        return restarted;
    }

    public static IReadOnlyList<OutboxDepth> Depths(StoreReader store) => store.Query<OutboxDepth>(
        "select destination, count(*) as depth, min(issued) as oldest from nni_outbox group by destination");
}
