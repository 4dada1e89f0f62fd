using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint meeting participants, mute, unmute, eject, admit, lock, unlock: what a moderator does while it runs.</summary>
static class ModerationCommands
{
    public static Command Participants(CommandSetup setup)
    {
        var id = MeetingCommand.Id();
        var command = new Command("participants", "Show who is in a running meeting.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var live = await client.GetAsync(MeetingCommand.Path(parsed.GetValue(id)) + "/participants", cancel);
            setup.Printer(parsed).List(
                live.Body!["participants"]!.AsArray(), "Nobody is in it.",
                new Column("Id", item => item.Text("id")),
                new Column("Name", item => item.Text("name")),
                new Column("Address", item => item.Text("address")),
                new Column("Provider", item => item.Text("provider")),
                new Column("Exchange", item => item.Text("exchange")),
                new Column("State", item => item.Text("state")),
                new Column("Muted", item => item.IsTrue("isMuted") ? "muted" : ""),
                new Column("Speaking", item => item.IsTrue("isSpeaking") ? "speaking" : ""),
                new Column("Joined", item => TimeText.Local(item.Text("joined"), null, setup.Around.Zone)),
                new Column("Score", item => QualityText.Of(item?["quality"])));
            return 0;
        });
        return command;
    }

    public static Command OnParticipant(CommandSetup setup, string verb, string description)
    {
        var id = MeetingCommand.Id();
        var participant = new Argument<string>("participant") { Description = "Id, as 'meetpoint meeting participants' shows it." };
        var command = new Command(verb, description) { id, participant };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = $"{MeetingCommand.Path(parsed.GetValue(id))}/participants/{Uri.EscapeDataString(parsed.GetValue(participant)!)}/{verb}";
            var answer = await client.SendAsync(HttpMethod.Post, path, null, null, cancel);
            Told(setup.Printer(parsed), answer, $"{parsed.GetValue(participant)}: {verb}");
            return 0;
        });
        return command;
    }

    public static Command OnMeeting(CommandSetup setup, string verb, string description)
    {
        var id = MeetingCommand.Id();
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var answer = await client.SendAsync(HttpMethod.Post, $"{MeetingCommand.Path(parsed.GetValue(id))}/{verb}", null, null, cancel);
            Told(setup.Printer(parsed), answer, $"{parsed.GetValue(id)}: {verb}");
            return 0;
        });
        return command;
    }

    static void Told(Printer printer, ApiAnswer answer, string sentence)
    {
        if (printer.IsTable || answer.Body is null)
            printer.Say(sentence);
        else
            printer.Document(answer.Body);
    }
}
