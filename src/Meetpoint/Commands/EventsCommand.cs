using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint events: what happened in one session.</summary>
static class EventsCommand
{
    public static Command Create(CommandSetup setup)
    {
        var id = new Argument<string>("id") { Description = "Correlation id, as usage records and log lines carry it, or the incident that a refusal was said with." };
        var command = new Command("events", "Show what happened in a session.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var found = await client.ListAsync(ApiClient.With("/api/v1/events", IsIncident(parsed.GetValue(id)) ? "incident" : "correlation", parsed.GetValue(id)), cancel);
            setup.Printer(parsed).List(
                found, "Nothing is known of it.",
                new Column("At", item => item.Text("at")),
                new Column("Event", item => item.Text("code")),
                new Column("What", item => string.Join(' ', (item?["attributes"]?.AsObject() ?? []).Select(pair => $"{pair.Key}={pair.Value}"))));
            return 0;
        });
        return command;
    }

    static bool IsIncident(string? id) => id?.StartsWith(IncidentId.Prefix, StringComparison.Ordinal) == true;
}
