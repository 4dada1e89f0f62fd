using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Browsers;

/// <summary>Chromium, with its own cameras and codecs, in meetings of two exchanges: nothing is installed in it, and nothing of it is stood in for but who sits before it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class BrowserMeetingTests(BrowserWorld world)
{
    [Fact]
    public async Task TwoBrowsers_OnTwoExchanges_SeeAndHearEachOther_ShareAScreen_AndWrite()
    {
        var (albion, liberty) = await world.BookAsync();
        AssertMet(await world.MeetAsync("meet.mjs", albion, liberty));
    }

    [Fact]
    public async Task TwoBrowsers_OnOneExchange_SeeAndHearEachOther()
    {
        // What it does is a part of what the other does; the processors of a whole ./test are better spent.
        Assert.SkipUnless(LongForms.AreAsked, "one exchange is a part of two: ./test --full");
        var (albion, _) = await world.BookAsync();
        AssertMet(await world.MeetAsync("meet.mjs", albion, albion));
    }

    [Fact]
    public async Task TwoBrowsers_OnTwoExchanges_AreToldHowTheirConnectionDoes()
    {
        // It takes the ten seconds of a window.
        Assert.SkipUnless(LongForms.AreAsked, "a window of quality lasts ten seconds: ./test --full");
        var (albion, liberty) = await world.BookAsync();
        var met = await world.MeetAsync("meet.mjs", albion, liberty, "quality");
        AssertMet(met);
        foreach (var name in (string[])["Ann", "Ben"])
            Assert.StartsWith("Good connection", ((string?)met[name]!["health"])?.Trim());

        // What the browsers reported by RTCP is in the records of both, whoever measured.
        foreach (var exchange in (DemoExchange[])[world.World.Albion, world.World.Liberty])
        {
            var heard = (await world.UsageAsync(exchange)).SelectMany(record => record!["quality"]?.AsArray() ?? []).Where(leg => (string?)leg!["leg"] == "participant").ToList();
            Assert.True(
                heard.Any(leg => (double?)leg!["down"]?["average"] > 3.6 && (double?)leg["up"]?["average"] > 3.6),
                $"expected what a browser heard and was heard: {new JsonArray([.. heard.Select(leg => leg!.DeepClone())])}");
        }
    }

    static void AssertMet(JsonObject met)
    {
        var text = met.ToJsonString();
        Assert.True(met["faults"]!.AsArray().Count == 0, text);
        foreach (var name in (string[])["Ann", "Ben"])
        {
            Assert.True(met[name]!["lines"]!.AsArray().Any(line => (int)line!["frames"]! >= 20), $"expected {name} to decode the other's pictures: {text}");
            Assert.True((string?)met[name]!["state"] == "connected", text);
        }

        Assert.True((int)met["content"]!["frames"]! >= 5, $"expected the screen to be seen: {text}");
        Assert.True((bool)met["chat"]!, text);
    }
}
