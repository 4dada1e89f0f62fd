using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Pages;

/// <summary>A page that a phone may fetch.</summary>
/// <param name="Id">ppg_..., by which it is revoked.</param>
/// <param name="Watcher">In whose name, canonical: a customer of this exchange.</param>
/// <param name="List">Id of the list that it shows.</param>
sealed record PhonePage(string Id, string Watcher, string List);

/// <summary>
/// The links of pages: phones send no key, so whoever holds the token is the watcher. Made once, shown once, kept only as a hash. From any thread.
/// </summary>
sealed class PhonePageLinks(Store store, IClock clock, Ids ids)
{
    /// <summary>UTF-16 units of a token, at most; longer ones are not looked for.</summary>
    public const int MaxTokenLength = 64;

    const string Columns = "id, provider, watcher, list, created_ms, revoked_ms";

    public static Migration Migration { get; } = new("presence-005", "pages that phones fetch",
        "CREATE TABLE phone_pages (id {text} PRIMARY KEY, hash {text} NOT NULL UNIQUE, provider {text} NOT NULL, watcher {text} NOT NULL, list {text} NOT NULL, created_ms {bigint} NOT NULL, revoked_ms {bigint}){strict}");

    /// <summary>Makes one; the token is not to be had again.</summary>
    public async Task<(PhonePageView View, string Token)> CreateAsync(string provider, string watcher, string list)
    {
        var row = new Row(ids.New("ppg"), provider, watcher, list, clock.GetCurrentInstant().ToUnixTimeMilliseconds(), null);
        var token = ids.Token();
        await store.WriteAsync(transaction => transaction.Execute(
            "INSERT INTO phone_pages (id, hash, provider, watcher, list, created_ms) VALUES (@id, @hash, @provider, @watcher, @list, @created)",
            new { id = row.Id, hash = ApiKeys.Hash(token), provider, watcher, list, created = row.CreatedMs }));
        return (row.View(), token);
    }

    /// <summary>Ends one at once; false when there is none that holds.</summary>
    public Task<bool> RevokeAsync(string id) => store.WriteAsync(transaction => transaction.Execute(
        "UPDATE phone_pages SET revoked_ms = @now WHERE id = @id AND revoked_ms IS NULL", new { id, now = clock.GetCurrentInstant().ToUnixTimeMilliseconds() }) > 0);

    /// <summary>Those of a provider, or all for null, after an id, revoked ones too, the oldest first.</summary>
    public IReadOnlyList<PhonePageView> List(string? provider, string afterId, int limit) => store.Read(reader => (IReadOnlyList<PhonePageView>)
    [
        .. reader.Query<Row>(
            $"SELECT {Columns} FROM phone_pages WHERE id > @afterId AND (provider = @provider OR @isAll = 1) ORDER BY id LIMIT @limit",
            new { afterId, provider = provider ?? "", isAll = provider is null ? 1 : 0, limit }).Select(row => row.View()),
    ]);

    /// <summary>The one with this id, revoked or not; null when there is none.</summary>
    public PhonePageView? ById(string id) => store.Read(reader => reader.Single<Row>($"SELECT {Columns} FROM phone_pages WHERE id = @id", new { id }))?.View();

    /// <summary>The page of a token; null for one that is unknown or revoked. A secret of 160 bits is found by its hash: nothing can be learnt from how long that takes.</summary>
    public PhonePage? Find(string token) => token.Length > MaxTokenLength ? null : store.Read(reader => reader.Single<Row>(
        $"SELECT {Columns} FROM phone_pages WHERE hash = @hash AND revoked_ms IS NULL", new { hash = ApiKeys.Hash(token) })) is { } row
        ? new PhonePage(row.Id, row.Watcher, row.List) : null;

    sealed record Row(string Id, string Provider, string Watcher, string List, long CreatedMs, long? RevokedMs)
    {
        public PhonePageView View() => new()
        {
            Id = Id,
            Provider = Provider,
            Watcher = Watcher,
            List = List,
            Created = Instant.FromUnixTimeMilliseconds(CreatedMs),
            Revoked = RevokedMs is { } revoked ? Instant.FromUnixTimeMilliseconds(revoked) : null,
        };
    }
}
