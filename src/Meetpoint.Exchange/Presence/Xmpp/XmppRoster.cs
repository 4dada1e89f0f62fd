using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Presence.Xmpp;

/// <summary>Presence subscriptions with XMPP servers: they outlive sessions on both sides, so they are durable here.</summary>
static class XmppRoster
{
    public static Migration Migration { get; } = new("presence-004", "presence subscriptions with XMPP servers",
        """
        CREATE TABLE presence_xmpp (
            watcher {text} NOT NULL,
            presentity {text} NOT NULL,
            is_ours {bigint} NOT NULL,
            standing {bigint} NOT NULL,
            PRIMARY KEY (watcher, presentity)
        ){strict}
        """);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Row> Load(StoreReader reader) => reader.Query<Row>("SELECT watcher, presentity, is_ours, standing FROM presence_xmpp");

    /// <summary>Writes one.</summary>
    public static void Put(StoreTransaction transaction, Row row) => transaction.Execute(
        """
        INSERT INTO presence_xmpp (watcher, presentity, is_ours, standing) VALUES (@watcher, @presentity, @is_ours, @standing)
        ON CONFLICT (watcher, presentity) DO UPDATE SET is_ours = excluded.is_ours, standing = excluded.standing
        """,
        new { watcher = row.Watcher, presentity = row.Presentity, is_ours = row.IsOurs, standing = row.Standing });

    /// <summary>Takes one away.</summary>
    public static void Remove(StoreTransaction transaction, string watcher, string presentity) =>
        transaction.Execute("DELETE FROM presence_xmpp WHERE watcher = @watcher AND presentity = @presentity", new { watcher, presentity });

    /// <summary>A row.</summary>
    /// <param name="Watcher">Bare address.</param>
    /// <param name="Presentity">Bare address.</param>
    /// <param name="IsOurs">1 where the watcher is ours.</param>
    /// <param name="Standing">An <see cref="XmppStanding"/>.</param>
    public sealed record Row(string Watcher, string Presentity, long IsOurs, long Standing);
}
