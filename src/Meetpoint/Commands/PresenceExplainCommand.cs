using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint presence explain: why each watcher was told, or was not.</summary>
static class PresenceExplainCommand
{
    public static Command Create(CommandSetup setup)
    {
        var address = PresenceCommand.Address();
        var watcher = new Option<string?>("--watcher") { Description = "Only this watcher, and whether he may watch at all." };
        var command = new Command("explain", "Say why each watcher was told of somebody, or was not.") { address, watcher };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With($"{PresenceCommand.Root}/{Uri.EscapeDataString(parsed.GetValue(address)!)}/explanation", "watcher", parsed.GetValue(watcher));
            var explanation = (await client.GetAsync(path, cancel)).Body;
            var printer = setup.Printer(parsed);
            if (!printer.IsTable)
                printer.Document(explanation);
            else
                Write(explanation, new PresencePictureText(setup.Around.Zone, setup.Around.Clock), setup.Around.Out);
            return 0;
        });
        return command;
    }

    static void Write(JsonNode? explanation, PresencePictureText text, TextWriter output)
    {
        var root = text.Tree(explanation?["picture"]);
        if (explanation?["verdict"] is { } verdict)
        {
            root.Add(verdict.Text("reason") is { } reason
                ? $"{verdict.Text("watcher")} may not watch: {reason}; {verdict.Text("detail")}"
                : $"{verdict.Text("watcher")} {verdict.Text("detail")}; level {verdict.Text("level")}");
        }

        var decisions = explanation.Items("decisions").ToList();
        var lately = root.Add(decisions.Count == 0 ? "lately: nothing was decided" : "lately");
        foreach (var decision in decisions)
            lately.Add(text.Decision(decision));
        root.Write(output);
    }
}
