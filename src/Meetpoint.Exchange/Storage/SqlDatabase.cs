using System.Data.Common;

namespace Meetpoint.Exchange.Storage;

/// <summary>Where SQLite and PostgreSQL differ.</summary>
abstract class SqlDatabase
{
    /// <summary>Opens a transaction that may write.</summary>
    public abstract string BeginWrite { get; }

    /// <summary>Opens a transaction that reads one snapshot.</summary>
    public abstract string BeginRead { get; }

    /// <summary>A connection for the writer.</summary>
    public abstract StoreConnection OpenWriter();

    /// <summary>A connection that can only read.</summary>
    public abstract StoreConnection OpenReader();

    /// <summary>The exception that callers see.</summary>
    public abstract Exception Translate(DbException exception);

    /// <summary>
    /// Whether the files can no longer be trusted after this, so that the store refuses all further writing until it is opened
    /// anew and has recovered.
    /// </summary>
    public abstract bool IsLasting(Exception exception);

    /// <summary>Runs the schema's change while nobody else does the same on the same data.</summary>
    public abstract void WithMigrationLock(StoreConnection connection, Action change);

    /// <summary>Replaces the tokens of <see cref="Migration"/>.</summary>
    public abstract string Expand(string statement);
}
