using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint roaming explain, live: each step of real requests of a user or realm as it happens.</summary>
sealed class RadiusWatchCommand(CommandSetup setup)
{
    /// <summary>As long as the exchange lets one watch, in seconds.</summary>
    const int LongestSeconds = 600;

    readonly Option<bool> _live = new("--live") { Description = "Follow real requests as they come, which is what it does without --at; USER may be @REALM for all of a realm." };
    readonly Option<int> _count = new("--count") { Description = "End after so many conversations; 1.", DefaultValueFactory = _ => 1 };
    readonly Option<int> _seconds = new("--seconds") { Description = $"End after so long; {LongestSeconds}, which is the longest.", DefaultValueFactory = _ => LongestSeconds };
    long _shown;

    /// <summary>What it takes.</summary>
    public IEnumerable<Option> Options => [_live, _count, _seconds];

    /// <summary>Whether it is asked for.</summary>
    public bool IsMeant(ParseResult parsed, string? at) => parsed.GetValue(_live) || at is null;

    /// <summary>Shows what happens until there was enough of it: 0 then, and when somebody ends it; 1 where time went by without.</summary>
    public async Task<int> RunAsync(ParseResult parsed, string path, string user, CancellationToken cancel)
    {
        var (count, seconds) = (Math.Max(1, parsed.GetValue(_count)), parsed.GetValue(_seconds));
        if (seconds is < 1 or > LongestSeconds)
            throw new CommandFailedException($"'{seconds}' is no time to watch", $"give 1 to {LongestSeconds} seconds");
        using var client = setup.Client(parsed);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(seconds));
        var isForPeople = setup.Printer(parsed).IsTable;
        var over = new HashSet<string?>();
        try
        {
            await foreach (var line in client.LinesAsync(ApiClient.With(path, "user", user), patience.Token))
            {
                if (isForPeople)
                    Write(line, user);
                else
                    await setup.Around.Out.WriteLineAsync(line?.ToJsonString());
                await setup.Around.Out.FlushAsync(cancel);
                if (line.IsTrue("isLast") && over.Add(line.Text("conversation")) && over.Count >= count)
                    return 0;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0; // that is how one ends it
        }
        catch (OperationCanceledException)
        {
            // Time is over.
        }

        return over.Count >= count ? 0 : 1;
    }

    void Write(JsonNode? line, string user)
    {
        var output = setup.Around.Out;
        var conversation = line?["conversation"]?.GetValue<long>() ?? 0;
        if (conversation == 0)
        {
            output.WriteLine(line.Text("step") == "watching" ? Branch.Plain($"Watching {user}; Ctrl-C ends it.") : Branch.Plain(line.Text("text") ?? ""));
            return;
        }

        if (conversation != _shown)
            output.WriteLine($"{(_shown == 0 ? "" : "\n")}Conversation {conversation}, {line.Text("at")}");
        _shown = conversation;
        var time = line?["milliseconds"]?.GetValue<decimal>() ?? 0;
        output.WriteLine(Branch.Plain(string.Create(CultureInfo.InvariantCulture, $"{time,10:0.0} ms  {line.Text("step"),-10}  {line.Text("text")}")));
        foreach (var attribute in line?["attributes"]?.AsArray() ?? [])
            output.WriteLine(Branch.Plain($"{"",27}{(string?)attribute}"));
    }
}
