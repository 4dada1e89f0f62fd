using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Bench.Harness;
using Meetpoint.Demo;
using Meetpoint.Demo.Pages;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Bench.JoinTime;

/// <summary>
/// From the press of "Join" to the first decoded picture of somebody who is in already, in Chromium on loopback, each time in a new page. By the clock on the wall, since it is what a person waits.
/// </summary>
public sealed class JoinTimeBenchmark : Benchmark
{
    /// <summary>Second number of its addresses, unlike any that the tests use.</summary>
    const int SecondOfAddress = 47;

    /// <summary>Pages that join alone on the other exchange: for them the cascade is opened first.</summary>
    const int AcrossRuns = 3;

    const int FramesPerSecond = 20;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    readonly List<JoinTimes> _here = [];
    readonly List<JoinTimes> _across = [];
    readonly int _acrossRuns;
    MeetingWorld _world = null!;
    Chromium _browser = null!;
    string _link = "", _linkAcross = "";

    /// <summary>Starts two exchanges and Chromium, and has one page in a meeting of both.</summary>
    /// <exception cref="IOException">Chromium is missing, or something did not start.</exception>
    public JoinTimeBenchmark(Effort effort)
    {
        _acrossRuns = effort == Effort.Full ? AcrossRuns : 1;
        MeetingWorld.Wait(StartAsync());
    }

    /// <inheritdoc/>
    public override string Name => "join-time";

    /// <inheritdoc/>
    public override string Unit => "ms";

    /// <inheritdoc/>
    public override string Measure => "from the press of Join to the first decoded picture, by the wall's clock";

    /// <inheritdoc/>
    public override double? Mark => 1_500;

    /// <inheritdoc/>
    public override int Runs => 10;

    /// <inheritdoc/>
    public override int MaxWarmUpWindows => 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => [Parts("in ms from the press", _here), Parts("alone on the other exchange, so that the cascade is opened first", Across())];

    /// <inheritdoc/>
    public override Sample RunOurs()
    {
        var times = MeetingWorld.Wait(JoinAsync(_link));
        _here.Add(times);
        return new Sample(times.Frame, null);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        MeetingWorld.Wait(EndAsync());
        base.Dispose();
    }

    async Task StartAsync()
    {
        var executable = Chromium.Executable ?? throw new IOException("Chromium is not installed: apt-get install --no-install-recommends chromium");
        _world = await MeetingWorld.StartAsync(SecondOfAddress);
        (_link, _linkAcross) = (_world.Link, _world.LinkAcross);
        _browser = await Chromium.StartAsync(Directory.CreateDirectory(Path.Combine(_world.Folder, "browser")).FullName, executable, FramesPerSecond);
        var seen = await _browser.OpenAsync(_link);
        await seen.JoinAsync("Resident");
        await seen.SeesAsync(static sight => sight.FramesSent > FramesPerSecond, Soon, "the first page to send pictures");
    }

    async Task<JoinTimes> JoinAsync(string link)
    {
        var page = await _browser.OpenAsync(link, JoinTimes.Script);
        // Who presses the button has seen himself in the preview.
        await Expect.EventuallyAsync<object>(
            async () => (await page.EvaluateAsync("[...document.querySelectorAll('video')].some((video) => video.videoWidth > 0)"))?.GetValue<bool>() == true ? page : null, Soon, "the preview to show a picture");
        await page.JoinAsync("Guest");
        var times = await Expect.EventuallyAsync(() => page.EvaluateAsync("window.joinTimes ?? null"), Soon, "a joining page to decode a picture", () => "none was decoded");
        await page.CloseAsync();
        return JoinTimes.Of(times);
    }

    List<JoinTimes> Across()
    {
        while (_across.Count < _acrossRuns)
            _across.Add(MeetingWorld.Wait(JoinAsync(_linkAcross)));
        return _across;
    }

    static string Parts(string what, List<JoinTimes> times)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, medians of {times.Count}: WebSocket {Median(static one => one.Socket):f0}, answer {Median(static one => one.Answer):f0}, a way (ICE) {Median(static one => one.Ice):f0}, keys (DTLS) {Median(static one => one.Keys):f0}, first packet {Median(static one => one.Packet):f0}, first picture {Median(static one => one.Frame):f0}");

        double Median(Func<JoinTimes, double> part)
        {
            var sorted = times.Select(part).Order().ToList();
            return sorted.Count == 0 ? double.NaN : sorted[sorted.Count / 2];
        }
    }

    async Task EndAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        if (_world is not null)
            await _world.DisposeAsync();
    }
}
