using System.CommandLine;
using System.Globalization;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint roaming: sessions of customers on others' networks, how well they are reported, and which way requests go.</summary>
static class RoamingCommand
{
    const string Root = "/api/v1/roaming";

    public static Command Create(CommandSetup setup) => new("roaming", "Roaming: who used whose network, for how long, how much, and what proves it; whose realms lead where, and why.")
    {
        Sessions(setup),
        Session(setup),
        Disconnect(setup),
        Scores(setup),
        RadiusCommands.Realms(setup),
        RadiusCommands.Explain(setup),
    };

    static Command Sessions(CommandSetup setup)
    {
        var state = new Option<string?>("--state") { Description = "Only those that are accepted, open, closed or settled." };
        var visited = new Option<string?>("--visited") { Description = "Only at this provider's networks." };
        var home = new Option<string?>("--home") { Description = "Only of this provider's customers." };
        var realm = new Option<string?>("--realm") { Description = "Only of this realm." };
        var hotspot = new Option<string?>("--hotspot") { Description = "Only at this hotspot." };
        var person = new Option<string?>("--person") { Description = "Only of this customer, by the name that a session shows." };
        var command = new Command("sessions", "List roaming sessions, the latest first.") { state, visited, home, realm, hotspot, person };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = Root + "/sessions?limit=500";
            foreach (var option in (Option<string?>[])[state, visited, home, realm, hotspot, person])
                path = ApiClient.With(path, option.Name.TrimStart('-'), parsed.GetValue(option));
            setup.Printer(parsed).List(await client.ListAsync(path, cancel), "There is no such session.", SessionColumns);
            return 0;
        });
        return command;
    }

    static Command Session(CommandSetup setup)
    {
        var id = new Argument<string>("id") { Description = "Its id." };
        var command = new Command("session", "Show one session with the reports that prove it.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).Document((await client.GetAsync($"{Root}/sessions/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancel)).Body);
            return 0;
        });
        return command;
    }

    static Command Disconnect(CommandSetup setup)
    {
        var id = new Argument<string>("id") { Description = "Its id." };
        var command = new Command("disconnect", "End a session, and say whether it truly ended: 0 where the access server says so, 1 where it does not.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var done = (await client.SendAsync(HttpMethod.Post, $"{Root}/sessions/{Uri.EscapeDataString(parsed.GetValue(id)!)}/disconnect", null, null, cancel)).Body!;
            setup.Printer(parsed).Document(done);
            return (string?)done["result"] is "ended" or "acknowledged" or "was-over" ? 0 : 1;
        });
        return command;
    }

    static Command Scores(CommandSetup setup)
    {
        var from = new Option<string?>("--from") { Description = "First day, such as 2026-11-01; 30 days ago when left out." };
        var until = new Option<string?>("--until") { Description = "Last day; today when left out." };
        var visited = new Option<string?>("--visited") { Description = "Only of this provider's accounting." };
        var command = new Command("scores", "Show how well visited providers report sessions, 0 to 100.") { from, until, visited };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = Root + "/scores";
            foreach (var option in (Option<string?>[])[from, until, visited])
                path = ApiClient.With(path, option.Name.TrimStart('-'), parsed.GetValue(option));
            setup.Printer(parsed).List((await client.GetAsync(path, cancel)).Body!.AsArray(), "No session was settled in these days.", ScoreColumns);
            return 0;
        });
        return command;
    }

    static Column[] SessionColumns { get; } =
    [
        new("Id", item => item.Text("id")),
        new("State", item => item.Text("state")),
        new("End", item => item.Text("end")),
        new("Visited", item => item.Text("visited")),
        new("Home", item => item.Text("home")),
        new("Realm", item => item.Text("realm")),
        new("Started", item => item.Text("started")),
        new("Seconds", item => item.Text("seconds")),
        new("MB in", item => Megabytes(item.Text("octetsIn"))),
        new("MB out", item => Megabytes(item.Text("octetsOut"))),
        new("Person", item => item.Text("person")),
        new("Hotspot", item => item.Text("hotspot")),
    ];

    static Column[] ScoreColumns { get; } =
    [
        new("Visited", item => item.Text("visited")),
        new("Home", item => item.Text("home")),
        new("Score", item => item.Text("score")),
        new("Sessions", item => item.Text("sessions")),
        new("Class", item => item.Text("classKept")),
        new("CUI", item => item.Text("cuiKept")),
        new("Interims", item => item.Text("interimsKept")),
        new("Complete", item => item.Text("complete")),
        new("Rising", item => item.Text("rising")),
        new("In time", item => item.Text("inTime")),
        new("Unreported", item => item.Text("unreported")),
    ];

    static string? Megabytes(string? octets) =>
        long.TryParse(octets, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (count / 1_000_000m).ToString("0.000", CultureInfo.InvariantCulture) : octets;
}
