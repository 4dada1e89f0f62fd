using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Configuration;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint apply: makes the world what a file says.</summary>
static class ApplyCommand
{
    public static Command Create(CommandSetup setup)
    {
        var file = new Option<string>("--file", "-f") { Required = true, Description = "world.yaml; - reads it from the input." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would change." };
        var command = new Command("apply", "Make providers, customers, neighbours, agreements, routes and tariffs what a file says.") { file, dryRun };
        command.SetAction(async (parsed, cancel) =>
        {
            var world = WorldFile.Read(parsed.GetValue(file)!, setup.Around);
            if (world.WriteFaults(world.Tree.Faults, setup.Around.Error))
                return 1;
            using var client = setup.Client(parsed);
            try
            {
                var path = parsed.GetValue(dryRun) ? "/api/v1/world?dry_run=true" : "/api/v1/world";
                var answer = await client.SendAsync(HttpMethod.Post, path, world.Document, null, cancel);
                Show(setup.Printer(parsed), answer.Body!, parsed.GetValue(dryRun));
                return 0;
            }
            catch (ApiProblemException refused) when (refused.Problem.Faults.Count > 0)
            {
                // The exchange names places in the document by JSON pointers; the reader has lines before him.
                world.WriteFaults(
                    [.. refused.Problem.Faults.Select(fault => world.Tree.FaultAt(fault.Path, fault.Message, fault.Mend))], setup.Around.Error);
                await setup.Around.Error.WriteLineAsync(refused.Problem.Detail);
                return 1;
            }
        });
        return command;
    }

    static void Show(Printer printer, JsonNode diff, bool dryRun)
    {
        if (!printer.IsTable)
        {
            printer.Document(diff);
            return;
        }

        var counts = new Dictionary<string, int> { ["create"] = 0, ["change"] = 0, ["delete"] = 0 };
        foreach (var change in diff.Items("changes"))
        {
            var action = change.Text("action")!;
            counts[action]++;
            printer.Say($"{change.Text("kind")}/{change.Text("id")} {action}d");
            if (action != "change")
                continue;
            foreach (var field in change.Items("fields"))
                printer.Say($"  {field.Text("path")}: {field.Text("before") ?? "nothing"} → {field.Text("after") ?? "nothing"}");
        }

        printer.Say(counts.Values.Sum() == 0 ? "nothing to change"
            : $"{counts["create"]} created, {counts["change"]} changed, {counts["delete"]} deleted{(dryRun ? " (dry run: nothing was done)" : "")}");
    }
}
