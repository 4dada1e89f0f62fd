using System.Data.Common;
using Npgsql;

namespace Meetpoint.Exchange.Storage;

/// <summary>One schema of a PostgreSQL database.</summary>
sealed class PostgresDatabase : SqlDatabase
{
    /// <summary>First half of the advisory lock's key ("meet"), the second is the schema's hash.</summary>
    const int MigrationLock = 0x6d656574;

    readonly string connectionString;
    readonly string schema;

    public PostgresDatabase(PostgresStoreOptions options)
    {
        schema = options.Schema;
        if (schema.Length is 0 or > 63 || schema.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))
            throw new ArgumentException($"\"{schema}\" is no schema name: lower-case letters, digits and underscores, at most 63.");
        connectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Pooling = false, // the store holds its own connections, with their prepared statements
            Enlist = false,
            SearchPath = schema,
            ApplicationName = "meetpoint",
            Options = "-c synchronous_commit=on", // a role's or database's default must not weaken the promise
        }.ToString();
    }

    // The single writer needs no more isolation than this, and gets no serialisation failures to retry.
    public override string BeginWrite => "begin isolation level read committed";

    public override string BeginRead => "begin isolation level repeatable read read only";

    public override StoreConnection OpenWriter() => Open();

    public override StoreConnection OpenReader() => Open();

    public override Exception Translate(DbException exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } e => Broken(StoreConstraint.Unique, e),
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } e => Broken(StoreConstraint.ForeignKey, e),
        PostgresException { SqlState: PostgresErrorCodes.NotNullViolation } e => Broken(StoreConstraint.NotNull, e),
        PostgresException { SqlState: PostgresErrorCodes.CheckViolation } e => Broken(StoreConstraint.Check, e),
        PostgresException e when IsOutage(e.SqlState) => Lost(e),
        PostgresException => exception,
        NpgsqlException e => Lost(e),
        _ => exception,
    };

    // The server recovers by itself, and a new connection sees what it kept.
    public override bool IsLasting(Exception exception) => false;

    public override void WithMigrationLock(StoreConnection connection, Action change)
    {
        var key = $"{MigrationLock}, hashtext('{schema}')";
        connection.Run($"select pg_advisory_lock({key})");
        try
        {
            connection.Run($"create schema if not exists {schema}");
            change();
        }
        finally
        {
            if (connection.IsOpen)
                connection.Run($"select pg_advisory_unlock({key})");
        }
    }

    public override string Expand(string statement) => statement
        .Replace("{text}", "text collate \"C\"", StringComparison.Ordinal)
        .Replace("{bigint}", "bigint", StringComparison.Ordinal)
        .Replace("{double}", "double precision", StringComparison.Ordinal)
        .Replace("{blob}", "bytea", StringComparison.Ordinal)
        .Replace("{strict}", "", StringComparison.Ordinal);

    StoreConnection Open()
    {
        var raw = new NpgsqlConnection(connectionString);
        try
        {
            raw.Open();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            raw.Dispose();
            var target = new NpgsqlConnectionStringBuilder(connectionString);
            throw new StoreUnavailableException(
                $"PostgreSQL at {target.Host}:{target.Port}, database {target.Database}, is not to be reached: {e.Message}", false, e);
        }

        return new StoreConnection(raw, this);
    }

    // Class 08 connection, 53 resources (out of disk, connections), 57P shutting down, 58 system error.
    static bool IsOutage(string state) => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57P", StringComparison.Ordinal) || state.StartsWith("58", StringComparison.Ordinal);

    static StoreConstraintException Broken(StoreConstraint constraint, PostgresException e) => new(constraint, e.MessageText, e);

    static StoreUnavailableException Lost(NpgsqlException e) => new($"PostgreSQL is unavailable: {e.Message}", outcomeUnknown: false, e);
}
