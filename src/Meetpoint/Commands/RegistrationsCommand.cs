using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint registrations list, remove: where endpoints have registered.</summary>
static class RegistrationsCommand
{
    const string Root = "/api/v1/registrations";

    public static Command Create(CommandSetup setup) =>
        new("registrations", "Phones and rooms that register: where each is reached.") { List(setup), Remove(setup) };

    static Command List(CommandSetup setup)
    {
        var address = new Option<string?>("--address") { Description = "Only of this address, such as alice@albion.example." };
        var command = new Command("list", "List what is registered.") { address };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var only = parsed.GetValue(address) is { } text ? "?address=" + Uri.EscapeDataString(text) : "";
            var items = await client.ListAsync(Root + only, cancel);
            setup.Printer(parsed).List(
                items, "Nobody is registered.",
                new Column("Id", item => item.Text("id")),
                new Column("Address", item => item.Text("address")),
                new Column("Contact", item => item.Text("contact")),
                new Column("From", item => item.Text("from")),
                new Column("Q", item => item.Text("q")),
                new Column("Expires", item => TimeText.Local(item.Text("expires"), null, setup.Around.Zone)),
                new Column("Reachable", item => item.IsTrue("isReachable") ? "yes" : "no"));
            return 0;
        });
        return command;
    }

    static Command Remove(CommandSetup setup)
    {
        var id = new Argument<string>("id") { Description = "Id of the registration, as 'meetpoint registrations list' shows it." };
        var command = new Command("remove", "Forget a registration. Its client comes back when it refreshes it.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            await client.SendAsync(HttpMethod.Delete, $"{Root}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", null, null, cancel);
            setup.Printer(parsed).Say($"{parsed.GetValue(id)} is forgotten");
            return 0;
        });
        return command;
    }
}
