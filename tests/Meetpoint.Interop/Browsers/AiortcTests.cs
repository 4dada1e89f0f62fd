using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Browsers;

/// <summary>A client of the join protocol that is neither our page nor a browser: what docs/reference/join.md says is enough to write one.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AiortcTests(BrowserWorld world)
{
    const int ToneHz = 1_250;

    /// <summary>Pictures that are more than a first keyframe.</summary>
    const int Enough = 15;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("VP8")]
    [InlineData("H264")]
    public async Task Aiortc_ABrowserAndARoomSystem_OnTwoExchanges_SeeAndHearEachOther(string codec)
    {
        Assert.SkipUnless(codec == "VP8" || LongForms.AreAsked, "another codec is the same way: ./test --full");
        Assert.SkipUnless(BaresipPhone.Executable is not null, "baresip is not installed: apt-get install --no-install-recommends baresip-core");
        Assert.SkipUnless(codec == "VP8" || BaresipPhone.HasH264, "baresip has no H.264: apt-get install --no-install-recommends baresip-ffmpeg");
        var bob = world.World.Bob;
        var booking = await Booking.OfAsync(world.World, "Another client");
        var albion = BrowserWorld.PageOf(world.World.Albion, booking.AlbionUri);
        await using var other = await AiortcPage.StartAsync(world.NewFolder(), albion, "Rita", codec, ToneHz, bob.ToneHz);
        await using var room = await BaresipPhone.StartAsync(bob.Account with { VideoCodecs = [codec] }, world.NewFolder(), BaresipPhone.Executable!);
        await using var browser = await world.BrowserAsync();
        var page = await browser.OpenAsync(albion);
        await Task.WhenAll(page.JoinAsync("Ann"), room.DialAsync(booking.LibertyUri, Soon));

        var seen = await other.SeesAsync(static sight => sight.LinesWith(Enough) >= 2 && sight.Hears, Soon, $"aiortc to decode {Enough} pictures of both others in {codec}, and to hear {bob.ToneHz} Hz");
        Assert.Equal((codec, null), (seen.Codec, seen.Fault));
        await page.SeesAsync(static sight => sight.Seen.Count(static line => line.Frames >= Enough) >= 2, Soon, $"the browser to decode {Enough} pictures of both others");
        await Expect.EventuallyAsync<object>(async () => await room.PicturesAsync() is { Shown: >= Enough } shown ? shown : null, Soon, $"the room system to decode {Enough} pictures");
        await Expect.EventuallyAsync<object>(
            async () => await room.HeardSoFarAsync() is { } heard && Hearing.Of(heard, ToneHz)[0].IsHeard ? heard : null, Soon, $"the room system to hear {ToneHz} Hz for {Hearing.LeastSeconds} s");
        await room.HangUpAsync();
    }
}
