using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint room: what a room's panel shows and does.</summary>
static class RoomCommand
{
    public static Command Create(CommandSetup setup) => new("room", "A room's panel: its meetings, and its one button.")
    {
        Next(setup),
        Join(setup),
    };

    static Command Next(CommandSetup setup)
    {
        var room = Room();
        var command = new Command("next", "List a room's meetings of the next day.") { room };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var meetings = (await client.GetAsync(Path(parsed.GetValue(room)) + "/next-meetings", cancel)).Body!.AsArray();
            setup.Printer(parsed).List(
                meetings, "The room is free for a day.",
                new Column("Id", item => item.Text("meeting")),
                new Column("Start", item => TimeText.Local(item.Text("start"), null, setup.Around.Zone)),
                new Column("End", item => TimeText.Local(item.Text("end"), null, setup.Around.Zone)),
                new Column("Title", item => item.Text("title")),
                new Column("Organiser", item => item.Text("organiserName")),
                new Column("Button", item => item.IsTrue("canJoinNow") ? "join" : ""));
            return 0;
        });
        return command;
    }

    static Command Join(CommandSetup setup)
    {
        var room = Room();
        var command = new Command("join", "Press a room's button: it is dialled into the meeting that it is booked for now.") { room };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            await client.SendAsync(HttpMethod.Post, Path(parsed.GetValue(room)) + "/join", null, null, cancel);
            setup.Printer(parsed).Say($"{parsed.GetValue(room)} is being dialled.");
            return 0;
        });
        return command;
    }

    static Argument<string> Room() => new("room") { Description = "Id of the endpoint, as 'meetpoint get endpoints' shows it." };

    static string Path(string? room) => $"/api/v1/endpoints/{Uri.EscapeDataString(room!)}";
}
