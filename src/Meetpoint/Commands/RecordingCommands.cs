using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint meeting record, stop-recording, recordings: what this exchange takes down of a meeting.</summary>
static class RecordingCommands
{
    const double Megabyte = 1_000_000;

    public static Command Record(CommandSetup setup) => On(
        setup, "record", "Record a meeting from now on; everybody in it is told first.", "Recording.", static (client, path, cancel) => client.SendAsync(HttpMethod.Post, path, null, null, cancel));

    public static Command Stop(CommandSetup setup) => On(
        setup, "stop-recording", "Record a meeting no more.", "The recording is over.", static (client, path, cancel) => client.SendAsync(HttpMethod.Delete, path, null, null, cancel));

    public static Command List(CommandSetup setup)
    {
        var id = MeetingCommand.Id();
        var command = new Command("recordings", "Show the recordings of a meeting, and where the API has their files.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var answer = await client.GetAsync(MeetingCommand.Path(parsed.GetValue(id)) + "/recordings", cancel);
            Print(setup, setup.Printer(parsed), answer.Body!["items"]!.AsArray());
            return 0;
        });
        return command;
    }

    static Command On(CommandSetup setup, string verb, string description, string sentence, Func<ApiClient, string, CancellationToken, Task<ApiAnswer>> send)
    {
        var id = MeetingCommand.Id();
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var answer = await send(client, MeetingCommand.Path(parsed.GetValue(id)) + "/recording", cancel);
            var printer = setup.Printer(parsed);
            if (printer.IsTable)
                printer.Say(sentence);
            else
                printer.Document(answer.Body!);
            return 0;
        });
        return command;
    }

    static void Print(CommandSetup setup, Printer printer, JsonArray recordings) => printer.List(
        recordings, "There is no recording.",
        new Column("Id", item => item.Text("id")),
        new Column("Started", item => TimeText.Local(item.Text("started"), null, setup.Around.Zone)),
        new Column("By", item => item.Text("startedBy")),
        new Column("Ended", item => item.Text("ended") is { } ended ? TimeText.Local(ended, null, setup.Around.Zone) : "is on"),
        new Column("Why", item => item.Text("detail") is { } detail ? $"{item.Text("reason")}: {detail}" : item.Text("reason")),
        new Column("Length", item => TimeSpan.FromMilliseconds((long)item!["durationMs"]!).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)),
        new Column("MB", item => ((long)item!["bytes"]! / Megabyte).ToString("0.0", CultureInfo.InvariantCulture)),
        new Column("Files", item => string.Join(" ", item.Items("parts").Select(part => part.Text("path")))));
}
