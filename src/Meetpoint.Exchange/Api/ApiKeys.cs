using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Api;

/// <summary>Keys to the API: made once, shown once, kept only as a hash, scoped to a provider or to the operator.</summary>
/// <remarks>A key reads mpk_ID.SECRET; the secret has 160 bits, so a plain SHA-256 is enough to keep.</remarks>
public sealed class ApiKeys(Store store, IClock clock, Ids ids)
{
    /// <summary>The table of keys.</summary>
    public static readonly Migration[] Migrations =
    [
        new("api-001", "keys to the API and kept answers",
            "CREATE TABLE api_keys (id {text} PRIMARY KEY, hash {text} NOT NULL, provider {text}, name {text} NOT NULL, created_ms {bigint} NOT NULL, revoked_ms {bigint}){strict}",
            """
            CREATE TABLE api_answers (caller {text} NOT NULL, idempotency_key {text} NOT NULL, request {text} NOT NULL,
                status {bigint} NOT NULL, content_type {text}, location {text}, etag {text}, body {blob} NOT NULL, kept_ms {bigint} NOT NULL,
                PRIMARY KEY (caller, idempotency_key)){strict}
            """,
            "CREATE INDEX api_answers_by_age ON api_answers (kept_ms)"),
    ];

    sealed record Row(string Hash, string? Provider);

    sealed record ListRow(string Id, string? Provider, string Name, long CreatedMs, long? RevokedMs)
    {
        public ApiKeyView View() => new()
        {
            Id = Id,
            Provider = Provider,
            Name = Name,
            Created = Instant.FromUnixTimeMilliseconds(CreatedMs),
            Revoked = RevokedMs is { } revoked ? Instant.FromUnixTimeMilliseconds(revoked) : null,
        };
    }

    /// <summary>Makes a key; the text is not to be had again.</summary>
    public async Task<(string Id, string Key)> CreateAsync(string? provider, string name)
    {
        var id = ids.New("mpk");
        var secret = ids.Token();
        var created = clock.GetCurrentInstant().ToUnixTimeMilliseconds();
        await store.WriteAsync(transaction => transaction.Execute(
            "INSERT INTO api_keys (id, hash, provider, name, created_ms) VALUES (@id, @hash, @provider, @name, @created)",
            new { id, hash = Hash(secret), provider, name, created }));
        return (id, $"{id}.{secret}");
    }

    /// <summary>Ends a key at once; false when there is none.</summary>
    public Task<bool> RevokeAsync(string id) => store.WriteAsync(transaction => transaction.Execute(
        "UPDATE api_keys SET revoked_ms = @now WHERE id = @id AND revoked_ms IS NULL",
        new { id, now = clock.GetCurrentInstant().ToUnixTimeMilliseconds() }) > 0);

    /// <summary>Keys after an id, revoked ones too, the oldest first.</summary>
    public IReadOnlyList<ApiKeyView> List(string afterId, int limit) => store.Read(reader => (IReadOnlyList<ApiKeyView>)
    [
        .. reader.Query<ListRow>(
            "SELECT id, provider, name, created_ms, revoked_ms FROM api_keys WHERE id > @afterId ORDER BY id LIMIT @limit", new { afterId, limit })
            .Select(row => row.View()),
    ]);

    /// <summary>Who holds the key; null when it is unknown, revoked or wrong.</summary>
    public ApiCaller? Identify(string key)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || key.Length > 200)
            return null;
        var id = key[..dot];
        var row = store.Read(reader => reader.Single<Row>(
            "SELECT hash, provider FROM api_keys WHERE id = @id AND revoked_ms IS NULL", new { id }));
        var given = Encoding.ASCII.GetBytes(Hash(key[(dot + 1)..]));
        var kept = Encoding.ASCII.GetBytes(row?.Hash ?? Hash(""));
        return CryptographicOperations.FixedTimeEquals(given, kept) && row is not null ? new ApiCaller(id, row.Provider) : null;
    }

    /// <summary>How a secret of 160 bits or more is kept.</summary>
    internal static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
