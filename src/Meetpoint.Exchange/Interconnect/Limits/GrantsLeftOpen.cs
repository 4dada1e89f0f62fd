using System.Collections.Immutable;
using System.Text.Json;
using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The grants that a node's last process left open in the store. They count against the limits until recovery, or whoever goes on with them, has
/// closed them: the new process does not know them in memory.
/// </summary>
sealed class GrantsLeftOpen
{
    HashSet<string> _ids = [];

    /// <summary>The slices that they take from.</summary>
    public IReadOnlyCollection<SliceKey> Keys { get; private set; } = [];

    /// <summary>What they hold by slice.</summary>
    /// <param name="reader">Within the node's turn.</param>
    /// <param name="node">The node.</param>
    /// <param name="isFirst">True: what is open now was left; false: what is still open of that.</param>
    public IReadOnlyDictionary<SliceKey, SliceAmounts> Read(StoreReader reader, string node, bool isFirst)
    {
        if (!isFirst && _ids.Count == 0)
            return ImmutableDictionary<SliceKey, SliceAmounts>.Empty;
        var held = new Dictionary<SliceKey, SliceAmounts>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in reader.Query<Row>("select id, kind, links, ports from grants where state = 'open' and node = @node", new { node }))
        {
            if (!isFirst && !_ids.Contains(row.Id))
                continue;
            ids.Add(row.Id);
            var amount = new SliceAmounts(row.Kind == GrantKind.Meeting ? 1 : 0, LimitUse.TakesPorts(row.Kind) ? row.Ports : 0, 0);
            foreach (var link in JsonSerializer.Deserialize(row.Links, GrantJson.Default.ImmutableArrayGrantLink))
            {
                var key = new SliceKey(link.Agreement, link.AToB);
                held[key] = held.GetValueOrDefault(key) + amount;
            }
        }

        _ids = ids;
        Keys = [.. Keys, .. held.Keys.Except(Keys)];
        return held;
    }

    /// <summary>The slices have been asked for; only those that grants still hold need be again.</summary>
    public void Settled() => Keys = _ids.Count == 0 ? [] : Keys;

    sealed record Row(string Id, GrantKind Kind, string Links, int Ports);
}
