using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop;

/// <summary>SIPp as a provider's callers, over its trunk.</summary>
public sealed class SippTests(TwoExchanges exchanges) : IClassFixture<TwoExchanges>
{
    const int Callers = 20;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Participants_TwentyOverATrunk_AreAllInAndHeardAcrossTheCascade()
    {
        var world = exchanges.World;
        var booking = await Booking.OfAsync(world, "All hands");
        await using var bob = await world.StartPhoneAsync(world.Bob);
        await bob.DialAsync(booking.LibertyUri, Soon);

        await using var callers = await Sipp.StartAsync(
            "participant.xml", world.Albion.Party.Address(60, 5_060), world.Albion.Party.Trunk, Callers, toneHz: 440, holdMs: 8_000,
            ("code", booking.AlbionCode), ("domain", world.Albion.Party.Domain));
        await Expect.EventuallyAsync(
            async () => await world.Liberty.Api.TryGetAsync($"meetings/{booking.Id}/participants") is { } live && In(live) == Callers + 1 ? live : null,
            Soon, $"{Callers} callers and Bob on Liberty's roster", () => $"{callers.Tail()}\n{world.Albion.Process.LogTail()}", TestContext.Current.CancellationToken);
        await callers.SucceedAsync(TimeSpan.FromSeconds(60));
        await bob.HangUpAsync();

        var heard = Hearing.Of(await bob.RecordingAsync(), 440, world.Bob.ToneHz);
        Assert.True(heard[0].HeardSeconds > 4, $"Bob hears the callers' 440 Hz: {heard[0]}");
        Assert.True(heard[1].HeardSeconds == 0, $"Bob does not hear himself: {heard[1]}");
    }

    [Fact]
    public async Task Pin_ByTelephoneEvent_LetsTheCallerIn()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("SIPp sends key presses over a raw socket, which needs root");
        var world = exchanges.World;
        var booking = await Booking.OfAsync(world, "With PIN", request => request["pin"] = "2468");

        await using var caller = await Sipp.StartAsync(
            "pin.xml", world.Albion.Party.Address(61, 5_060), world.Albion.Party.Trunk, 1, toneHz: 440, holdMs: 6_000,
            ("code", booking.AlbionCode), ("domain", world.Albion.Party.Domain));
        JsonObject? last = null;
        var live = await Expect.EventuallyAsync(
            async () => (last = await world.Albion.Api.TryGetAsync($"meetings/{booking.Id}/participants")) is { } seen && In(seen) == 1 ? seen : null,
            Soon, "the caller to be in after the PIN", () => $"{last}\n{caller.Tail()}\n{world.Albion.Process.LogTail()}", TestContext.Current.CancellationToken);
        await caller.SucceedAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("In", (string?)live["participants"]![0]!["state"]);
    }

    static int In(JsonObject live) => live["participants"]!.AsArray().Count(entry => (string?)entry!["state"] == "In");
}
