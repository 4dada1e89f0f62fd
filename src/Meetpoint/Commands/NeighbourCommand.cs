using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>meetpoint neighbour close, open: whether a neighbour's traffic is taken at all. Forgotten at a restart of the exchange.</summary>
static class NeighbourCommand
{
    public static Command Create(CommandSetup setup) =>
        new("neighbour", "Take a neighbour out of use, and into use again.") { Close(setup), Open(setup) };

    static Command Close(CommandSetup setup)
    {
        var id = Id();
        var length = new Option<string>("--for")
        {
            Description = "How long, such as 10m or 2h; up to a day. It opens by itself then, and at a restart.", DefaultValueFactory = _ => "10m",
        };
        var command = new Command("close", "Refuse everything that a neighbour sends (503, Retry-After). Calls that are up go on.") { id, length };
        command.SetAction(async (parsed, cancel) =>
        {
            var text = parsed.GetValue(length)!;
            if (!TimeText.TryParseLength(text, out var duration))
                throw new CommandFailedException($"'{text}' is no length", "write 10m, 2h or 0:10:00");
            using var client = setup.Client(parsed);
            var request = new JsonObject { ["for"] = DurationPattern.JsonRoundtrip.Format(duration) };
            var answer = await client.SendAsync(HttpMethod.Post, Path(parsed.GetValue(id)!, "close"), request, null, cancel);
            Told(setup.Printer(parsed), answer, $"{parsed.GetValue(id)} is closed for {text}");
            return 0;
        });
        return command;
    }

    static Command Open(CommandSetup setup)
    {
        var id = Id();
        var command = new Command("open", "Take a neighbour's traffic again.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var answer = await client.SendAsync(HttpMethod.Post, Path(parsed.GetValue(id)!, "open"), null, null, cancel);
            Told(setup.Printer(parsed), answer, $"{parsed.GetValue(id)} is open");
            return 0;
        });
        return command;
    }

    static Argument<string> Id() => new("id") { Description = "Id of the neighbour, as 'meetpoint get neighbours' shows it." };

    static string Path(string id, string verb) => $"/api/v1/neighbours/{Uri.EscapeDataString(id)}/{verb}";

    static void Told(Printer printer, ApiAnswer answer, string sentence)
    {
        if (printer.IsTable || answer.Body is null)
            printer.Say(sentence);
        else
            printer.Document(answer.Body);
    }
}
