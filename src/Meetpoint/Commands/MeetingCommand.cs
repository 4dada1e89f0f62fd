using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>meetpoint meeting: schedule, look at, change and run meetings.</summary>
static class MeetingCommand
{
    /// <summary>Where meetings stand in the API.</summary>
    public const string Root = "/api/v1/meetings";

    public static Command Create(CommandSetup setup) => new("meeting", "Meetings.")
    {
        ScheduleCommand.Create(setup),
        List(setup),
        Show(setup),
        ChangeCommand.Create(setup),
        Extend(setup),
        Cancel(setup),
        ModerationCommands.Participants(setup),
        ModerationCommands.OnParticipant(setup, "mute", "Take someone's voice out of the mix."),
        ModerationCommands.OnParticipant(setup, "unmute", "Let someone be heard again."),
        ModerationCommands.OnParticipant(setup, "to-lobby", "Send someone back to the lobby."),
        ModerationCommands.OnParticipant(setup, "eject", "Send someone out."),
        ModerationCommands.OnParticipant(setup, "admit", "Let someone in from the lobby."),
        ModerationCommands.OnMeeting(setup, "lock", "Let nobody else in."),
        ModerationCommands.OnMeeting(setup, "unlock", "Let others in again."),
        RecordingCommands.Record(setup),
        RecordingCommands.Stop(setup),
        RecordingCommands.List(setup),
    };

    /// <summary>The id of a meeting.</summary>
    public static Argument<string> Id() => new("meeting") { Description = "Id, such as mtg_01..." };

    /// <summary>The path of a meeting.</summary>
    public static string Path(string? id) => $"{Root}/{Uri.EscapeDataString(id!)}";

    /// <summary>Shows one meeting.</summary>
    public static void Print(Printer printer, JsonNode? meeting, Surroundings around) => printer.One(
        meeting,
        new Column("meeting", item => item.Text("id")),
        new Column("state", item => item.Text("state")),
        new Column("failure", item => item.Text("failureDetail") ?? item.Text("failure")),
        new Column("title", item => item.Text("title")),
        new Column("organiser", item => item.Text("organiser")),
        new Column("start", item => TimeText.Local(item.Text("start"), item.Text("timeZone"), around.Zone)),
        new Column("end", item => TimeText.Local(item.Text("end"), item.Text("timeZone"), around.Zone)),
        new Column("time zone", item => item.Text("timeZone")),
        new Column("repeats", item => item.Text("recurrence")),
        new Column("invited", item => string.Join(", ", item.Items("invitees").Select(invitee => $"{invitee.Text("address")} ({Answer(invitee, item.Text("timeZone"), around)})"))),
        new Column("join at", item => item?["join"].Text("uri")),
        new Column("or dial", item => item?["join"].Text("number")),
        new Column("code", item => item?["join"].Text("code")),
        new Column("PIN", item => item.Text("pin")),
        new Column("lobby", item => item.IsTrue("lobby") ? "yes" : null),
        new Column("exchanges", item => string.Join(", ", item.Items("halves").Select(half => $"{half.Text("exchange")} ({half.Text("state")})"))));

    static string? Answer(JsonNode? invitee, string? zone, Surroundings around) => invitee.Text("counterStart") is { } start
        ? $"proposes {TimeText.Local(start, zone, around.Zone)} to {TimeText.Local(invitee.Text("counterEnd"), zone, around.Zone)}"
        : invitee.Text("answer");

    static Command List(CommandSetup setup)
    {
        var past = new Option<bool>("--past") { Description = "Those that are over, too." };
        var command = new Command("list", "List meetings that are not over.") { past };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(
                await client.ListAsync(parsed.GetValue(past) ? Root + "?past=true" : Root, cancel), "There is no meeting.",
                new Column("Id", item => item.Text("id")),
                new Column("Start", item => TimeText.Local(item.Text("start"), item.Text("timeZone"), setup.Around.Zone)),
                new Column("State", item => item.Text("state")),
                new Column("Title", item => item.Text("title")),
                new Column("Organiser", item => item.Text("organiser")));
            return 0;
        });
        return command;
    }

    static Command Show(CommandSetup setup)
    {
        var id = Id();
        var command = new Command("show", "Show one meeting.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            Print(setup.Printer(parsed), (await client.GetAsync(Path(parsed.GetValue(id)), cancel)).Body, setup.Around);
            return 0;
        });
        return command;
    }

    static Command Extend(CommandSetup setup)
    {
        var id = Id();
        var by = new Option<string>("--by") { Required = true, Description = "How much longer, such as 15m." };
        var occurrence = new Option<string?>("--occurrence")
        {
            Description = "Of a series: when the one begins that lasts longer, in the time zone of the meeting; the one that is on, else the next, when left out.",
        };
        ScheduleCommand.MustBeLength(by);
        ScheduleCommand.MustBeTime(occurrence);
        var command = new Command("extend", "Prolong a meeting, running or not; of a series one date ('change --length' is for all).") { id, by, occurrence };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var request = new JsonObject { ["by"] = ScheduleCommand.Length(parsed.GetValue(by)!) };
            if (parsed.GetValue(occurrence) is { } begins)
            {
                var zone = DateTimeZoneProviders.Tzdb[(await client.GetAsync(Path(parsed.GetValue(id)), cancel)).Body.Text("timeZone")!];
                request["occurrence"] = LocalDateTimePattern.ExtendedIso.Format(ScheduleCommand.Time(begins, setup.Around, zone, out _));
            }

            var answer = await ScheduleCommand.InWordsOfTheOptionsAsync(
                client.SendAsync(HttpMethod.Post, Path(parsed.GetValue(id)) + "/extend", request, null, cancel), [], []);
            Print(setup.Printer(parsed), answer.Body, setup.Around);
            return 0;
        });
        return command;
    }

    static Command Cancel(CommandSetup setup)
    {
        var id = Id();
        var command = new Command("cancel", "Call a meeting off; who was invited is told.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = Path(parsed.GetValue(id));
            var standing = await client.GetAsync(path, cancel);
            var answer = await client.SendAsync(HttpMethod.Delete, path, null, standing.Tag, cancel);
            Print(setup.Printer(parsed), answer.Body, setup.Around);
            return 0;
        });
        return command;
    }
}
