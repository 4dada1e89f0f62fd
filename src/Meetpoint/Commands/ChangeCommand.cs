using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>meetpoint meeting change.</summary>
static class ChangeCommand
{
    public static Command Create(CommandSetup setup)
    {
        var id = MeetingCommand.Id();
        var title = new Option<string?>("--title") { Description = "What it is about now." };
        var start = new Option<string?>("--start") { Description = "When it begins now, in the time zone of the meeting." };
        var length = new Option<string?>("--length") { Description = "How long it lasts now, such as 45m." };
        var invite = new Option<string[]>("--invite") { Description = "Address of one more person; may be given again." };
        var room = new Option<string[]>("--room") { Description = "Address of one more room or bridge; may be given again." };
        var without = new Option<string[]>("--without") { Description = "Address of an invitee or room that is taken off; may be given again." };
        ScheduleCommand.MustBeTime(start);
        ScheduleCommand.MustBeLength(length);
        var command = new Command("change", "Change a meeting; who is concerned is told.") { id, title, start, length, invite, room, without };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = MeetingCommand.Path(parsed.GetValue(id));
            var standing = await client.GetAsync(path, cancel);
            var request = new JsonObject();
            if (parsed.GetValue(title) is { } text)
                request["title"] = text;
            if (parsed.GetValue(start) is { } begins)
                request["start"] = LocalDateTimePattern.ExtendedIso.Format(ScheduleCommand.Time(begins, setup.Around, DateTimeZoneProviders.Tzdb[standing.Body.Text("timeZone")!], out _));
            if (parsed.GetValue(length) is { } lasting)
                request["length"] = ScheduleCommand.Length(lasting);
            var off = parsed.GetValue(without) ?? [];
            if (parsed.GetValue(invite) is { Length: > 0 } || off.Length > 0)
                request["invitees"] = Changed(standing.Body, isRoom: false, off, parsed.GetValue(invite) ?? []);
            if (parsed.GetValue(room) is { Length: > 0 } || off.Length > 0)
                request["rooms"] = Changed(standing.Body, isRoom: true, off, parsed.GetValue(room) ?? []);
            if (request.Count == 0)
                throw new CommandFailedException("nothing to change is named", "'meetpoint meeting change --help' lists what can be");
            var answer = await ScheduleCommand.InWordsOfTheOptionsAsync(client.SendAsync(HttpMethod.Patch, path, request, standing.Tag, cancel), parsed.GetValue(invite) ?? [], parsed.GetValue(room) ?? []);
            MeetingCommand.Print(setup.Printer(parsed), answer.Body, setup.Around);
            return 0;
        });
        return command;
    }

    static JsonArray Changed(JsonNode? standing, bool isRoom, string[] without, string[] more)
    {
        var all = standing.Items("invitees").ToList();
        if (without.FirstOrDefault(address => all.TrueForAll(invitee => invitee.Text("address") != address)) is { } stranger)
            throw new CommandFailedException($"--without {stranger}: the meeting has no such invitee", $"it has {string.Join(", ", all.Select(invitee => invitee.Text("address")))}");
        var kept = all.Where(invitee => (invitee.Text("kind") is "Room" or "Bridge") == isRoom).Select(invitee => invitee.Text("address")!).Where(address => !without.Contains(address));
        return new JsonArray([.. kept.Concat(more).Distinct().Select(address => (JsonNode)address)]);
    }
}
