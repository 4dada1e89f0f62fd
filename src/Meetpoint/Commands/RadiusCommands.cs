using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint roaming realms and explain: whom the RADIUS hub asks, and which way a request would go.</summary>
static class RadiusCommands
{
    const string Root = "/api/v1/radius";

    public static Command Realms(CommandSetup setup)
    {
        var command = new Command("realms", "Realms, who is asked about each, and whether they are there.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var items = (await client.GetAsync(Root + "/realms", cancel)).Body!["items"]!.AsArray();
            setup.Printer(parsed).List(items, "The world has no realms.", Columns);
            return 0;
        });
        return command;
    }

    public static Command Explain(CommandSetup setup)
    {
        var user = new Argument<string>("user") { Description = "NAME@REALM." };
        var at = new Option<string>("--at") { Description = "Provider at whose hotspot the user is.", Required = true };
        var command = new Command("explain", "Which way a request would go now, step by step; 1 where it would be rejected.") { user, at };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(ApiClient.With(Root + "/explain", "user", parsed.GetValue(user)), "at", parsed.GetValue(at));
            var found = (await client.GetAsync(path, cancel)).Body!;
            setup.Printer(parsed).Document(found);
            return found["refused"] is null ? 0 : 1;
        });
        return command;
    }

    static Column[] Columns { get; } =
    [
        new("Realm", item => item.Text("realm")),
        new("Provider", item => item.Text("provider")),
        new("Servers", item => string.Join(", ", item.Items("servers").Select(server => $"{server.Text("address")} {server.Text("use")} {server.Text("state")}"))),
    ];
}
