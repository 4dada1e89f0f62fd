namespace Meetpoint.Exchange.Storage;

/// <summary>The store beyond one machine: a schema of a PostgreSQL database.</summary>
public static class PostgresStore
{
    /// <summary>
    /// Connects and applies the migrations that the schema lacks. A connection lost later fails the work that was on it and is
    /// opened anew for the next.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The server is not to be reached.</exception>
    /// <exception cref="StoreSchemaException">A newer program wrote the schema.</exception>
    public static SqlStore Open(PostgresStoreOptions options, IReadOnlyList<Migration> migrations) =>
        SqlStore.Open(new PostgresDatabase(options), options, migrations);
}
