namespace Meetpoint.Exchange.Storage;

/// <summary>The writer's queue is full. Nothing was written; the caller refuses its own client (503) or tries later.</summary>
public sealed class StoreBusyException(int queueLimit)
    : Exception($"The store's write queue holds {queueLimit} pieces of work already.")
{
    /// <summary>The limit that was reached, <see cref="StoreOptions.QueueLimit"/>.</summary>
    public int QueueLimit => queueLimit;
}

/// <summary>The database is unreachable or its files fail. See <see cref="OutcomeUnknown"/> before writing the same again.</summary>
public sealed class StoreUnavailableException(string message, bool outcomeUnknown, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// False: nothing of the work was kept. True: the commit was under way when the database went, so the work may or may not be
    /// durable; ids chosen by the caller make a repetition harmless.
    /// </summary>
    public bool OutcomeUnknown => outcomeUnknown;
}

/// <summary>A row breaks a unique, foreign key, check or not-null constraint. The work was rolled back.</summary>
public sealed class StoreConstraintException(StoreConstraint constraint, string message, Exception inner) : Exception(message, inner)
{
    /// <summary>Which kind of constraint.</summary>
    public StoreConstraint Constraint => constraint;
}

/// <summary>The kinds of constraint that both databases tell apart.</summary>
public enum StoreConstraint
{
    /// <summary>A primary key or unique index holds the key already.</summary>
    Unique,

    /// <summary>The row referred to does not exist, or is still referred to.</summary>
    ForeignKey,

    /// <summary>A column that must have a value got none.</summary>
    NotNull,

    /// <summary>A check constraint said no.</summary>
    Check,
}

/// <summary>The schema in the database is not one that this program can run on. The message says which migration and why.</summary>
public sealed class StoreSchemaException(string message) : Exception(message);
