using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint presence: what is believed of somebody, as it is and as it changes, and why who was told.</summary>
static class PresenceCommand
{
    /// <summary>Where presence stands in the API.</summary>
    public const string Root = "/api/v1/presence";

    public static Command Create(CommandSetup setup) => new("presence", "What the exchange believes of people, from whom it has it, and who is told.")
    {
        List(setup),
        Show(setup),
        PresenceWatchCommand.Create(setup),
        PresenceExplainCommand.Create(setup),
        PresencePageCommand.Create(setup),
    };

    static Command List(CommandSetup setup)
    {
        var command = new Command("list", "List everybody whose presence is had or wanted.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(
                await client.ListAsync(Root, cancel), "Nobody's presence is had or wanted.",
                new Column("Address", item => item.Text("address")),
                new Column("Activity", item => item?["state"].Text("activity")),
                new Column("Availability", item => item?["state"].Text("availability")),
                new Column("Since", item => TimeText.Local(item?["state"].Text("since"), null, setup.Around.Zone)),
                new Column("Sources", item => item.Text("sources")),
                new Column("Watchers", item => item.Text("watchers")));
            return 0;
        });
        return command;
    }

    static Command Show(CommandSetup setup)
    {
        var address = Address();
        var command = new Command("show", "Show what is believed of somebody, from which sources, and who watches.") { address };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var picture = (await client.GetAsync($"{Root}/{Uri.EscapeDataString(parsed.GetValue(address)!)}", cancel)).Body;
            var printer = setup.Printer(parsed);
            if (printer.IsTable)
                new PresencePictureText(setup.Around.Zone, setup.Around.Clock).Tree(picture).Write(setup.Around.Out);
            else
                printer.Document(picture);
            return 0;
        });
        return command;
    }

    /// <summary>The person that is meant.</summary>
    public static Argument<string> Address() => new("address") { Description = "Any of the person's addresses: user@domain, URI or +number." };
}
