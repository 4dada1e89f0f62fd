using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint events: what happened in one session.</summary>
static class EventsCommand
{
    public static Command Create(CommandSetup setup)
    {
        var correlation = new Argument<string>("correlation") { Description = "Correlation id, as usage records and log lines carry it." };
        var command = new Command("events", "Show what happened in a session.") { correlation };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var found = await client.ListAsync(ApiClient.With("/api/v1/events", "correlation", parsed.GetValue(correlation)), cancel);
            setup.Printer(parsed).List(
                found, "Nothing is known of it.",
                new Column("At", item => item.Text("at")),
                new Column("Event", item => item.Text("code")),
                new Column("What", item => string.Join(' ', (item?["attributes"]?.AsObject() ?? []).Select(pair => $"{pair.Key}={pair.Value}"))));
            return 0;
        });
        return command;
    }
}
