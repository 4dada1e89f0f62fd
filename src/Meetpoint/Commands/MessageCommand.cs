using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint message: words to somebody in a customer's name, and what comes for a customer.</summary>
static class MessageCommand
{
    const string Root = "/api/v1/messages";

    public static Command Create(CommandSetup setup) => new("message", "Messages in the name of a customer, as a client of hers.")
    {
        Send(setup),
        Watch(setup),
    };

    static Command Send(CommandSetup setup)
    {
        var from = new Argument<string>("from") { Description = "A customer of this exchange." };
        var to = new Argument<string>("to") { Description = "Anybody: user@domain or +number." };
        var text = new Argument<string>("text") { Description = "The words; '/meet' makes a meeting of the two." };
        var conversation = new Option<string?>("--conversation") { Description = "Names the conversation among those of the two." };
        var command = new Command("send", "Send a message, and say what became of it.") { from, to, text, conversation };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var request = new JsonObject { ["from"] = parsed.GetValue(from), ["to"] = parsed.GetValue(to), ["text"] = parsed.GetValue(text), ["conversation"] = parsed.GetValue(conversation) };
            var answer = (await client.SendAsync(HttpMethod.Post, Root, request, null, cancel)).Body;
            var printer = setup.Printer(parsed);
            if (printer.IsTable)
                await setup.Around.Out.WriteLineAsync($"{answer.Text("id")}  {answer.Text("state")}");
            else
                printer.Document(answer);
            return 0;
        });
        return command;
    }

    static Command Watch(CommandSetup setup)
    {
        var user = new Argument<string>("user") { Description = "The customer whose messages are read." };
        var command = new Command("watch", "Show what comes for a customer, a line each, until it is ended. What is shown counts as delivered.") { user };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(Root + "/stream", "user", parsed.GetValue(user));
            var isForPeople = setup.Printer(parsed).IsTable;
            try
            {
                await foreach (var frame in client.StreamAsync(path, [new JsonObject { ["listen"] = parsed.GetValue(user) }], cancel, Acknowledgement))
                {
                    await setup.Around.Out.WriteLineAsync(isForPeople ? Line(setup, frame) : frame?.ToJsonString());
                    await setup.Around.Out.FlushAsync(cancel);
                    if (frame.Text("type") == "error")
                        throw new CommandFailedException(frame.Text("detail") ?? "refused");
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // That is how one ends it.
            }

            return 0;
        });
        return command;
    }

    /// <summary>Once a message was shown.</summary>
    static JsonObject? Acknowledgement(JsonNode? frame) => frame.Text("type") == "message" ? new JsonObject { ["acknowledge"] = frame.Text("id") } : null;

    static string Line(CommandSetup setup, JsonNode? frame)
    {
        var from = frame.Text("from") ?? "somebody";
        return frame.Text("type") switch
        {
            "message" => Branch.Plain($"{TimeText.Local(frame.Text("sent"), null, setup.Around.Zone)}  {from}  {frame.Text("text")}"),
            "composing" => Branch.Plain($"{from} {(frame.IsTrue("active") ? "writes" : "has stopped writing")}"),
            "listening" => $"listening for {frame.Text("user")}",
            _ => Branch.Plain($"{frame.Text("code")}: {frame.Text("detail")}"),
        };
    }
}
