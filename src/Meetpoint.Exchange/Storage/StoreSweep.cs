namespace Meetpoint.Exchange.Storage;

/// <summary>
/// Regular work on rows that wait for something. It is left out while there are none, which only a commit can change, so that an exchange at
/// rest costs its store nothing.
/// </summary>
/// <param name="store">Where they wait.</param>
/// <param name="waits">Whether there are any, due or not.</param>
/// <param name="sweep">The work.</param>
/// <remarks>One caller at a time.</remarks>
sealed class StoreSweep(Store store, Func<StoreReader, bool> waits, Func<Task> sweep)
{
    /// <summary>Turns that are left out at most: another process may have written to the same database.</summary>
    const int MaxLeftOut = 20;

    long _restingSince = -1;
    int _leftOut;

    /// <summary>Does the work if there may be any.</summary>
    public Task RunAsync()
    {
        // Counted before it is read: what is committed meanwhile is seen at the next turn.
        var commits = store.Commits;
        if (commits == _restingSince && _leftOut++ < MaxLeftOut)
            return Task.CompletedTask;
        _leftOut = 0;
        _restingSince = store.Read(waits) ? -1 : commits;
        return _restingSince < 0 ? sweep() : Task.CompletedTask;
    }
}
