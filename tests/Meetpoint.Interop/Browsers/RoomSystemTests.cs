using System.Globalization;
using Meetpoint.Demo;
using Meetpoint.Demo.Pages;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop.Browsers;

/// <summary>A page on one exchange and a room system on the other: baresip, whose pictures are VP8 or H.264 and nothing else.</summary>
public sealed class RoomSystemTests(BrowserWorld world) : IClassFixture<BrowserWorld>
{
    /// <summary>Pictures that are more than a first keyframe.</summary>
    const int Enough = 20;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task PageAndRoomSystem_OnTwoExchanges_SeeEachOtherInWhicheverCodecTheRoomHas()
    {
        Assert.SkipUnless(BaresipPhone.Executable is not null, "baresip is not installed: apt-get install --no-install-recommends baresip-core");
        Assert.SkipUnless(BaresipPhone.HasH264, "baresip has no H.264: apt-get install --no-install-recommends baresip-ffmpeg");
        var booking = await Booking.OfAsync(world.World, "Rooms");
        await using var browser = await world.BrowserAsync();
        var page = await browser.OpenAsync(BrowserWorld.PageOf(world.World.Albion, booking.AlbionUri));
        await page.JoinAsync("Ann");

        foreach (var codec in (string[])["VP8", "H264"])
        {
            await using var room = await BaresipPhone.StartAsync(world.World.Bob.Account with { VideoCodecs = [codec] }, world.NewFolder(), BaresipPhone.Executable!);
            var before = await page.LookAsync();
            await room.DialAsync(booking.LibertyUri, Soon);
            await SeesAsync(room, codec);
            var seen = await page.SeesAsync(
                sight => sight.FramesSeen >= (before?.FramesSeen ?? 0) + Enough, Soon, $"the page to decode {Enough} pictures of {codec} more than {before?.FramesSeen}");
            Assert.Contains(seen.Seen, line => line.Codec == codec && line.Frames > 0);
            Assert.Contains(seen.Sent, line => line.Codec == codec);
            await room.HangUpAsync();
        }
    }

    static async Task SeesAsync(BaresipPhone room, string codec)
    {
        var counts = default(PictureCounts);
        await Expect.EventuallyAsync<object>(
            async () => (counts = await room.PicturesAsync()).Shown >= Enough ? counts : null, Soon, $"the room system to decode {Enough} pictures of {codec}",
            () => string.Create(CultureInfo.InvariantCulture, $"{counts}"));
    }
}
