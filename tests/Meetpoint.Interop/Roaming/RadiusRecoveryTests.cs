using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo;

namespace Meetpoint.Interop.Roaming;

/// <summary>Home servers that are stopped and started under load, and the exchange killed the same way: nothing is lost, nothing is charged twice, and how long it took is printed.</summary>
public sealed class RadiusRecoveryTests(RadiusRecoveryTests.OnItsOwn world, ITestOutputHelper output) : IClassFixture<RadiusRecoveryTests.OnItsOwn>
{
    const int PerSecond = 100;

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    /// <summary>A session is settled half a minute after its end.</summary>
    static readonly TimeSpan _settled = TimeSpan.FromSeconds(120);

    /// <summary>Its servers are stopped, so it is nobody else's.</summary>
    public sealed class OnItsOwn() : RoamingWorld(185);

    [Fact]
    public async Task Homes_AndThenTheExchange_StoppedUnderLoad_LoseNothing_AndChargeNothingTwice()
    {
        using var load = new SessionLoad(world.NasAddress, world.Authentication, world.Accounting, RoamingWorld.Secret);
        load.Begin(PerSecond);
        await AcceptedAsync(load, 100);

        var rejected = await load.AskAsync(one => one.Rejected);
        await world.First.StopAsync();
        await world.Second.StopAsync();
        await Expect.EventuallyAsync(async () => await load.AskAsync(one => one.Rejected) > rejected + PerSecond ? "yes" : null, _soon, "those who come while no home is there to be rejected");
        await Task.WhenAll(world.First.StartAgainAsync(), world.Second.StartAgainAsync());
        await RecoveredAsync(load, "both home servers");

        var killed = await load.AskAsync(one => one.Accepted);
        await world.RestartAsync();
        await RecoveredAsync(load, "the exchange, killed and started");
        await AcceptedAsync(load, killed + 200);

        load.Begin(0);
        await Expect.EventuallyAsync(async () => await load.AskAsync(one => one.Awaited) == 0 ? "yes" : null, _soon, "every request to be answered, and every report to be acknowledged", world.Exchange.Process.LogTail);
        var stopped = await load.AskAsync(one => one.Stopped.ToDictionary());
        var records = new List<JsonNode>();
        await Expect.EventuallyAsync(
            async () => (records = await RecordsAsync()).Count >= stopped.Count ? "yes" : null, _settled, $"{stopped.Count} usage records", () => $"{records.Count}. {world.Exchange.Process.LogTail()}");
        Assert.Equal(stopped.Values.Order().Select(octets => (long)octets), records.Select(record => (long)record["bytesIn"]!).Order());
        Assert.All(records, record => Assert.Equal("agreed", (string?)record["state"]));
        var home = Sessions(world.First.Accounted()).Concat(Sessions(world.Second.Accounted())).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(stopped.Keys.Except(home));
        output.WriteLine($"{stopped.Count} sessions, each with one usage record, and each heard of at home; {await load.AskAsync(one => one.Rejected)} customers rejected while no home was there");
    }

    static IEnumerable<string> Sessions(IEnumerable<string> packets) =>
        packets.Where(packet => packet.Contains("Acct-Status-Type = Stop", StringComparison.Ordinal) && packet.Contains("\"load-", StringComparison.Ordinal))
            .Select(packet => packet.Split("Acct-Session-Id = \"")[1].Split('"')[0]);

    static Task AcceptedAsync(SessionLoad load, int count) =>
        Expect.EventuallyAsync(async () => await load.AskAsync(one => one.Accepted) >= count ? "yes" : null, _soon, $"{count} customers to be let in", () => $"{load.Accepted} were, {load.Rejected} were not");

    /// <summary>From now until somebody is let in.</summary>
    async Task RecoveredAsync(SessionLoad load, string what)
    {
        var (from, before) = await load.AskAsync(one => (one.Now, one.AcceptedAt.Count));
        await Expect.EventuallyAsync(async () => await load.AskAsync(one => one.AcceptedAt.Count) > before ? "yes" : null, _soon, "somebody to be let in again", world.Exchange.Process.LogTail);
        var first = await load.AskAsync(one => one.AcceptedAt[before]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Math.Max(0, (first - from).TotalMilliseconds):0} ms from being there again until the first customer is let in"));
    }

    async Task<List<JsonNode>> RecordsAsync()
    {
        var records = new List<JsonNode>();
        var path = "usage?agreement=albion-liberty&limit=500";
        while (true)
        {
            var page = await world.Exchange.Api.GetAsync(path);
            records.AddRange(page["items"]!.AsArray().Select(item => item!.DeepClone()).Where(item => (string?)item["unit"] == "roaming-session"));
            if ((string?)page["next"] is not { } next)
                return records;
            path = $"usage?agreement=albion-liberty&limit=500&cursor={Uri.EscapeDataString(next)}";
        }
    }
}
