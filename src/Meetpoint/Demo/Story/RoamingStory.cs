using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Demo.Systems;
using Meetpoint.Demo.World;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Demo.Story;

/// <summary>Each provider's customer on line at the other's hotspot: found, let in by the home over both exchanges, reported, and in the end paid for. Says only what it saw.</summary>
sealed class RoamingStory(DemoWorld world, Narrator narrator, StoryReport report) : IDisposable
{
    const string Agreement = "albion-liberty";

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(15);

    /// <summary>A session is settled half a minute after its end: what may still come late is waited for.</summary>
    static readonly TimeSpan _settled = TimeSpan.FromSeconds(60);

    readonly List<IDisposable> _systems = [];
    readonly List<Visit> _visits = [];

    /// <summary>What is done first: two customers go on line, use some, and leave.</summary>
    public async Task GoOnLineAsync()
    {
        narrator.Chapter("On line away from home");
        narrator.Say("access points and home servers are stand-ins of ours, which speak RADIUS over real sockets; what a session carried is what the access point says");
        var homes = world.Exchanges.ToDictionary(exchange => exchange.Party.Id, exchange => Started(new HomeAaa(RoamingPlan.Home(exchange.Party), RoamingPlan.HomeSecret, RoamingPlan.Password)));
        await Expect.EventuallyAsync(
            async () => await Task.WhenAll(world.Exchanges.Select(IsConnectedAsync)) is var all && all.All(one => one) ? "yes" : null,
            _soon, "the exchanges to be joined by RADIUS over TLS", world.Albion.Process.LogTail);
        narrator.Say($"{world.Albion.Party.Domain} and {world.Liberty.Party.Domain} are joined by RADIUS over TLS, each known by its key");
        await VisitAsync(world.Liberty, "bob", world.Albion, "02-00-00-00-0b-0b", new ReportedUse(2, 12_400_000, 96_000_000), homes);
        await VisitAsync(world.Albion, "alice", world.Liberty, "02-00-00-00-0a-0a", new ReportedUse(2, 4_100_000, 31_900_000), homes);
        await RefusedAsync(world.Liberty, world.Albion);
    }

    /// <summary>What is seen last: the sessions, their usage, and the statement that has them.</summary>
    public async Task SettleAsync()
    {
        narrator.Chapter("What roaming used, and what it costs");
        foreach (var visit in _visits)
        {
            foreach (var exchange in world.Exchanges)
                await ShowSessionAsync(exchange, visit);
            foreach (var exchange in world.Exchanges)
                await ShowUsageAsync(exchange, visit);
        }

        foreach (var exchange in world.Exchanges)
            await ShowStatementAsync(exchange);
        var digests = report.RoamingStatementDigests.Values.Distinct(StringComparer.Ordinal).ToList();
        if (digests.Count != 1)
            throw new DemoFailedException($"expected equal statements; instead their digests are {string.Join(" and ", digests)}");
        narrator.Say($"the two statements are the same: digest {digests[0][..16]}...");
    }

    /// <inheritdoc/>
    public void Dispose() => _systems.ForEach(system => system.Dispose());

    async Task VisitAsync(DemoExchange home, string name, DemoExchange visited, string device, ReportedUse use, Dictionary<string, HomeAaa> homes)
    {
        var (user, spot) = ($"{name}@{home.Party.Domain}", RoamingPlan.Hotspot(visited.Party));
        await visited.Api.SendAsync(HttpMethod.Put, $"hotspots/{visited.Party.Id}/{spot["id"]}", spot);
        var near = $"hotspots/search?q={Uri.EscapeDataString((string)spot["city"]!)}&asker={home.Party.Id}";
        await narrator.WaitingAsync($"{home.Party.Domain} hears of {visited.Party.Name}'s hotspots", Expect.EventuallyAsync(
            async () => (await home.Api.TryGetAsync(near))?["items"] is JsonArray { Count: > 0 } found ? found : null, TimeSpan.FromSeconds(90), $"{home.Party.Domain} to show the hotspot in {spot["city"]}",
            home.Process.LogTail));
        narrator.Say($"{home.Party.Name} shows its customers {visited.Party.Name}'s hotspot {spot["name"]} in {spot["city"]} (network {spot["ssids"]![0]})");
        var point = Started(new AccessPoint(RoamingPlan.AccessPoint(visited.Party), RoamingPlan.Radius(visited.Party), RoamingPlan.AccessSecret, $"ap-1.{visited.Party.Domain}", (string)spot["id"]!));
        var began = narrator.Seconds;
        var code = await narrator.WaitingAsync($"{user} is asking", WithinAsync(point.AccessAsync(user, RoamingPlan.Password, device), $"an answer for {user}"));
        var took = Math.Round((narrator.Seconds - began) * 1_000, 1);
        report.RoamingAccessMs[user] = took;
        if (code != RadiusCode.AccessAccept)
            throw new DemoFailedException($"expected {user} to be let in at {spot["name"]}; instead: {code}. {visited.Process.LogTail()}");
        narrator.Say(string.Create(CultureInfo.InvariantCulture, $"{user} is on line there, let in by {home.Party.Name} in {took:0.0} ms"));
        var visit = new Visit(user, visited, home, $"demo-{name}-{Guid.NewGuid():n}", use);
        _visits.Add(visit);
        var heard = homes[home.Party.Id].Reports;
        await AccountAsync(point, 1, visit, device, default);
        await AccountAsync(point, 3, visit, device, new ReportedUse(1, use.BytesIn / 2, use.BytesOut / 2));
        await AccountAsync(point, 2, visit, device, use);
        await Expect.EventuallyAsync(
            () => Task.FromResult(homes[home.Party.Id].Reports >= heard + 3 ? "yes" : null), _soon, $"the home server of {home.Party.Name} to hear of it", home.Process.LogTail);
        narrator.Detail($"{Megabytes(use.BytesIn + use.BytesOut)} MB in {use.Seconds} s, reported by Start, Interim and Stop, and heard by its home");
    }

