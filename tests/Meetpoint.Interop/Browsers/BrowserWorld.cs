using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Pages;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;

namespace Meetpoint.Interop.Browsers;

/// <summary>Two running exchanges, with meetings that real browsers join.</summary>
public sealed class BrowserWorld : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-browsers-").FullName;

    internal DemoWorld World { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        RealPeer.Require("chromium", "chromium");
        RealPeer.Require("node", "nodejs");
        Assert.SkipUnless(Directory.Exists(Path.Combine(RepositoryRoot.Path, "web", "node_modules", "playwright-core")), "the web pages are not built: web/build builds them");
        World = await DemoWorld.PrepareAsync(WorldPlan.At(177), Path.Combine(_folder, "world"));
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
    public async ValueTask DisposeAsync()
    {
        if (World is not null)
            await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
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
        Assert.Equal("Confirmed", (string?)booked["state"]);
        var there = await Expect.EventuallyAsync(
            async () => (string?)(await AskAsync(World.Liberty, ["meeting", "show", (string)booked["id"]!]))["join"]?["code"], TimeSpan.FromSeconds(10), "Liberty to have the meeting");
        return new BookedPages($"http://{World.Albion.Party.Api}/join/{(string)booked["join"]!["code"]!}", $"http://{World.Liberty.Party.Api}/join/{there}") { Id = (string)booked["id"]! };
    }

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
        var folder = NewFolder();
        await using var process = await ChildProcess.StartAsync(
            "meetpoint", folder, Path.Combine(AppContext.BaseDirectory, "meetpoint"), [.. arguments, "--output", "json", "--config", exchange.ConfigurationPath]);
        var code = await process.Exited.WithinAsync(TimeSpan.FromSeconds(15), "the command to end", process.LogTail);
        var text = await File.ReadAllTextAsync(process.LogPath);
        Assert.True(code == 0, text);
        return JsonNode.Parse(text)!;
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
