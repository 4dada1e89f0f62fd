using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint roaming realms, discover and explain: whom the RADIUS hub asks, what the DNS says of a realm, and which way a request would go.</summary>
static class RadiusCommands
{
    const string Root = "/api/v1/radius";

    public static Command Realms(CommandSetup setup)
    {
        var discovered = new Option<bool>("--discovered") { Description = "Those that were looked up in the DNS, what was asked for last first." };
        var command = new Command("realms", "Realms, who is asked about each, and whether they are there.") { discovered };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var body = (await client.GetAsync(Root + "/realms", cancel)).Body!;
            if (parsed.GetValue(discovered))
                setup.Printer(parsed).List(body["discovered"]!.AsArray(), "No realm was looked up.", DiscoveredColumns);
            else
                setup.Printer(parsed).List(body["items"]!.AsArray(), "The world has no realms.", Columns);
            return 0;
        });
        return command;
    }

    public static Command Discover(CommandSetup setup)
    {
        var realm = new Argument<string>("realm") { Description = "What stands behind the @." };
        var accounting = new Option<bool>("--accounting") { Description = "The servers for accounting, instead of those that authenticate." };
        var command = new Command("discover", "What the DNS says now of the home servers of a realm, question by question; 1 where it names none.") { realm, accounting };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(ApiClient.With(Root + "/discover", "realm", parsed.GetValue(realm)), "use", parsed.GetValue(accounting) ? "accounting" : "authentication");
            var found = (await client.GetAsync(path, cancel)).Body!;
            setup.Printer(parsed).Document(found);
            return found["found"]!.Text("state") == "found" ? 0 : 1;
        });
        return command;
    }

    public static Command Explain(CommandSetup setup)
    {
        var user = new Argument<string>("user") { Description = "NAME@REALM." };
        var at = new Option<string?>("--at") { Description = "Provider at whose hotspot the user is: which way a request would go now." };
        var live = new RadiusWatchCommand(setup);
        var command = new Command("explain", "Which way requests go, step by step, secrets masked: real ones as they come, or with --at one that would come now; 1 where that would be rejected, or none came.") { user, at };
        foreach (var option in live.Options)
            command.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            if (live.IsMeant(parsed, parsed.GetValue(at)))
                return await live.RunAsync(parsed, Root + "/watch", parsed.GetValue(user)!, cancel);
            using var client = setup.Client(parsed);
            var path = ApiClient.With(ApiClient.With(Root + "/explain", "user", parsed.GetValue(user)), "at", parsed.GetValue(at));
            var found = (await client.GetAsync(path, cancel)).Body!;
            setup.Printer(parsed).Document(found);
            return found["refused"] is null ? 0 : 1;
        });
        return command;
    }

    static Column[] DiscoveredColumns { get; } =
    [
        new("Realm", item => item.Text("realm")),
        new("Service", item => item.Text("service")),
        new("State", item => item.Text("state")),
        new("Until", item => item.Text("until")),
        new("Servers", item => string.Join(", ", item.Items("servers").Select(server => $"{server.Text("host")} {server.Text("address")}"))),
    ];

    static Column[] Columns { get; } =
    [
        new("Realm", item => item.Text("realm")),
        new("Provider", item => item.Text("provider")),
        new("Servers", item => string.Join(", ", item.Items("servers").Select(server => $"{server.Text("address")} {server.Text("use")} {server.Text("state")}"))),
    ];
}
