using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint calls: what is on, its end, and how calls went.</summary>
static class CallsCommand
{
    public static Command Create(CommandSetup setup) => new("calls", "Calls that are on, and how those before went.")
    {
        List(setup),
        Show(setup),
        End(setup),
        CallStatisticsCommand.Create(setup),
    };

    static Command List(CommandSetup setup)
    {
        var command = new Command("list", "List calls that are on, the newest first.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(
                await client.ListAsync("/api/v1/calls", cancel), "No call is on.",
                new Column("Id", item => item.Text("id")),
                new Column("State", item => item.Text("state")),
                new Column("Mode", item => item.Text("mode")),
                new Column("Caller", item => item.Text("caller")),
                new Column("Called", item => item.Text("called")),
                new Column("From", item => item.Text("from")),
                new Column("To", item => item.Text("to")),
                new Column("Began", item => item.Text("began")),
                new Column("Answered", item => item.Text("answered")));
            return 0;
        });
        return command;
    }

    static Command Show(CommandSetup setup)
    {
        var id = Id();
        var command = new Command("show", "Show one call, with what its media measure.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).Document((await client.GetAsync(Path(parsed.GetValue(id)), cancel)).Body!);
            return 0;
        });
        return command;
    }

    static Command End(CommandSetup setup)
    {
        var id = Id();
        var command = new Command("end", "End an anchored call: both sides get a BYE.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            await client.SendAsync(HttpMethod.Post, Path(parsed.GetValue(id)) + "/end", null, null, cancel);
            setup.Printer(parsed).Say($"{parsed.GetValue(id)} is ended.");
            return 0;
        });
        return command;
    }

    static Argument<string> Id() => new("call") { Description = "Id of the call, as 'meetpoint calls list' shows it." };

    static string Path(string? id) => $"/api/v1/calls/{Uri.EscapeDataString(id!)}";
}
