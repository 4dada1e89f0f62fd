using Meetpoint.Demo;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop;

/// <summary>Kamailio as a provider's own network in front of its exchange.</summary>
public sealed class KamailioTests(TwoExchanges exchanges) : IClassFixture<TwoExchanges>
{
    [Fact]
    public async Task Participants_BehindAProvidersProxy_AreInAndLeaveThroughIt()
    {
        var world = exchanges.World;
        var proxyAt = world.Albion.Party.Address(60, 5_060);
        var booking = await Booking.OfAsync(world, "Through the network");
        await using var proxy = await Kamailio.StartAsync(proxyAt, world.Albion.Party.Trunk);

        await using var callers = await Sipp.StartAsync(
            "participant.xml", world.Albion.Party.Address(62, 5_060), proxyAt, 3, toneHz: 440, holdMs: 4_000,
            ("code", booking.AlbionCode), ("domain", world.Albion.Party.Domain));
        await Expect.EventuallyAsync(
            async () => await world.Albion.Api.TryGetAsync($"meetings/{booking.Id}/participants") is { } live
                && live["participants"]!.AsArray().Count(entry => (string?)entry!["state"] == "In") == 3 ? live : null,
            TimeSpan.FromSeconds(15), "three callers in through Kamailio", () => $"{callers.Tail()}\n{proxy.LogTail()}\n{world.Albion.Process.LogTail()}", TestContext.Current.CancellationToken);
        await callers.SucceedAsync(TimeSpan.FromSeconds(40));

        await Expect.EventuallyAsync(
            async () => await world.Albion.Api.TryGetAsync($"meetings/{booking.Id}/participants") is { } live && live["participants"]!.AsArray().Count == 0 ? live : null,
            TimeSpan.FromSeconds(10), "nobody left in the meeting", world.Albion.Process.LogTail, TestContext.Current.CancellationToken);
    }
}
