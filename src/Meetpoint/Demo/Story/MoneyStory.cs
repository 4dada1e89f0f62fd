using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo.World;

namespace Meetpoint.Demo.Story;

/// <summary>The end of the story: usage that both exchanges measured, and the statement that each made of it.</summary>
sealed class MoneyStory(DemoWorld world, Narrator narrator, StoryReport report)
{
    const string Agreement = "albion-liberty";

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    IEnumerable<string> Participants => world.Residents.Select(resident => resident.Address);

    /// <summary>Tells it.</summary>
    /// <param name="meeting">Id of the meeting.</param>
    public async Task RunAsync(string meeting)
    {
        narrator.Chapter("The usage");
        foreach (var exchange in world.Exchanges)
            await ShowUsageAsync(exchange, meeting);
        narrator.Chapter("The statement");
        foreach (var exchange in world.Exchanges)
            await ShowStatementAsync(exchange);
        var digests = report.StatementDigests.Values.Distinct(StringComparer.Ordinal).ToList();
        if (digests.Count != 1)
            throw new DemoFailedException($"expected equal statements; instead their digests are {string.Join(" and ", digests)}");
        narrator.Say($"the two statements are the same: digest {digests[0][..16]}...");
    }

    async Task ShowUsageAsync(DemoExchange exchange, string meeting)
    {
        var last = "nothing";
        var records = await narrator.WaitingAsync($"{exchange.Party.Domain} is closing the records", Expect.EventuallyAsync(
            async () =>
            {
                var items = (await exchange.Api.TryGetAsync($"usage?meeting={meeting}"))?["items"] as JsonArray;
                last = items is null ? last : string.Join(", ", items.Select(item => $"{item!["unit"]} {item["party"]} {item["state"]}"));
                return items is not null && IsWhole(items) ? items : null;
            },
            Soon, $"usage of {meeting} at {exchange.Party.Domain}: {string.Join(", ", Participants)} and the cascade, all agreed", () => $"{last}. {exchange.Process.LogTail()}"));
        report.UsageRecords[exchange.Party.Domain] = records.Count;
        narrator.Say($"{exchange.Party.Domain} has {records.Count} records under the agreement, all countersigned:");
        foreach (var record in records)
        {
            var seconds = (double)record!["billableMs"]! / 1_000;
            narrator.Detail(string.Create(CultureInfo.InvariantCulture, $"{record["unit"],-19} {record["party"],-28} {seconds,5:0.0} s  measured by {record["measuredBy"]}"));
        }

        bool IsWhole(JsonArray items) =>
            items.All(item => (string?)item!["state"] == "agreed") && items.Any(item => (string?)item!["unit"] == "cascade-minute")
            && Participants.All(participant => items.Any(item => (string?)item!["unit"] == "participant-minute" && (string?)item["party"] == participant));
    }

    async Task ShowStatementAsync(DemoExchange exchange)
    {
        var statement = await exchange.Api.GetAsync($"agreements/{Agreement}/statement");
        report.StatementDigests[exchange.Party.Domain] = (string)statement["digest"]!;
        narrator.Say($"{exchange.Party.Domain}: {Agreement}, {statement["period"]}");
        foreach (var leg in statement["legs"]!.AsArray())
        {
            var seconds = (double)leg!["billableMs"]! / 1_000;
            narrator.Detail(string.Create(
                CultureInfo.InvariantCulture, $"{leg["payer"]} pays {leg["payee"]}: {leg["count"]} x {leg["unit"]}, {seconds:0.0} s = {leg["total"]}"));
        }

        foreach (var net in statement["net"]!.AsArray())
            narrator.Detail($"net: {net!["payer"]} owes {net["payee"]} {net["amount"]}");
    }
}
