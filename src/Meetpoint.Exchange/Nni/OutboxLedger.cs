using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>Tells a service that its message has expired and will never take effect, in the transaction that makes it void.</summary>
public delegate void NniExpiredHandler(StoreTransaction transaction, NniExpiredMessage message);

/// <summary>A message of ours that had no effect at its destination, and never will.</summary>
/// <param name="Destination">The exchange that it was for.</param>
/// <param name="Id">As given when it was queued.</param>
/// <param name="Type">What it was.</param>
/// <param name="Body">Its content.</param>
public sealed record NniExpiredMessage(string Destination, string Id, string Type, System.Text.Json.Nodes.JsonObject Body);

/// <summary>What came of a receiver's position.</summary>
enum Settlement
{
    /// <summary>It fits: what it covers is settled.</summary>
    Settled,

    /// <summary>It does not fit what was sent; greet again before anything is concluded from it.</summary>
    Diverged,

    /// <summary>It did not fit and a greeting confirmed it: the stream begins anew in a later epoch.</summary>
    Restarted,
}

/// <summary>What of a stream is to be made void, and what is to be sent; at most a batch of each, in their order.</summary>
sealed record OutboxLook(IReadOnlyList<OutboxRow> UnsentExpired, IReadOnlyList<OutboxRow> Pending);

/// <summary>The durable steps of the sending side.</summary>
sealed class OutboxLedger(Store store, NniSeal seal, Func<string, NniExpiredHandler?> expired, Action<NniEvent> events)
{
    public Store Store => store;

    public Task<OutboxStream> OpenAsync(string destination) =>
        store.WriteAsync(transaction => OutboxTable.EnsureStream(transaction, destination, seal.Now()));

    /// <summary>What is to be done next: those to be made void, as they expired before any attempt, and those to be sent. Read by the store's thread: a loop waits for no disk.</summary>
    public Task<OutboxLook> LookAsync(string destination, long attempted, Instant now) => store.WriteAsync(transaction => new OutboxLook(
        OutboxTable.UnsentExpired(transaction, destination, attempted, now, NniLimits.BatchMessages), OutboxTable.Pending(transaction, destination, NniLimits.BatchMessages)));

    /// <summary>Makes messages void and tells their services; a service that throws is reported and cannot hold up the stream.</summary>
    public async Task<int> VoidAsync(IReadOnlyList<OutboxRow> rows)
    {
        foreach (var row in rows)
        {
            try
            {
                await store.WriteAsync(transaction => Void(transaction, row)).ConfigureAwait(false);
            }
            catch (ExpiredHandlerException error)
            {
                events(new NniEvent("nni.outbox.expired_handler_failed", row.Destination, $"{row.Type} {row.Id}: {error.InnerException!.Message}"));
                await store.WriteAsync(transaction => OutboxTable.Void(transaction, row)).ConfigureAwait(false);
            }
        }

        return rows.Count;
    }

    /// <summary>
    /// Takes a receiver's position in: voids first (each with its service told), then removes what is covered. Only a position from a
    /// greeting may restart the stream.
    /// </summary>
    public async Task<Settlement> SettleAsync(string destination, StreamPosition position, bool greeting)
    {
        if (position.Voided.Count > 0)
        {
            var voided = await store.WriteAsync(transaction => Fits(transaction, destination, position)
                ? position.Voided.Select(sequence => OutboxTable.Find(transaction, destination, sequence)).OfType<OutboxRow>()
                    .Where(row => !row.Voided && row.Sequence <= position.Last).ToList()
                : []).ConfigureAwait(false);
            await VoidAsync(voided).ConfigureAwait(false);
        }

        return await store.WriteAsync(transaction => Settle(transaction, destination, position, greeting)).ConfigureAwait(false);
    }

    /// <summary>
    /// True when the position is one that this stream can have led to. The id decides, not the number alone: after either store was
    /// restored from a copy, numbers can agree about different messages.
    /// </summary>
    static bool Fits(StoreReader reader, string destination, StreamPosition position) =>
        OutboxTable.Stream(reader, destination) is { } stream && stream.Epoch == position.Epoch
        && (position.Last == stream.Acked ? position.LastId == stream.AckedId
            : position.Last > stream.Acked && OutboxTable.Find(reader, destination, position.Last)?.Id == position.LastId);

    Settlement Settle(StoreTransaction transaction, string destination, StreamPosition position, bool greeting)
    {
        if (Fits(transaction, destination, position))
        {
            OutboxTable.Settle(transaction, destination, position.Last, position.LastId);
            return Settlement.Settled;
        }

        if (!greeting)
            return Settlement.Diverged;
        var stream = OutboxTable.EnsureStream(transaction, destination, seal.Now());
        var epoch = Math.Max(Math.Max(stream.Epoch, position.Epoch) + 1, seal.Now().ToUnixTimeMilliseconds());
        OutboxTable.Restart(transaction, stream, epoch);
        transaction.AfterCommit(() => events(new NniEvent(
            "nni.outbox.restarted", destination,
            $"{destination} is at {position.Epoch}/{position.Last}, which this exchange at {stream.Epoch}/{stream.Acked}..{stream.NextSequence - 1} "
            + $"cannot have led to: one of the two stores was restored; the stream goes on as epoch {epoch}")));
        return Settlement.Restarted;
    }

    void Void(StoreTransaction transaction, OutboxRow row)
    {
        if (!OutboxTable.Void(transaction, row) || expired(row.Type) is not { } handler)
            return;
        try
        {
            handler(transaction, new NniExpiredMessage(row.Destination, row.Id, row.Type, NniJson.Object(row.Body)));
        }
        catch (Exception error)
        {
            throw new ExpiredHandlerException(error);
        }
    }

    sealed class ExpiredHandlerException(Exception inner) : Exception(inner.Message, inner);
}