    async Task AccountAsync(AccessPoint point, uint status, Visit visit, string device, ReportedUse use)
    {
        if (use.Seconds > 0)
            await Task.Delay(TimeSpan.FromSeconds(1)); // it lasts as long as it is said to
        var code = await narrator.WaitingAsync("its accounting is being written", WithinAsync(point.AccountAsync(status, visit.Session, visit.User, device, use), "an answer to accounting"));
        if (code != RadiusCode.AccountingResponse)
            throw new DemoFailedException($"expected accounting to be taken; instead: {code}. {visit.Visited.Process.LogTail()}");
    }

    async Task RefusedAsync(DemoExchange home, DemoExchange visited)
    {
        var point = Started(new AccessPoint(RoamingPlan.AccessPoint(visited.Party), RoamingPlan.Radius(visited.Party), RoamingPlan.AccessSecret, $"ap-2.{visited.Party.Domain}", "elsewhere"));
        var code = await WithinAsync(point.AccessAsync($"eve@{home.Party.Domain}", "guessed", "02-00-00-00-0e-0e"), "an answer for eve");
        if (code != RadiusCode.AccessReject)
            throw new DemoFailedException($"expected eve@{home.Party.Domain} not to be let in; instead: {code}. {visited.Process.LogTail()}");
        narrator.Say($"eve@{home.Party.Domain}, who guesses at a password, is rejected by {home.Party.Name}");
    }

    async Task ShowSessionAsync(DemoExchange exchange, Visit visit)
    {
        var session = await narrator.WaitingAsync($"{exchange.Party.Domain} waits for what may come late", Expect.EventuallyAsync(
            async () => (await exchange.Api.TryGetAsync("roaming/sessions?state=settled"))?["items"] is JsonArray items ? items.FirstOrDefault(item => (string?)item!["accountingId"] == visit.Session) : null,
            _settled, $"{exchange.Party.Domain} to settle the session of {visit.User}", exchange.Process.LogTail));
        narrator.Say(
            $"{exchange.Party.Domain}: {session!["id"]} of a customer of {session["home"]} at {session["hotspot"]} ({session["visited"]}): {session["state"]}, {session["evidence"]!["reports"]} reports, "
            + $"{Megabytes((long)session["octetsIn"]! + (long)session["octetsOut"]!)} MB");
    }

    async Task ShowUsageAsync(DemoExchange exchange, Visit visit)
    {
        var expected = visit.Use.BytesIn + (long)visit.Use.BytesOut;
        var record = await narrator.WaitingAsync($"{exchange.Party.Domain} is closing the record", Expect.EventuallyAsync(
            async () => (await exchange.Api.TryGetAsync($"usage?agreement={Agreement}&limit=500"))?["items"] is JsonArray items
                ? items.FirstOrDefault(item => (string?)item!["unit"] == "roaming-session" && (string?)item["state"] == "agreed" && (long)item["bytesIn"]! + (long)item["bytesOut"]! == expected) : null,
            _soon, $"{exchange.Party.Domain} to have the record of {visit.User}, countersigned", exchange.Process.LogTail));
        narrator.Detail($"{exchange.Party.Domain} has its record, measured by {record!["measuredBy"]} and countersigned by the other");
    }

    async Task ShowStatementAsync(DemoExchange exchange)
    {
        var statement = await exchange.Api.GetAsync($"agreements/{Agreement}/statement");
        report.RoamingStatementDigests[exchange.Party.Domain] = (string)statement["digest"]!;
        narrator.Say($"{exchange.Party.Domain}: {Agreement}, {statement["period"]}");
        foreach (var leg in statement["legs"]!.AsArray().Where(leg => ((string?)leg!["unit"])?.StartsWith("roaming", StringComparison.Ordinal) == true))
            narrator.Detail($"{leg!["payer"]} pays {leg["payee"]}: {leg["count"]} x {leg["unit"]} = {leg["total"]}");
        foreach (var net in statement["net"]!.AsArray())
            narrator.Detail($"net, with the meeting: {net!["payer"]} owes {net["payee"]} {net["amount"]}");
    }

    static async Task<bool> IsConnectedAsync(DemoExchange exchange) =>
        (await exchange.Api.TryGetAsync("radius/realms"))?["items"] is JsonArray realms
        && realms.All(realm => realm!["servers"]!.AsArray().Any(server => (string?)server!["state"] == "alive"));

    async Task<T> WithinAsync<T>(Task<T> task, string what) =>
        await Task.WhenAny(task, Task.Delay(_soon)) == task ? await task : throw new DemoFailedException($"expected {what} within {_soon.TotalSeconds} s. {world.Albion.Process.LogTail()}");

    T Started<T>(T system)
        where T : IDisposable
    {
        _systems.Add(system);
        return system;
    }

    static string Megabytes(long bytes) => ((decimal)bytes / RoamingPlan.Megabyte).ToString("0.0", CultureInfo.InvariantCulture);

    sealed record Visit(string User, DemoExchange Visited, DemoExchange Home, string Session, ReportedUse Use);
}
