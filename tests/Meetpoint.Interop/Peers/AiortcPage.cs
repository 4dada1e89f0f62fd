using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Demo;

namespace Meetpoint.Interop.Peers;

/// <summary>A page that is no browser: aiortc in Python, which joins a meeting by what docs/reference/join.md says.</summary>
sealed class AiortcPage : IAsyncDisposable
{
    /// <summary>Debian's, which has its packages whatever other Python is found first.</summary>
    const string Python = "/usr/bin/python3";

    readonly ChildProcess _process;

    AiortcPage(ChildProcess process) => _process = process;

    /// <summary>Starts it; it joins by itself.</summary>
    /// <param name="folder">For its log.</param>
    /// <param name="url">Of the join page.</param>
    /// <param name="name">Of who joins.</param>
    /// <param name="codec">VP8 or H264: it has no other.</param>
    /// <param name="toneHz">The tone that it sends.</param>
    /// <param name="listenHz">The tone that it listens for.</param>
    public static async Task<AiortcPage> StartAsync(string folder, string url, string name, string codec, int toneHz, int listenHz)
    {
        foreach (var (module, package) in ((string, string)[])[("aiortc", "python3-aiortc"), ("websockets", "python3-websockets")])
            Require(module, package);
        var script = Path.Combine(RepositoryRoot.Path, "tests", "Meetpoint.Interop", "Browsers", "aiortc-page.py");
        return new AiortcPage(await ChildProcess.StartAsync("aiortc", folder, Python, script, url, name, codec, $"{toneHz}", $"{listenHz}"));
    }

    /// <summary>What it sees and hears by now; null before it has said anything.</summary>
    public AiortcSight? Look()
    {
        var line = File.ReadLines(_process.LogPath).LastOrDefault(static line => line.StartsWith('{') && line.EndsWith('}'));
        return line is null ? null : JsonNode.Parse(line).Deserialize<AiortcSight>(JsonSerializerOptions.Web);
    }

    /// <summary>Looks until it sees what is wanted.</summary>
    public Task<AiortcSight> SeesAsync(Func<AiortcSight, bool> enough, TimeSpan limit, string expected) =>
        Expect.EventuallyAsync(() => Task.FromResult(Look() is { } sight && enough(sight) ? sight : null), limit, expected, _process.LogTail);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    static void Require(string module, string package)
    {
        if (Directory.Exists($"/usr/lib/python3/dist-packages/{module}"))
            return;
        var reason = $"{module} is not installed: apt-get install --no-install-recommends {package}";
        if (Environment.IsPrivilegedProcess)
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}

/// <summary>What it sees and hears.</summary>
/// <param name="State">Of its connection.</param>
/// <param name="Frames">Pictures decoded, by line.</param>
/// <param name="Hears">The tone that it listens for was in the sound.</param>
/// <param name="Codec">That it was told to send.</param>
/// <param name="Fault">What it was refused with; null when nothing was.</param>
sealed record AiortcSight(string State, Dictionary<string, long> Frames, bool Hears, string? Codec, JsonObject? Fault)
{
    /// <summary>Lines in which so many pictures were decoded.</summary>
    public int LinesWith(long frames) => Frames.Values.Count(count => count >= frames);
}
