using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint presence page: pages on which phones show who is there.</summary>
static class PresencePageCommand
{
    const string Root = "/api/v1/phone-pages";

    public static Command Create(CommandSetup setup) =>
        new("page", "Pages that phones fetch: a list's people with their states.") { CreatePage(setup), List(setup), Revoke(setup) };

    static Command CreatePage(CommandSetup setup)
    {
        var watcher = new Argument<string>("watcher") { Description = "Whose phone: it shows what this customer may see." };
        var list = new Argument<string>("list") { Description = "Id of the presence list." };
        var command = new Command("create", "Make a page. Its path is shown once, and whoever has it sees the page.") { watcher, list };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var request = new JsonObject { ["watcher"] = parsed.GetValue(watcher), ["list"] = parsed.GetValue(list) };
            var answer = await client.SendAsync(HttpMethod.Post, Root, request, null, cancel);
            setup.Printer(parsed).One(
                answer.Body,
                new Column("id", item => item.Text("id")),
                new Column("watcher", item => item.Text("watcher")),
                new Column("list", item => item.Text("list")),
                new Column("path", item => item.Text("path")));
            return 0;
        });
        return command;
    }

    static Command List(CommandSetup setup)
    {
        var command = new Command("list", "List pages, revoked ones too.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(
                await client.ListAsync(Root, cancel), "There is no page.",
                new Column("Id", item => item.Text("id")),
                new Column("Watcher", item => item.Text("watcher")),
                new Column("List", item => item.Text("list")),
                new Column("Made", item => item.Text("created")),
                new Column("Revoked", item => item.Text("revoked")));
            return 0;
        });
        return command;
    }

    static Command Revoke(CommandSetup setup)
    {
        var id = new Argument<string>("id") { Description = "Id of the page, ppg_..." };
        var command = new Command("revoke", "End a page at once.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            await client.SendAsync(HttpMethod.Delete, $"{Root}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", null, null, cancel);
            setup.Printer(parsed).Say($"{parsed.GetValue(id)} is ended");
            return 0;
        });
        return command;
    }
}
