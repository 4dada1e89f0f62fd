using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>meetpoint calls statistics: how calls went.</summary>
static class CallStatisticsCommand
{
    public static Command Create(CommandSetup setup)
    {
        var partner = new Option<string?>("--partner") { Description = "Only with this neighbour, or with those of this provider." };
        var destination = new Option<string?>("--destination") { Description = "Only to this domain, or to numbers of this prefix, such as +44." };
        var since = new Option<string?>("--since") { Description = "How far back, in whole quarters of an hour: 1h, 7d; a day when left out." };
        var sum = new Option<bool>("--sum") { Description = "Add each partner's destinations up." };
        var command = new Command("statistics", "Show attempts, ASR, NER, ACD, PDD and causes by partner, direction and destination, the busiest first.")
        {
            partner, destination, since, sum,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var path = ApiClient.With(
                ApiClient.With("/api/v1/calls/statistics", "partner", parsed.GetValue(partner)), "destination", parsed.GetValue(destination));
            if (parsed.GetValue(since) is { } length)
            {
                if (!TimeText.TryParseLength(length, out var back))
                    throw new CommandFailedException($"'{length}' is no length of time", "write it as 1h or 7d");
                path = ApiClient.With(path, "since", InstantPattern.ExtendedIso.Format(setup.Around.Clock.GetCurrentInstant() - back));
            }

            if (parsed.GetValue(sum))
                path = ApiClient.With(path, "by", "partner");
            using var client = setup.Client(parsed);
            var rows = await client.ListAsync(path, cancel);
            setup.Printer(parsed).List(
                new JsonArray([.. rows.OrderByDescending(row => Number(row, "attempts")).Select(row => row?.DeepClone())]), "No call ended in that time.",
                new Column("Partner", item => item.Text("partner")),
                new Column("Direction", item => item.Text("direction")),
                new Column("Destination", item => item.Text("destination") ?? "all"),
                new Column("Attempts", item => item.Text("attempts")),
                new Column("Answered", item => item.Text("answered")),
                new Column("ASR %", item => Percent(item, "asr")),
                new Column("NER %", item => Percent(item, "ner")),
                new Column("ACD s", item => Rounded(item, "acdSeconds", 1)),
                new Column("PDD ms", item => item.Text("pddMedianMs")),
                new Column("PDD 95 % ms", item => item.Text("pdd95Ms")),
                new Column("Causes", item => string.Join(", ", item.Items("causes").Select(Cause))));
            return 0;
        });
        return command;
    }

    static string Cause(JsonNode? cause) =>
        string.Create(CultureInfo.InvariantCulture, $"{cause.Text("attempts")} x {cause.Text("cause")}{(cause.Text("meaning") is { } meaning ? " " + meaning : "")}");

    static string? Percent(JsonNode? item, string member) => Number(item, member) is { } ratio ? (ratio * 100).ToString("0.0", CultureInfo.InvariantCulture) : null;

    static string? Rounded(JsonNode? item, string member, int digits) => Number(item, member)?.ToString("F" + digits, CultureInfo.InvariantCulture);

    static double? Number(JsonNode? item, string member) =>
        double.TryParse(item.Text(member), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
