using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Pages;
using Meetpoint.Demo.Story;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;

namespace Meetpoint.Interop.Browsers;

/// <summary>Two running exchanges, with meetings that real browsers join.</summary>
public class BrowserWorld : IAsyncLifetime
{
    /// <summary>What sits before a page: see person.js.</summary>
    static readonly string _person = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "Meetpoint.Interop", "Browsers", "person.js"));

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-browsers-").FullName;

    internal DemoWorld World { get; private set; } = null!;

    /// <summary>Who has which address.</summary>
    private protected static WorldPlan Plan { get; } = WorldPlan.At(177);

    /// <summary>Parties besides the two.</summary>
    private protected virtual IReadOnlyList<PartyPlan> Others => [];

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        RealPeer.Require("chromium", "chromium");
        RealPeer.Require("node", "nodejs");
        Assert.SkipUnless(Directory.Exists(Path.Combine(RepositoryRoot.Path, "web", "node_modules", "playwright-core")), "the web pages are not built: web/build builds them");
        World = await DemoWorld.PrepareAsync(Plan, Path.Combine(_folder, "world"), others: Others);
        await World.Albion.AddConfigurationAsync($"""
            turn:
              urls: ["turn:{RelayListen}", "turns:{RelayListen.WithPort(Coturn.TlsPort)}?transport=tcp"]
              secret: {Coturn.Secret}

            """);
        await World.StartAsync();
    }

    /// <summary>Where Albion says that its relay is; a test that needs it starts it.</summary>
    internal NetAddress RelayListen => World.Albion.Party.Address(70, 3_478);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        if (World is not null)
            await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A browser whose pages C# works.</summary>
    internal Task<Chromium> BrowserAsync() => Chromium.StartAsync(NewFolder(), Chromium.Executable!, framesPerSecond: 10);

    /// <summary>A folder that goes with the world.</summary>
    internal string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>The address of a meeting's join page on an exchange, by what is dialled there.</summary>
    internal static string PageOf(DemoExchange exchange, string joinUri) => $"http://{exchange.Party.Api}/join/{joinUri["sip:".Length..joinUri.IndexOf('@', StringComparison.Ordinal)]}";

    /// <summary>Books a meeting of Alice's of Albion with Bob of Liberty; the addresses of its join page on both exchanges.</summary>
    internal async Task<BookedPages> BookAsync(params IReadOnlyList<string> options)
    {
        var booked = await AskAsync(World.Albion, ["meeting", "schedule", "--title", "Browsers", "--organiser", World.Alice.Address, "--start", "now+1s", "--length", "20m", "--invite", World.Bob.Address, .. options]);
        var id = (string)booked["id"]!;
        return new BookedPages(await PageAsync(World.Albion, id), await PageAsync(World.Liberty, id)) { Id = id };
    }

    /// <summary>The address of a meeting's join page on an exchange, once it stands there.</summary>
    internal static async Task<string> PageAsync(DemoExchange exchange, string id)
    {
        var code = await Expect.EventuallyAsync(
            async () => await exchange.Api.TryGetAsync($"meetings/{id}") is { } seen && (string?)seen["state"] == "Confirmed" ? (string?)seen["join"]?["code"] : null,
            TimeSpan.FromSeconds(30), $"{exchange.Party.Name} to have the meeting", exchange.Process.LogTail);
        return $"http://{exchange.Party.Api}/join/{code}";
    }

    /// <summary>The organiser's own address of the join page: that in her invitation.</summary>
    internal async Task<string> OrganisersPageAsync(BookedPages booked)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (true)
        {
            var mail = ReceivedInvitation.Of(await World.Mail.NextAsync(limit.Token));
            var at = mail.Text.IndexOf($"{booked.Albion}?invitation=", StringComparison.Ordinal);
            if (at >= 0 && mail.To.Contains(World.Alice.Address, StringComparison.Ordinal))
                return mail.Text[at..].Split(['\r', '\n', ' '])[0];
        }
    }

    /// <summary>Has both exchanges agree that meetings are recorded when all are told.</summary>
    internal async Task AgreeToRecordAsync()
    {
        foreach (var exchange in World.Exchanges)
        {
            var document = await File.ReadAllTextAsync(exchange.WorldPath);
            await exchange.ApplyAsync(document.Replace("    stage: commercial\n", "    version: 2\n    stage: commercial\n    recording: announced\n", StringComparison.Ordinal));
        }
    }

    /// <summary>Opens a page with somebody before it who sounds and looks so that he is known.</summary>
    /// <param name="browser">Where.</param>
    /// <param name="url">The join page.</param>
    /// <param name="hertz">How he sounds.</param>
    /// <param name="colour">How he looks: red, green or blue.</param>
    internal static Task<MeetingPage> OpenAsync(Chromium browser, string url, int hertz, string colour) =>
        browser.OpenAsync(url, $"window.person = {new JsonObject { ["hertz"] = hertz, ["colour"] = colour }.ToJsonString()};\n{_person}");

    /// <summary>Id of the meeting that was booked last.</summary>
    internal async Task<string> NewestAsync() => (string)(await World.Albion.Api.GetAsync("meetings"))["items"]!.AsArray()[^1]!["id"]!;

    /// <summary>Runs the browsers of a script; what they told at its end.</summary>
    internal async Task<JsonObject> MeetAsync(string script, params IReadOnlyList<string> arguments)
    {
        var folder = NewFolder();
        await using var process = await ChildProcess.StartAsync(
            "browsers", folder, "node", [Path.Combine(RepositoryRoot.Path, "tests", "Meetpoint.Interop", "Browsers", script), .. arguments]);
        var code = await process.Exited.WithinAsync(TimeSpan.FromSeconds(120), "the browsers to end", process.LogTail);
        var text = await File.ReadAllTextAsync(process.LogPath);
        Assert.True(code == 0, text);
        return JsonNode.Parse(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!.AsObject();
    }

    /// <summary>The usage records of an exchange.</summary>
    internal async Task<JsonArray> UsageAsync(DemoExchange exchange) => (await RunAsync(exchange, ["usage", "list"])).AsArray();

    async Task<JsonObject> AskAsync(DemoExchange exchange, IReadOnlyList<string> arguments) => (await RunAsync(exchange, arguments)).AsObject();

    async Task<JsonNode> RunAsync(DemoExchange exchange, IReadOnlyList<string> arguments)
    {
        var outcome = await exchange.RunAsync(_folder, [.. arguments, "--output", "json"]);
        Assert.True(outcome.Code == 0, outcome.Text);
        return JsonNode.Parse(outcome.Text)!;
    }
}

/// <summary>Tests that share the two exchanges, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserWorld>
{
    /// <summary>Its name.</summary>
    public const string Name = "browsers";
}

/// <summary>A meeting's join page on both exchanges.</summary>
/// <param name="Albion">On the organiser's.</param>
/// <param name="Liberty">On the other.</param>
sealed record BookedPages(string Albion, string Liberty)
{
    /// <summary>Of the meeting.</summary>
    public required string Id { get; init; }
}
