using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Interop.Killed;

/// <summary>A usage record as an exchange shows it.</summary>
sealed record UsageLine(string Id, string Unit, string Party, string State, Instant Started, Instant Ended, long BillableMs, string Text, string Witnessed)
{
    /// <summary>The records of a meeting; those that are agreed are noted, since from there on they may not be lost or change.</summary>
    /// <exception cref="DemoFailedException">One that was agreed before is gone, or is another.</exception>
    public static async Task<IReadOnlyList<UsageLine>> OfMeetingAsync(KillingWorld world, DemoExchange exchange, string meeting)
    {
        if ((await exchange.Api.TryGetAsync($"usage?limit=200&meeting={meeting}"))?["items"] is not JsonArray items)
            return [];
        var lines = items.Select(item => Of(item!)).OrderBy(line => line.Id, StringComparer.Ordinal).ToList();
        lock (world.Acknowledged)
        {
            foreach (var line in lines.Where(line => line.State == "agreed"))
                world.Acknowledged.TryAdd((exchange.Party.Domain, line.Id), line.Text);
            foreach (var line in lines)
            {
                if (world.Acknowledged.TryGetValue((exchange.Party.Domain, line.Id), out var before) && before != line.Text)
                    throw new DemoFailedException($"expected {exchange.Party.Domain} to keep what was agreed: {before}; instead: {line.Text}");
            }
        }

        return lines;
    }

    static UsageLine Of(JsonNode item)
    {
        var (started, ended) = (Time("started"), Time("ended"));
        return new UsageLine(
            (string)item["id"]!, (string)item["unit"]!, (string)item["party"]!, (string)item["state"]!, started, ended, (long)item["billableMs"]!,
            $"{item["id"]} {item["unit"]} {item["party"]} by {item["measuredBy"]}, {item["started"]} to {item["ended"]}, {item["billableMs"]} ms, "
            + $"{item["packetsIn"]}/{item["packetsOut"]} packets: {item["state"]} {item["reason"]}".TrimEnd(),
            $"{item["witnessStarted"]} to {item["witnessEnded"]}");

        Instant Time(string name) => InstantPattern.ExtendedIso.Parse((string)item[name]!).GetValueOrThrow();
    }
}
