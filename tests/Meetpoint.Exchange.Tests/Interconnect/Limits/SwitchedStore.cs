using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Tests.Interconnect.Limits;

/// <summary>A way to a store that can be cut.</summary>
sealed class SwitchedStore(Store store) : Store
{
    public bool IsAway { get; set; }

    public override Task<T> WriteAsync<T>(Func<StoreTransaction, T> work) =>
        IsAway ? Task.FromException<T>(new StoreUnavailableException("cut", outcomeUnknown: false)) : store.WriteAsync(work);

    public override T Read<T>(Func<StoreReader, T> query) => store.Read(query);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
