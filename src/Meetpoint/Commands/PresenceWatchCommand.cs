using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>meetpoint presence watch: states as they change.</summary>
static class PresenceWatchCommand
{
    public static Command Create(CommandSetup setup)
    {
        var addresses = new Argument<string[]>("address") { Description = "People to watch.", Arity = ArgumentArity.OneOrMore };
        var name = new Option<string?>("--as") { Description = "The customer who asks, such as bob@albion.example; the operator needs none for customers of this exchange." };
        var command = new Command("watch", "Show people's states as they change, a line a change.") { addresses, name };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(PresenceCommand.Root + "/stream", "watcher", parsed.GetValue(name));
            var first = parsed.GetValue(addresses)!.Distinct(StringComparer.Ordinal).Select(address => (JsonNode)new JsonObject { ["watch"] = address, ["id"] = address }).ToList();
            try
            {
                await FollowAsync(setup, setup.Printer(parsed).IsTable, client.StreamAsync(path, first, cancel), first.Count);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // That is how one ends it.
            }

            return 0;
        });
        return command;
    }

    static async Task FollowAsync(CommandSetup setup, bool isForPeople, IAsyncEnumerable<JsonNode?> frames, int watched)
    {
        var output = setup.Around.Out;
        var text = new PresencePictureText(setup.Around.Zone, setup.Around.Clock);
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        var refused = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var frame in frames)
        {
            if (isForPeople)
                Write(setup, output, text, shown, frame);
            else
                await output.WriteLineAsync(frame?.ToJsonString());
            await output.FlushAsync();
            if (frame.Text("type") is "refused" or "error" && refused.Add(frame.Text("id") ?? "") && refused.Count == watched)
                throw new CommandFailedException("nobody is left to watch", "'meetpoint presence explain ADDRESS --watcher CUSTOMER' says why");
        }
    }

    static void Write(CommandSetup setup, TextWriter output, PresencePictureText text, Dictionary<string, string> shown, JsonNode? frame)
    {
        var time = text.Time(InstantPattern.ExtendedIso.Format(setup.Around.Clock.GetCurrentInstant()));
        var who = frame.Text("address") ?? frame.Text("id") ?? "";
        if (frame.Text("type") != "presence")
        {
            output.WriteLine($"{time}  {who}  {frame.Text("code")}: {frame.Text("detail")}");
            return;
        }

        var state = Branch.Plain(text.State(frame?["presence"]?["state"]));
        var before = shown.GetValueOrDefault(who);
        shown[who] = state;
        // What only a device changed is a change as well, though she looks the same.
        var devices = string.Join(", ", frame?["presence"].Items("devices").Select(device =>
            $"{device.Text("device")} {device?["state"].Text("activity")}{(device.IsTrue("lost") ? " lost" : "")}") ?? []);
        output.WriteLine($"{time}  {who}  {(before is null || before == state ? state : $"{before} → {state}")}{(devices.Length == 0 ? "" : Branch.Plain($"  [{devices}]"))}");
    }
}
