using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>meetpoint trace: what passed on the wire, as a ladder.</summary>
static class TraceCommand
{
    const int DefaultSessions = 3;
    const string Path = "/api/v1/trace";

    public static Command Create(CommandSetup setup)
    {
        var address = new Argument<string>("address")
        {
            Description = "User, number, user@domain or URI; or a Call-ID, correlation id, incident, neighbour or IP address.",
        };
        var follow = new Option<bool>("--follow") { Description = "Show messages as they pass; with --since, those before as well." };
        var last = new Option<int>("--last") { Description = $"Sessions to show, the newest first; {DefaultSessions}.", DefaultValueFactory = _ => DefaultSessions };
        var since = new Option<string?>("--since") { Description = "Only sessions of this time up to now: 10m, 2h." };
        var pcap = new Option<string?>("--pcap") { Description = "Write the messages into this file, for Wireshark, instead of showing them." };
        var full = new Option<bool>("--full") { Description = "Show each message whole." };
        var command = new Command("trace", "Show the SIP messages of a party's sessions, past or as they pass, secrets masked.") { address, follow, last, since, pcap, full };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(Path + (parsed.GetValue(follow) ? "/live" : ""), "address", parsed.GetValue(address));
            if (parsed.GetValue(since) is { } length)
            {
                if (!TimeText.TryParseLength(length, out var back))
                    throw new CommandFailedException($"'{length}' is no length of time", "write it as 10m or 2h");
                path = ApiClient.With(path, "since", InstantPattern.ExtendedIso.Format(setup.Around.Clock.GetCurrentInstant() - back));
            }

            await using var file = parsed.GetValue(pcap) is { } name ? new PcapFile(File.Create(setup.Around.PathOf(name))) : null;
            var ladder = new Ladder(setup.Around.Out, new LadderStyle(
                setup.Around.Width, setup.Around.IsTerminal && setup.Around.Variable("NO_COLOR") is not { Length: > 0 }, parsed.GetValue(full)));
            if (parsed.GetValue(follow))
            {
                try
                {
                    await FollowAsync(client, path, file, setup.Printer(parsed), ladder, setup.Around.Out, cancel);
                }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    // That is how one ends it.
                }

                return 0;
            }

            var sessions = await PastAsync(client, path, Math.Max(1, parsed.GetValue(last)), cancel);
            Show(sessions, file, setup.Printer(parsed), ladder);
            return 0;
        });
        return command;
    }

    static async Task<JsonArray> PastAsync(ApiClient client, string path, int last, CancellationToken cancel)
    {
        var sessions = new JsonArray();
        for (string? cursor = null; ;)
        {
            var wanted = (last - sessions.Count).ToString(CultureInfo.InvariantCulture);
            var page = (await client.GetAsync(ApiClient.With(ApiClient.With(path, "limit", wanted), "cursor", cursor), cancel)).Body;
            foreach (var session in page.Items("items").Take(last - sessions.Count))
                sessions.Add(session!.DeepClone());
            cursor = page.Text("next");
            if (cursor is null || sessions.Count >= last)
                return sessions;
        }
    }

    static void Show(JsonArray sessions, PcapFile? file, Printer printer, Ladder ladder)
    {
        if (file is not null)
        {
            var messages = sessions.SelectMany(session => Messages(session)).OrderBy(message => message.Position).ToList();
            foreach (var message in messages)
                file.Write(message);
            printer.Say($"{messages.Count} messages of {sessions.Count} sessions");
        }
        else if (!printer.IsTable)
        {
            printer.Document(sessions);
        }
        else if (sessions.Count == 0)
        {
            printer.Say("Nothing of it has passed here.");
        }
        else
        {
            foreach (var session in sessions)
                ladder.Session([.. Messages(session)], session.IsTrue("isCut"));
        }
    }

    static async Task FollowAsync(ApiClient client, string path, PcapFile? file, Printer printer, Ladder ladder, TextWriter output, CancellationToken cancel)
    {
        await foreach (var item in client.FollowAsync(path, cancel))
        {
            if (item.EventType != "message" || item.Data is null)
                continue;
            if (file is not null)
                file.Write(TracedMessage.Of(item.Data));
            else if (printer.IsTable)
                ladder.Write(TracedMessage.Of(item.Data));
            else
                await output.WriteLineAsync(item.Data.ToJsonString());
            await output.FlushAsync(cancel);
        }
    }

    static IEnumerable<TracedMessage> Messages(JsonNode? session) =>
        session.Items("messages").Select(TracedMessage.Of);
}
