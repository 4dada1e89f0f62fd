using System.Text.Json.Nodes;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>A stored version of an agreement.</summary>
public sealed record AgreementVersion(string Id, long Version, string Hash, Instant StoredAt, JsonObject Doc);

/// <summary>The world in the store: its objects as they stand, and every version that an agreement ever had. Thread safe.</summary>
public sealed class WorldStore(Store store, IClock clock)
{
    /// <summary>The tables.</summary>
    public static Migration Migration { get; } = new(
        "interconnect-001",
        "world objects, versions of agreements, grants, events",
        """
        create table world_objects (
            kind {text} not null, id {text} not null, version {bigint} not null, doc {text} not null,
            primary key (kind, id)) {strict}
        """,
        """
        create table agreement_versions (
            id {text} not null, version {bigint} not null, hash {text} not null, stored_at {bigint} not null, doc {text} not null,
            primary key (id, version)) {strict}
        """,
        GrantBook.CreateTable,
        GrantBook.CreateIndex,
        EventLog.CreateTable,
        EventLog.CreateIndex);

    /// <summary>All steps of this slice, in order.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        Migration,
        new("interconnect-002", "events by incident", EventLog.AddIncident, EventLog.CreateIncidentIndex),
        new("interconnect-003", "ports of grants", GrantBook.AddPorts),
        new("interconnect-004", "how long a grant may be silent", GrantBook.AddSilence),
        new("interconnect-005", "whom a call is to", GrantBook.AddCalled),
    ];

    /// <summary>The world as stored; empty at first.</summary>
    public WorldDocument Load() => store.Read(Load);

    /// <summary>
    /// Makes the stored world the desired one, and tells what changed. Applying the same world again changes nothing. The document must
    /// have passed <see cref="WorldValidator.Check"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">An agreement's terms changed without its version: <see cref="WorldValidator.ValidateChange"/>.</exception>
    public Task<WorldDiff> ApplyAsync(WorldDocument desired) => store.WriteAsync(transaction => Apply(transaction, desired));

    /// <summary>Every version of an agreement, the oldest first.</summary>
    public IReadOnlyList<AgreementVersion> History(string agreement) => store.Read(reader => reader.Query<AgreementVersion>(
        "select id, version, hash, stored_at, doc from agreement_versions where id = @agreement order by version", new { agreement }));

    WorldDiff Apply(StoreTransaction transaction, WorldDocument desired)
    {
        var current = Load(transaction);
        if (WorldValidator.ValidateChange(current, desired) is [var fault, ..])
            throw new InvalidOperationException($"{fault.Path}: {fault.Message}");
        var diff = WorldDiff.Between(current, desired);
        var objects = WorldObjects.Of(desired).ToDictionary(item => (item.Kind, item.Id));
        foreach (var change in diff.Changes)
        {
            if (change.Action == ChangeAction.Delete)
            {
                transaction.Execute("delete from world_objects where kind = @kind and id = @id", new { kind = change.Kind, id = change.Id });
                continue;
            }

            var item = objects[(change.Kind, change.Id)];
            transaction.Execute(
                """
                insert into world_objects (kind, id, version, doc) values (@kind, @id, @version, @doc)
                on conflict (kind, id) do update set version = @version, doc = @doc
                """,
                new { kind = item.Kind, id = item.Id, version = item.Version, doc = CanonicalJson.Text(item.Doc) });
        }

        foreach (var agreement in desired.Agreements)
            Keep(transaction, agreement, objects[(WorldObjects.AgreementKind, agreement.Id)]);
        return diff;
    }

    void Keep(StoreTransaction transaction, Agreement agreement, WorldObject item) => transaction.Execute(
        """
        insert into agreement_versions (id, version, hash, stored_at, doc) values (@id, @version, @hash, @now, @doc)
        on conflict (id, version) do nothing
        """,
        new
        {
            id = item.Id,
            version = item.Version,
            hash = CanonicalJson.Hash(agreement),
            now = clock.GetCurrentInstant(),
            doc = CanonicalJson.Text(item.Doc),
        });

    static WorldDocument Load(StoreReader reader) =>
        WorldObjects.From(reader.Query<WorldObject>("select kind, id, version, doc from world_objects order by kind, id"));
}
