namespace Meetpoint.Exchange.Storage;

/// <summary>The embedded store: one file, no server.</summary>
public static class SqliteStore
{
    /// <summary>Opens the file, created when absent, and applies the migrations that it lacks.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be opened or recovered.</exception>
    /// <exception cref="StoreSchemaException">A newer program wrote the file.</exception>
    public static SqlStore Open(SqliteStoreOptions options, IReadOnlyList<Migration> migrations) =>
        SqlStore.Open(new SqliteDatabase(options), options, migrations);
}
