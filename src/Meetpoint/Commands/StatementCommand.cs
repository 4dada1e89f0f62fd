using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint statement: what two parties owe each other.</summary>
static class StatementCommand
{
    public static Command Create(CommandSetup setup)
    {
        var agreement = new Argument<string>("agreement") { Description = "Id of the agreement." };
        var period = new Option<string?>("--period") { Description = "Month such as 2026-11; this month when left out." };
        var compare = new Option<bool>("--compare") { Description = "Ask the other side for its digest; ends with 1 when they differ." };
        var show = new Command("show", "Show the priced statement of a month.") { agreement, period, compare };
        show.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var root = $"/api/v1/agreements/{Uri.EscapeDataString(parsed.GetValue(agreement)!)}/statement";
            var statement = (await client.GetAsync(ApiClient.With(root, "period", parsed.GetValue(period)), cancel)).Body;
            var comparison = parsed.GetValue(compare)
                ? (await client.GetAsync(ApiClient.With(root + "/comparison", "period", statement.Text("period")), cancel)).Body : null;
            Show(setup.Printer(parsed), statement!, comparison);
            return comparison is null || comparison.IsTrue("areEqual") ? 0 : 1;
        });
        return new Command("statement", "Statements of agreements.") { show };
    }

    static void Show(Printer printer, JsonNode statement, JsonNode? comparison)
    {
        if (!printer.IsTable)
        {
            if (comparison is not null)
                statement["comparison"] = comparison.DeepClone();
            printer.Document(statement);
            return;
        }

        printer.Say($"{statement.Text("agreement")}, {statement.Text("period")}: {statement["lines"]!.AsArray().Count} agreed records");
        printer.List(
            statement["legs"]!.AsArray(), "Nothing is charged.",
            new Column("Payer", item => item.Text("payer")),
            new Column("Payee", item => item.Text("payee")),
            new Column("For", item => item.Text("unit")),
            new Column("Tariff", item => item.Text("tariff")),
            new Column("Records", item => item.Text("count")),
            new Column("Seconds", item => TimeText.Seconds(item.Text("billableMs"))),
            new Column("Total", item => item.Text("total")));
        foreach (var net in statement["net"]!.AsArray())
            printer.Say($"{net.Text("payer")} owes {net.Text("payee")} {net.Text("amount")}");
        printer.Say($"digest {statement.Text("digest")}");
        if (comparison is not null)
        {
            printer.Say(comparison.IsTrue("areEqual") ? "The other side's statement is equal."
                : comparison.Text("theirs") is { } theirs ? $"The other side's differs: {theirs}" : "The other side knows no such statement.");
        }
    }
}
