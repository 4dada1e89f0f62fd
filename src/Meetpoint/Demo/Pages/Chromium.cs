using System.Text.Json.Nodes;

namespace Meetpoint.Demo.Pages;

/// <summary>Chromium without a window: its own camera and microphone are stand-ins (a rolling picture, a beep), and its codecs and network are real. It ends, and its profile goes, with this.</summary>
sealed class Chromium : IAsyncDisposable
{
    const string Announcement = "DevTools listening on ";

    readonly string _profile;
    readonly ChildProcess _process;
    readonly DevTools _tools;

    Chromium(string profile, ChildProcess process, DevTools tools) => (_profile, _process, _tools) = (profile, process, tools);

    /// <summary>Path of Chromium; null when it is not installed.</summary>
    public static string? Executable => ExecutablePath.Find("chromium");

    /// <summary>Starts it, and waits until it can be told what to do.</summary>
    /// <param name="folder">For its log and, while it runs, its profile.</param>
    /// <param name="executable">From <see cref="Executable"/>.</param>
    /// <param name="framesPerSecond">Of its camera.</param>
    public static async Task<Chromium> StartAsync(string folder, string executable, int framesPerSecond = 20)
    {
        var profile = Directory.CreateDirectory(Path.Combine(folder, "profile")).FullName;
        // Pages behind others are seen to as those before: nobody sits there who could bring them to the front.
        var process = await ChildProcess.StartAsync(
            "chromium", folder, executable, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-default-apps", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
            "--disable-dev-shm-usage", "--password-store=basic", "--use-mock-keychain", $"--use-fake-device-for-media-stream=fps={framesPerSecond}", "--use-fake-ui-for-media-stream",
            "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required", "--window-size=1280,800", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank");
        var address = await Expect.EventuallyAsync(() => Task.FromResult(AddressIn(process.LogTail())), TimeSpan.FromSeconds(30), "Chromium to start", process.LogTail);
        return new Chromium(profile, process, await DevTools.ConnectAsync(new Uri(address)));
    }

    /// <summary>Opens a page.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="script">Runs before any of the page's own; null for none.</param>
    public async Task<MeetingPage> OpenAsync(string url, string? script = null)
    {
        var target = (string)(await _tools.SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }))["targetId"]!;
        var session = (string)(await _tools.SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!;
        var page = new MeetingPage(_tools, target, session);
        await page.NavigateAsync(url, script);
        return page;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        await _process.DisposeAsync();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A process of its own that is about to end writes there still; the folder around it goes with its owner.
        }
    }

    static string? AddressIn(string log)
    {
        var at = log.IndexOf(Announcement, StringComparison.Ordinal);
        return at < 0 || log.IndexOf('\n', at) is not (>= 0 and var end) ? null : log[(at + Announcement.Length)..end].Trim();
    }
}
