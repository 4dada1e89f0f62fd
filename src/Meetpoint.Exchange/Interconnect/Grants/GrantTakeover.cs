using Meetpoint.Exchange.Storage;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Takes over the grants of nodes that died and whose name does not come back. A node that is started again under its name closes its own
/// (<see cref="GrantBook.RecoverAsync"/>); one that nobody starts again would leave its customers' use unrecorded for good.
/// </summary>
/// <remarks>
/// Every node that shares the store looks; whoever comes first closes a grant, and the others find it closed. How long a node has been dead each
/// counts on its own clock, from when it first saw it so. Not thread safe.
/// </remarks>
/// <param name="store">The store that the nodes share.</param>
/// <param name="grants">This node's grants.</param>
/// <param name="hold">Takes from the limits again what a call holds that goes on here; null takes nothing.</param>
/// <param name="taken">Told, within the transaction, of a node whose calls go on here.</param>
public sealed class GrantTakeover(
    Store store, GrantBook grants, Func<string, string, CorrelationId, Grant>? hold = null, Action<StoreTransaction, string>? taken = null)
{
    /// <summary>How long a node has been seen to be dead before its grants are closed by another: time for someone to start it again.</summary>
    public const long AfterNs = 4 * LimitBook.LeaseNs;

    /// <summary>Time between two looks.</summary>
    public const long LookEveryNs = LimitBook.LeaseNs / 3;

    readonly Dictionary<DeadNode, long> _deadSinceNs = [];
    long _nextNs = long.MinValue;

    /// <summary>Called every second or so; gives the number of grants that it closed or took.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<int> RunAsync(long nowNs)
    {
        if (nowNs < _nextNs)
            return 0;
        _nextNs = nowNs + LookEveryNs;
        var dead = store.Read(SliceTable.DeadWithGrants);
        foreach (var back in _deadSinceNs.Keys.Except(dead).ToList())
            _deadSinceNs.Remove(back);
        var closed = 0;
        foreach (var node in dead)
        {
            if (_deadSinceNs.TryAdd(node, nowNs) || nowNs - _deadSinceNs[node] < AfterNs)
                continue;
            closed += await grants.TakeOverAsync(node.Node, node.Epoch, hold, transaction => taken?.Invoke(transaction, node.Node)).ConfigureAwait(false);
        }

        return closed;
    }
}
