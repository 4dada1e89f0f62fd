using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint usage: what was measured.</summary>
static class UsageCommand
{
    public static Command Create(CommandSetup setup)
    {
        var meeting = new Option<string?>("--meeting") { Description = "Only of this meeting, or of this call." };
        var agreement = new Option<string?>("--agreement") { Description = "Only under this agreement." };
        var list = new Command("list", "List usage records, the oldest first.") { meeting, agreement };
        list.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(ApiClient.With("/api/v1/usage", "meeting", parsed.GetValue(meeting)), "agreement", parsed.GetValue(agreement));
            setup.Printer(parsed).List(
                await client.ListAsync(path, cancel), "There is no usage.",
                new Column("Id", item => item.Text("id")),
                new Column("Meeting", item => item.Text("meeting")),
                new Column("Unit", item => item.Text("unit")),
                new Column("Party", item => item.Text("party")),
                new Column("Called", item => item.Text("called")),
                new Column("Measured by", item => item.Text("measuredBy")),
                new Column("Started", item => item.Text("started")),
                new Column("Seconds", item => TimeText.Seconds(item.Text("billableMs"))),
                new Column("State", item => item.Text("state")),
                new Column("Reason", item => item.Text("reason")),
                new Column("Score", QualityText.OfRecord));
            return 0;
        });
        return new Command("usage", "Usage records.") { list };
    }
}
