using System.Text.Json.Nodes;
using Meetpoint.Interop.Peers;
using Meetpoint.Simulation.Kit;

namespace Meetpoint.Interop.Browsers;

/// <summary>What a page in a real browser goes through besides being in a meeting: the lobby again, a relay, pictures that the exchange cannot read.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PageStateTests(BrowserWorld world)
{
    const string Busy = "two browsers more take what is left of the processors in twelve minutes: ./test --full";

    [Fact]
    public async Task Lobby_SentBackAndLetInAgain_SeesAndIsSeenOverTheSameConnection_AndIsCaptionedAcrossExchanges()
    {
        var meeting = await world.BookAsync();
        var met = await world.MeetAsync(
            "lobby.mjs", meeting.Albion, meeting.Liberty, Path.Combine(AppContext.BaseDirectory, "meetpoint"), world.World.Albion.ConfigurationPath, world.World.Albion.Socket, meeting.Id);
        AssertNoFaults(met);
        Assert.True((int)met["Ann"]!["connections"]! == 1 && (int)met["Ben"]!["connections"]! == 1, $"expected one connection each: {met.ToJsonString()}");
    }

    [Theory]
    [InlineData("turn", "udp")]
    [InlineData("turns", "tls")] // as behind a wall that lets nothing out but what looks like HTTPS
    public async Task Relay_ForABrowserThatMayUseNothingElse_IsTakenWithTheCredentialsOfThePage(string scheme, string by)
    {
        Assert.SkipUnless(LongForms.AreAsked, Busy);
        await using var relay = await Coturn.StartAsync(world.RelayListen, world.World.Albion.Party.Api);
        var (albion, _) = await world.BookAsync();
        var met = await world.MeetAsync("relay.mjs", albion, albion, scheme, relay.PublicKey);
        var text = met.ToJsonString() + relay.LogTail();
        Assert.True(met["faults"]!.AsArray().Count == 0, text);
        Assert.True((string?)met["Ann"]!["way"] == "relay", $"expected Ann to come by the relay: {text}");
        Assert.True((string?)met["Ann"]!["by"] == by, $"expected Ann to reach the relay by {by}: {text}");
        Assert.True((string?)met["Ben"]!["way"] != "relay", $"expected Ben to come directly: {text}");
        Assert.True((int)met["wrong"]!["candidates"]! == 0 && met["wrong"]!["errors"]!.AsArray().Any(code => (int)code! == 401), $"expected a wrong password to be refused: {text}");
    }

    [Fact]
    public async Task Sealed_CamerasEncryptedFromEndToEnd_AreSwitchedAndOpenedAcrossTwoExchanges()
    {
        Assert.SkipUnless(LongForms.AreAsked, Busy);
        var (albion, liberty) = await world.BookAsync();
        var met = await world.MeetAsync("sealed.mjs", albion, liberty);
        AssertNoFaults(met);
        foreach (var name in (string[])["Ann", "Ben", "again"])
            Assert.True((int)met[name]!["opened"]! > 0 && (int)met[name]!["broken"]! == 0, $"expected every picture to be opened, since no byte was changed: {met.ToJsonString()}");
    }

    static void AssertNoFaults(JsonObject met) => Assert.True(met["faults"]!.AsArray().Count == 0, met.ToJsonString());
}
