using System.Text.Json.Nodes;

namespace Meetpoint.Interop.Browsers;

/// <summary>Three exchanges, each a process, in one meeting, of which the organiser's is in the middle; a Chromium's page on each.</summary>
public sealed class StarTests(StarWorld world) : IClassFixture<StarWorld>
{
    [Fact]
    public async Task Star_OfThreeExchanges_AllSeeHearAndReadAllAndNobodyHimself()
    {
        var booked = await world.BookAsync("--invite", StarWorld.Cleo);
        var met = await world.MeetAsync("star.mjs", booked.Albion, booked.Liberty, await BrowserWorld.PageAsync(world.Columbia, booked.Id));
        var text = met.ToJsonString();
        Assert.True(met["faults"]!.AsArray().Count == 0, text);
        foreach (var name in (string[])["Ann", "Ben", "Cleo"])
        {
            var (last, hertz) = (met[name]!["last"]!, (int)met[name]!["hertz"]!);
            Assert.True(last["pictures"]!.AsObject().All(seen => seen.Key != name && seen.Key != $"{name}'s screen"), $"expected {name} never to be shown himself: {text}");
            Assert.True(last["hears"]!.AsArray().All(heard => Math.Abs((int)heard! - hertz) > 12), $"expected {name} not to hear himself: {text}");
            Assert.True((int)last["connections"]! == 1, $"expected one connection: {text}");
        }
    }
}
