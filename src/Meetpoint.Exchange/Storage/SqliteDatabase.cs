using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Meetpoint.Exchange.Storage;

/// <summary>SQLite in write-ahead mode, each commit synced before it is acknowledged.</summary>
sealed class SqliteDatabase(SqliteStoreOptions options) : SqlDatabase
{
    // Primary result codes, https://sqlite.org/rescode.html
    const int Busy = 5, Locked = 6, IoError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, Constraint = 19, NotADatabase = 26;

    /// <summary>SQLITE_DBCONFIG_ENABLE_QPSG, https://sqlite.org/c3ref/c_dbconfig_defensive.html</summary>
    const int SqliteConfigurationEnableStability = 1007;

    /// <summary>A write-ahead log that grew past this under a long reader is cut back at the next checkpoint.</summary>
    const int JournalSizeLimitBytes = 64 << 20;

    /// <summary>SQLITE_CONFIG_MULTITHREAD, https://sqlite.org/c3ref/c_config_covering_index_scan.html</summary>
    const int SqliteConfigurationMultithread = 2;

    // A connection of ours is used by one thread at a time, so it needs no lock of its own at each call.
    static SqliteDatabase()
    {
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SqliteConfigurationMultithread);
    }

    // Immediate: the lock is taken before the first read, so that no read is stale by the time of the write.
    public override string BeginWrite => "begin immediate";

    public override string BeginRead => "begin";

    public override StoreConnection OpenWriter()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(options.Path))!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DirectorySync.Sync(Path.GetDirectoryName(folder)!);
        }

        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        connection.Run("pragma journal_mode = wal");
        connection.Run(options.SyncCommits ? "pragma synchronous = full" : "pragma synchronous = off");
        connection.Run($"pragma journal_size_limit = {JournalSizeLimitBytes}");

        // SQLite syncs the folder for its journals, not for the database file itself.
        if (options.Vfs is null)
            DirectorySync.Sync(folder);
        return connection;
    }

    public override StoreConnection OpenReader() => Open(SqliteOpenMode.ReadOnly);

    public override Exception Translate(DbException exception)
    {
        if (exception is not SqliteException e)
            return exception;
        return e.SqliteErrorCode switch
        {
            Constraint => e.SqliteExtendedErrorCode switch
            {
                787 => new StoreConstraintException(StoreConstraint.ForeignKey, e.Message, e),
                1299 => new StoreConstraintException(StoreConstraint.NotNull, e.Message, e),
                1555 or 2067 or 2579 => new StoreConstraintException(StoreConstraint.Unique, e.Message, e),
                275 => new StoreConstraintException(StoreConstraint.Check, e.Message, e),
                _ => e,
            },
            Busy or Locked or IoError or Corrupt or Full or CannotOpen or NotADatabase =>
                new StoreUnavailableException($"{options.Path}: {e.Message}", outcomeUnknown: false, e),
            _ => e,
        };
    }

    // After a failed write or sync the kernel may have dropped the pages and called them clean: trying again could succeed
    // without their being on the disk. Only recovery from what is there tells.
    public override bool IsLasting(Exception exception) =>
        exception.InnerException is SqliteException { SqliteErrorCode: IoError or Corrupt or NotADatabase };

    public override void WithMigrationLock(StoreConnection connection, Action change) => change(); // each step begins immediate

    public override string Expand(string statement) => statement
        .Replace("{text}", "text", StringComparison.Ordinal)
        .Replace("{bigint}", "integer", StringComparison.Ordinal)
        .Replace("{double}", "real", StringComparison.Ordinal)
        .Replace("{blob}", "blob", StringComparison.Ordinal)
        .Replace("{strict}", "strict", StringComparison.Ordinal);

    StoreConnection Open(SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = mode,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = (int)Math.Max(1, options.BusyTimeout.TotalSeconds),
        };
        if (options.Vfs is not null)
            text.Vfs = options.Vfs;
        var raw = new SqliteConnection(text.ToString());
        try
        {
            raw.Open();
        }
        catch (SqliteException e)
        {
            raw.Dispose();
            throw new StoreUnavailableException($"{options.Path} cannot be opened: {e.Message}", outcomeUnknown: false, e);
        }

        // Without the stability guarantee a statement with a parameter in LIMIT is compiled anew at each run, in case its value suggests another plan.
        _ = SQLitePCL.raw.sqlite3_db_config(raw.Handle!, SqliteConfigurationEnableStability, 1, out _);
        var connection = new StoreConnection(raw, this);
        connection.Run($"pragma busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}");
        connection.Run("pragma case_sensitive_like = on"); // as PostgreSQL has it
        return connection;
    }
}
