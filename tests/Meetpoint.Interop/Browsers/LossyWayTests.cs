using System.Globalization;
using System.Text.Json;
using Meetpoint.Demo.Pages;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Browsers;

/// <summary>A page whose way to its exchange loses packets, delays some, and is gone for a while: pictures come back, and sound is not held up by them.</summary>
public sealed class LossyWayTests(BrowserWorld world) : IClassFixture<BrowserWorld>
{
    /// <summary>Of packets, both ways.</summary>
    const double Loss = 0.05;

    static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    // What the exchange answers waits until the way around has been built.
    const string Detour =
        """
        const settle = Native.prototype.setRemoteDescription;
        Native.prototype.setRemoteDescription = async function (description) {
          window.answered = description.sdp;
          const sdp = await new Promise((resolve) => { window.goOn = resolve; });
          return settle.call(this, { type: description.type, sdp });
        };
        """;

    [Fact]
    public async Task Page_BehindALossyWay_GoesOnSeeingAndHearingAndComesBackAfterAPause()
    {
        Assert.SkipUnless(LongForms.AreAsked, "the virtual network has a lossy and a pausing way too; a real one takes half a minute: ./test --full");
        Assert.SkipUnless(BaresipPhone.Executable is not null, "baresip is not installed: apt-get install --no-install-recommends baresip-core");
        // Pictures for three seconds, or for a minute.
        var pictures = Environment.GetEnvironmentVariable("MEETPOINT_FULL") is { Length: > 0 } ? 600 : 30;
        var booking = await Booking.OfAsync(world.World, "Lossy");
        await using var room = await BaresipPhone.StartAsync(world.World.Bob.Account with { VideoCodecs = ["VP8"] }, world.NewFolder(), BaresipPhone.Executable!);
        using var way = new LossyForwarder();
        await using var browser = await world.BrowserAsync();
        var page = await browser.OpenAsync(BrowserWorld.PageOf(world.World.Albion, booking.AlbionUri), Detour);
        await page.JoinAsync("Ann");
        await DetourAsync(page, way);
        await room.DialAsync(booking.LibertyUri, Soon);
        var good = await page.SeesAsync(static sight => sight.FramesSeen >= 10, Soon, "the page to see the room system");
        Assert.True(way.Forwarded > 0, "expected the page's packets to take the way around");

        way.Spoil(Loss, Jitter);
        var shown = (await room.PicturesAsync()).Shown;
        var lossy = await page.SeesAsync(
            sight => sight.FramesSeen >= good.FramesSeen + pictures, TimeSpan.FromSeconds(20 + (pictures / 5)), $"{pictures} more pictures than {good.FramesSeen} over a way that loses {Loss:P0}");
        await ShowsAsync(room, shown + (pictures / 2), "while packets are lost");
        var (played, madeUp) = (lossy.SoundSamples - good.SoundSamples, lossy.ConcealedSamples - good.ConcealedSamples);
        Assert.True(madeUp < played / 3, $"expected sound to go on: {madeUp} of {played} samples were made up; {lossy}");

        way.Pause(Pause);
        await Expect.EventuallyAsync<object>(() => Task.FromResult<object?>(way.IsPaused ? null : way), Pause + Soon, "the pause to end");
        var paused = (await page.LookAsync())!;
        shown = (await room.PicturesAsync()).Shown;
        await page.SeesAsync(sight => sight.FramesSeen >= paused.FramesSeen + 10 && sight.SoundPackets > paused.SoundPackets + 10, Soon, $"pictures and sound after the pause, 10 more than {paused.FramesSeen}");
        await ShowsAsync(room, shown + 10, "after the pause");
    }

    /// <summary>Has the page send to the forwarder what it would send to the exchange.</summary>
    static async Task DetourAsync(MeetingPage page, LossyForwarder way)
    {
        var answer = await Expect.EventuallyAsync(async () => (string?)await page.EvaluateAsync("window.goOn ? window.answered : null"), Soon, "the page to be answered");
        foreach (var line in answer.Split("\r\n").Where(static line => line.StartsWith("a=candidate:", StringComparison.Ordinal)).Distinct())
        {
            var words = line.Split(' ');
            var stand = await way.ForwardAsync(NetAddress.Parse($"{words[4]}:{words[5]}"));
            answer = answer.Replace($"{words[4]} {words[5]} typ", $"{stand.Host} {stand.Port} typ", StringComparison.Ordinal);
        }

        await page.EvaluateAsync($"window.goOn({JsonSerializer.Serialize(answer)})");
    }

    static async Task ShowsAsync(BaresipPhone room, long frames, string when)
    {
        var counts = default(PictureCounts);
        await Expect.EventuallyAsync<object>(
            async () => (counts = await room.PicturesAsync()).Shown >= frames ? counts : null, Soon, $"the room system to have decoded {frames} pictures {when}",
            () => string.Create(CultureInfo.InvariantCulture, $"{counts}"));
    }
}
