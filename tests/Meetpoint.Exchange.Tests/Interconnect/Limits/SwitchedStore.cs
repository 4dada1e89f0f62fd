using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Tests.Interconnect.Limits;

/// <summary>A way to a store that can be cut.</summary>
sealed class SwitchedStore(Store store) : Store
{
    public override long Commits => store.Commits;

    public bool IsAway { get; set; }

    /// <summary>True: what is written is kept, and the writer is not told so.</summary>
    public bool LosesAnswers { get; set; }

    public override async Task<T> WriteAsync<T>(Func<StoreTransaction, T> work)
    {
        if (IsAway)
            throw new StoreUnavailableException("cut", outcomeUnknown: false);
        var result = await store.WriteAsync(work);
        return LosesAnswers ? throw new StoreUnavailableException("cut", outcomeUnknown: true) : result;
    }

    public override void Write<T>(Func<StoreTransaction, T> work, Action<T> done, Action<Exception> failed)
    {
        var lost = new StoreUnavailableException("cut", outcomeUnknown: !IsAway);
        if (IsAway)
            failed(lost);
        else
            store.Write(work, result => { if (LosesAnswers) failed(lost); else done(result); }, failed);
    }

    public override T Read<T>(Func<StoreReader, T> query) => store.Read(query);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
