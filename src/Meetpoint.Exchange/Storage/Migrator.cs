using NodaTime;

namespace Meetpoint.Exchange.Storage;

/// <summary>Brings a database to the schema of this program, or says why it cannot.</summary>
static class Migrator
{
    const string CreateTable = "create table if not exists schema_migrations (id {text} primary key, name {text} not null, "
        + "checksum {text} not null, applied_at {bigint} not null) {strict}";

    /// <summary>Applies what is missing, in order, each step in a transaction of its own. Safe when several programs start at once.</summary>
    public static void Apply(SqlDatabase database, StoreConnection connection, IReadOnlyList<Migration> migrations, IClock clock)
    {
        if (migrations.GroupBy(m => m.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two migrations are called {twice.Key}.");
        database.WithMigrationLock(connection, () =>
        {
            InTransaction(database, connection, () => connection.Run(database.Expand(CreateTable)));
            Check(connection, migrations);
            foreach (var migration in migrations)
                InTransaction(database, connection, () => ApplyOne(database, connection, migration, clock));
        });
    }

    static void Check(StoreConnection connection, IReadOnlyList<Migration> migrations)
    {
        var known = migrations.ToDictionary(m => m.Id, StringComparer.Ordinal);
        foreach (var (id, checksum) in connection.Query<(string, string)>("select id, checksum from schema_migrations order by id", null))
        {
            if (!known.TryGetValue(id, out var migration))
            {
                throw new StoreSchemaException(
                    $"The database has migration {id}, which this program does not know: it was last run by a newer one. Run that, or restore a backup.");
            }

            if (migration.Checksum != checksum)
                throw new StoreSchemaException($"Migration {id} was applied with other statements than this program has for it.");
        }
    }

    static void ApplyOne(SqlDatabase database, StoreConnection connection, Migration migration, IClock clock)
    {
        // Asked within the transaction: another program may have applied it since.
        if (connection.Single<long>("select count(*) from schema_migrations where id = @Id", new { migration.Id }) != 0)
            return;
        foreach (var statement in migration.Statements)
            connection.Run(database.Expand(statement));
        connection.Execute(
            "insert into schema_migrations (id, name, checksum, applied_at) values (@Id, @Name, @Checksum, @AppliedAt)",
            new { migration.Id, migration.Name, migration.Checksum, AppliedAt = clock.GetCurrentInstant() });
    }

    static void InTransaction(SqlDatabase database, StoreConnection connection, Action change)
    {
        connection.Run(database.BeginWrite);
        try
        {
            change();
            connection.Run("commit");
        }
        catch
        {
            if (connection.IsOpen)
                connection.Run("rollback");
            throw;
        }
    }
}
