using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Roaming.Accounting;

/// <summary>An Accounting-Request that was acknowledged to its client and not yet by the home server.</summary>
/// <param name="Id">Grows with the time of arrival, in microseconds since 1970.</param>
/// <param name="Node">Whose it is to send on.</param>
/// <param name="Provider">The home.</param>
/// <param name="Realm">As the world had it.</param>
/// <param name="Packet">The request as RADIUS/1.1 has it (RFC 9765): nothing in it is hidden by anybody's secret.</param>
sealed record KeptAccounting(long Id, string Node, string Provider, string Realm, byte[] Packet);

/// <summary>What is kept of one realm.</summary>
/// <param name="Provider">The home.</param>
/// <param name="Realm">As the world had it.</param>
/// <param name="Count">How many.</param>
/// <param name="LastId">Of the newest.</param>
sealed record KeptRealm(string Provider, string Realm, long Count, long LastId);

/// <summary>What is to be sent on, in the store.</summary>
static class AccountingRows
{
    /// <summary>The schema.</summary>
    public static readonly Migration[] Migrations =
    [
        new("roaming-accounting-001", "accounting that its home has not acknowledged",
            """
            CREATE TABLE roaming_accounting (
                id {bigint} NOT NULL,
                node {text} NOT NULL,
                provider {text} NOT NULL,
                realm {text} NOT NULL,
                packet {blob} NOT NULL,
                PRIMARY KEY (node, provider, realm, id)
            ){strict}
            """),
    ];

    /// <summary>Keeps one.</summary>
    public static void Keep(StoreTransaction transaction, KeptAccounting kept) => transaction.Execute(
        "INSERT INTO roaming_accounting (id, node, provider, realm, packet) VALUES (@id, @node, @provider, @realm, @packet)", kept);

    /// <summary>Those of a realm after an id, the oldest first.</summary>
    public static IReadOnlyList<KeptAccounting> After(StoreReader reader, string node, string provider, string realm, long after, int limit) => reader.Query<KeptAccounting>(
        "SELECT id, node, provider, realm, packet FROM roaming_accounting WHERE node = @node AND provider = @provider AND realm = @realm AND id > @after ORDER BY id LIMIT @limit",
        new { node, provider, realm, after, limit });

    /// <summary>The realms of which a node keeps some.</summary>
    public static IReadOnlyList<KeptRealm> Realms(StoreReader reader, string node) => reader.Query<KeptRealm>(
        "SELECT provider, realm, count(*) AS count, max(id) AS last_id FROM roaming_accounting WHERE node = @node GROUP BY provider, realm", new { node });

    /// <summary>The home has all of a realm's from one id to another.</summary>
    public static void Remove(StoreTransaction transaction, string node, string provider, string realm, long first, long last) => transaction.Execute(
        "DELETE FROM roaming_accounting WHERE node = @node AND provider = @provider AND realm = @realm AND id >= @first AND id <= @last",
        new { node, provider, realm, first, last });
}
