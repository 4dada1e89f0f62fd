using System.Text.Json;
using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Calls;

/// <summary>The rows of anchored calls: written with the answer, gone with the end.</summary>
static class CallRows
{
    public static Migration Migration { get; } = new("calls-001", "anchored calls that are on",
        "create table calls (id {text} not null primary key, node {text} not null, state {text} not null) {strict}",
        "create index calls_node on calls (node)");

    public static void Put(StoreTransaction transaction, string id, string node, CallState state) => transaction.Execute(
        "insert into calls (id, node, state) values (@id, @node, @text) on conflict (id) do update set state = @text",
        new { id, node, text = JsonSerializer.Serialize(state, CallJson.Default.CallState) });

    public static void Remove(StoreTransaction transaction, string id) => transaction.Execute("delete from calls where id = @id", new { id });

    /// <summary>The calls of a node that is gone are another's now.</summary>
    public static void TakeOver(StoreTransaction transaction, string from, string to) =>
        transaction.Execute("update calls set node = @to where node = @from", new { from, to });

    /// <summary>What a node's last process had on. A row that cannot be read is left out.</summary>
    public static IReadOnlyList<(string Id, CallState State)> Of(StoreReader reader, string node)
    {
        var calls = new List<(string, CallState)>();
        foreach (var row in reader.Query<Row>("select id, state from calls where node = @node", new { node }))
        {
            try
            {
                if (JsonSerializer.Deserialize(row.State, CallJson.Default.CallState) is { Legs.Length: 2 } state)
                    calls.Add((row.Id, state));
            }
            catch (JsonException)
            {
                // Of another version: its sides will find the dialog gone, and the reaper its grant.
            }
        }

        return calls;
    }

    sealed record Row(string Id, string State);
}
