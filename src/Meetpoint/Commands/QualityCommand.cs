using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint quality: legs that are poor now.</summary>
static class QualityCommand
{
    public static Command Create(CommandSetup setup)
    {
        var alarms = new Command("alarms", "List legs of meetings and calls that are poor now, the oldest alarm first.");
        alarms.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(
                await client.ListAsync("/api/v1/quality/alarms", cancel), "No leg is poor.",
                new Column("Since", item => TimeText.Local(item.Text("since"), null, setup.Around.Zone)),
                new Column("In", item => item.Text("within")),
                new Column("Leg", item => item.Text("leg")),
                new Column("Party", item => item.Text("party")),
                new Column("Half", item => item.Text("half")),
                new Column("Score", item => item.Text("score")));
            return 0;
        });
        return new Command("quality", "How well people hear each other.") { alarms };
    }
}
