using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Messaging.Keeping;

/// <summary>What became of a message that was to be kept.</summary>
enum KeepResult
{
    /// <summary>It is.</summary>
    Kept,

    /// <summary>It was already: its sender did not hear so.</summary>
    Known,

    /// <summary>As much is kept for this receiver, or in all, as may be.</summary>
    Full,
}

/// <summary>Kept messages in the store: what a 202 promises outlives the process.</summary>
static class KeptMessageRows
{
    /// <summary>The schema.</summary>
    public static readonly Migration[] Migrations =
    [
        new("messages-001", "messages that wait for their receivers",
            """
            CREATE TABLE kept_messages (
                id {text} PRIMARY KEY,
                node {text} NOT NULL,
                key {text} NOT NULL UNIQUE,
                receiver {text} NOT NULL,
                target {text} NOT NULL,
                sender {text} NOT NULL,
                sender_name {text},
                is_withheld {bigint} NOT NULL,
                provider {text} NOT NULL,
                neighbour {text},
                profile {text} NOT NULL,
                body {text} NOT NULL,
                bytes {bigint} NOT NULL,
                conversation {text},
                origin {text},
                correlation {text} NOT NULL,
                path {text} NOT NULL,
                hops {bigint} NOT NULL,
                sent_ms {bigint} NOT NULL,
                valid_until_ms {bigint},
                expires_ms {bigint} NOT NULL
            ){strict}
            """,
            "CREATE INDEX kept_messages_by_receiver ON kept_messages (receiver, id)",
            "CREATE INDEX kept_messages_by_expiry ON kept_messages (expires_ms)"),
    ];

    const string Columns =
        "id, node, key, receiver, target, sender, sender_name, is_withheld, provider, neighbour, profile, body, bytes, conversation, origin, correlation, path, hops, "
        + "sent_ms, valid_until_ms, expires_ms";

    /// <summary>Keeps one, within the limits.</summary>
    public static KeepResult Keep(StoreTransaction transaction, KeptMessage message)
    {
        if (transaction.Single<string>("SELECT id FROM kept_messages WHERE key = @key", new { message.Key }) is not null)
            return KeepResult.Known;
        var (count, bytes) = transaction.Single<Held>(
            "SELECT COUNT(*) AS count, CAST(COALESCE(SUM(bytes), 0) AS bigint) AS bytes FROM kept_messages WHERE receiver = @receiver", new { message.Receiver })!;
        if (count >= MessageLimits.MaxKeptPerReceiver || bytes + message.Bytes > MessageLimits.MaxKeptBytesPerReceiver)
            return KeepResult.Full;
        transaction.Execute(
            $"""
            INSERT INTO kept_messages ({Columns})
            VALUES (@id, @node, @key, @receiver, @target, @sender, @sender_name, @is_withheld, @provider, @neighbour, @profile, @body, @bytes, @conversation, @origin,
                @correlation, @path, @hops, @sent_ms, @valid_until_ms, @expires_ms)
            """,
            message);
        return KeepResult.Kept;
    }

    /// <summary>Those of one receiver after an id, the oldest first.</summary>
    public static IReadOnlyList<KeptMessage> Of(StoreReader reader, string receiver, string after, int limit) => reader.Query<KeptMessage>(
        $"SELECT {Columns} FROM kept_messages WHERE receiver = @receiver AND id > @after ORDER BY id LIMIT @limit", new { receiver, after, limit });

    /// <summary>One by id; null when it is gone.</summary>
    public static KeptMessage? Find(StoreReader reader, string id) =>
        reader.Single<KeptMessage>($"SELECT {Columns} FROM kept_messages WHERE id = @id", new { id });

    /// <summary>Those that are to be given up, the oldest first.</summary>
    public static IReadOnlyList<KeptMessage> Expired(StoreReader reader, string node, long nowMs, int limit) => reader.Query<KeptMessage>(
        $"SELECT {Columns} FROM kept_messages WHERE expires_ms <= @now_ms AND node = @node ORDER BY expires_ms LIMIT @limit", new { nowMs, node, limit });

    /// <summary>Receivers, and how many messages wait for each.</summary>
    public static IReadOnlyList<(string Receiver, int Count)> Receivers(StoreReader reader, string node) =>
    [
        .. reader.Query<Waiting>("SELECT receiver, COUNT(*) AS count FROM kept_messages WHERE node = @node GROUP BY receiver", new { node })
            .Select(row => (row.Receiver, row.Count)),
    ];

    /// <summary>Takes one away; false when it is gone already.</summary>
    public static bool Remove(StoreTransaction transaction, string id) => transaction.Execute("DELETE FROM kept_messages WHERE id = @id", new { id }) > 0;

    sealed record Held(int Count, long Bytes);

    sealed record Waiting(string Receiver, int Count);
}
