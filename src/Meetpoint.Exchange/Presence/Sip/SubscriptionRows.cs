using Meetpoint.Exchange.Storage;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>Subscriptions in the store: written at SUBSCRIBE and at each refresh, and at no notification.</summary>
static class SubscriptionRows
{
    public static Migration Migration { get; } = new("presence-001", "subscriptions to presence",
        """
        CREATE TABLE presence_subscriptions (
            node {text} NOT NULL,
            slot {bigint} NOT NULL,
            token {bigint} NOT NULL,
            presentity {text} NOT NULL,
            watcher {text} NOT NULL,
            provider {text} NOT NULL,
            neighbour {text},
            path {text} NOT NULL,
            dialect {text} NOT NULL,
            dialog {blob} NOT NULL,
            local_cseq {bigint} NOT NULL,
            remote_cseq {bigint} NOT NULL,
            style {bigint} NOT NULL,
            listener {text} NOT NULL,
            transport {bigint} NOT NULL,
            remote {text} NOT NULL,
            expires_ms {bigint} NOT NULL,
            PRIMARY KEY (node, slot)
        ){strict}
        """);

    /// <summary>How often it wants to be notified, as Subscription-State says it; null where nothing was asked for.</summary>
    public static Migration RatesMigration { get; } = new("presence-006", "rates of subscriptions to presence", "ALTER TABLE presence_subscriptions ADD COLUMN rates {text}");

    const string Columns = "node, slot, token, presentity, watcher, provider, neighbour, path, dialect, rates, dialog, local_cseq, remote_cseq, style, listener, transport, remote, expires_ms";

    /// <summary>Writes one, new or refreshed.</summary>
    public static void Put(StoreTransaction transaction, Row row) => transaction.Execute(
        $"""
        INSERT INTO presence_subscriptions ({Columns})
        VALUES (@node, @slot, @token, @presentity, @watcher, @provider, @neighbour, @path, @dialect, @rates, @dialog, @local_cseq, @remote_cseq, @style, @listener, @transport, @remote, @expires_ms)
        ON CONFLICT (node, slot) DO UPDATE SET token = excluded.token, presentity = excluded.presentity, watcher = excluded.watcher, provider = excluded.provider,
            neighbour = excluded.neighbour, path = excluded.path, dialect = excluded.dialect, rates = excluded.rates, dialog = excluded.dialog, local_cseq = excluded.local_cseq,
            remote_cseq = excluded.remote_cseq, style = excluded.style, listener = excluded.listener, transport = excluded.transport, remote = excluded.remote,
            expires_ms = excluded.expires_ms
        """,
        new
        {
            node = row.Node, slot = row.Slot, token = row.Token, presentity = row.Presentity, watcher = row.Watcher, provider = row.Provider, neighbour = row.Neighbour,
            path = row.Path, dialect = row.Dialect, rates = row.Rates, dialog = row.Dialog, local_cseq = row.LocalCseq, remote_cseq = row.RemoteCseq, style = row.Style,
            listener = row.Listener, transport = row.Transport, remote = row.Remote, expires_ms = row.ExpiresMs,
        });

    /// <summary>It is over; a later one in the same place is left alone.</summary>
    public static void Remove(StoreTransaction transaction, string node, int slot, long token) =>
        transaction.Execute("DELETE FROM presence_subscriptions WHERE node = @node AND slot = @slot AND token = @token", new { node, slot, token });

    /// <summary>All of a node's that have not run out; the others are taken away.</summary>
    public static IReadOnlyList<Row> Load(StoreReader reader, string node, long nowMs) =>
        reader.Query<Row>($"SELECT {Columns} FROM presence_subscriptions WHERE node = @node AND expires_ms > @now_ms ORDER BY slot", new { node, now_ms = nowMs });

    /// <summary>Takes away what ran out while nobody was there.</summary>
    public static void Forget(StoreTransaction transaction, string node, long nowMs) =>
        transaction.Execute("DELETE FROM presence_subscriptions WHERE node = @node AND expires_ms <= @now_ms", new { node, now_ms = nowMs });

    /// <summary>A row.</summary>
    public sealed record Row(
        string Node, long Slot, long Token, string Presentity, string Watcher, string Provider, string? Neighbour, string Path, string Dialect, string? Rates, byte[] Dialog,
        long LocalCseq, long RemoteCseq, long Style, string Listener, long Transport, string Remote, long ExpiresMs)
    {
        /// <summary>What the notifier wants of it.</summary>
        public StoredSubscription ToStored() =>
            new((int)Slot, Token, Dialog, (uint)LocalCseq, (uint)RemoteCseq, (int)Style, Listener, (SipTransport)Transport, Remote);
    }
}
