using System.Globalization;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Worlds;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Browsers;

/// <summary>
/// What is between two exchanges is lost for a while, or one of them is: the others go on meanwhile, and afterwards all see and hear all again without anybody doing anything.
/// </summary>
public sealed class CutLinkTests(BrowserWorld world, ITestOutputHelper output) : IClassFixture<BrowserWorld>
{
    const string Long = "four browsers and a cut take half a minute, and the virtual network has them too: ./test --full";

    static readonly TimeSpan Cut = TimeSpan.FromSeconds(8);
    static readonly TimeSpan Stopped = TimeSpan.FromSeconds(10);

    /// <summary>Within which the pictures are back after a link is.</summary>
    static readonly TimeSpan Back = TimeSpan.FromSeconds(5);

    /// <summary>The same after an exchange is: its pages have to find it again, and wait longer from try to try.</summary>
    static readonly TimeSpan FoundAgain = TimeSpan.FromSeconds(20);

    DemoExchange Liberty => world.World.Liberty;

    [Theory]
    [InlineData(CutParts.Media)]
    [InlineData(CutParts.Signalling)]
    [InlineData(CutParts.Media | CutParts.Signalling)]
    public async Task Link_IsCutForEightSeconds_EachSideGoesOnAndAllIsBackWithinFiveSeconds(CutParts parts)
    {
        Assert.SkipUnless(LongForms.AreAsked, Long);
        await using var browser = await world.BrowserAsync();
        var meeting = await TwoBySideMeeting.BeginAsync(world, browser);
        await using (await CutWay.OpenAsync(world.World.Albion.Party, Liberty.Party, parts))
        {
            await meeting.BothSidesGoOnAsync(Cut / 4);
            var before = await meeting.CrossedAsync();
            await meeting.BothSidesGoOnAsync(Cut * 3 / 4);
            var crossed = await meeting.CrossedAsync() - before;
            Assert.True(crossed > 0 == !parts.HasFlag(CutParts.Media), $"expected pictures to cross while media can, and then alone; {crossed} did");
        }

        Tell(await meeting.AllSeeAllAsync(Back), $"a cut of {parts}");
    }

    [Fact]
    public async Task Exchange_StandsStillForTenSeconds_TheOtherSideGoesOnAndAllIsBack()
    {
        Assert.SkipUnless(LongForms.AreAsked, Long);
        await using var browser = await world.BrowserAsync();
        var meeting = await TwoBySideMeeting.BeginAsync(world, browser);
        await Liberty.SignalAsync("STOP");
        try
        {
            await meeting.AlbionGoesOnAsync(Stopped);
        }
        finally
        {
            await Liberty.SignalAsync("CONT");
        }

        Tell(await meeting.AllSeeAllAsync(FoundAgain), "an exchange that stood still");
    }

    [Fact]
    public async Task Exchange_IsKilledAndStartedAgain_TheOtherSideGoesOnAndAllIsBack()
    {
        Assert.SkipUnless(LongForms.AreAsked, Long);
        await using var browser = await world.BrowserAsync();
        var meeting = await TwoBySideMeeting.BeginAsync(world, browser);
        await Liberty.Process.KillAsync();
        await Liberty.Process.DisposeAsync();
        await meeting.AlbionGoesOnAsync(Cut / 2);
        await Liberty.StartAsync();

        Tell(await meeting.AllSeeAllAsync(FoundAgain), "an exchange that was killed");
    }

    void Tell(TimeSpan back, string after) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {after} all saw and heard all again in {back.TotalSeconds:0.0} s"));
}
