using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Interop.Scheduling;

/// <summary>A meeting that the command line booked at Albion's exchange; called off at the end, so that the next test finds rooms free.</summary>
sealed class Scheduled(SchedulingWorld world, JsonObject view) : IAsyncDisposable
{
    public string Id => (string)view["id"]!;

    public string Uid => (string)view["uid"]!;

    /// <summary>As the command that booked it showed it.</summary>
    public JsonObject View => view;

    public Instant Start => InstantPattern.ExtendedIso.Parse((string)view["start"]!).Value;

    /// <summary>What Albion's customers dial.</summary>
    public string AlbionUri => (string)view["join"]!["uri"]!;

    /// <summary>The digits that name it at Albion's number.</summary>
    public string AlbionCode => (string)view["join"]!["code"]!;

    /// <summary>What Liberty's customers dial, once its exchange has it.</summary>
    public async Task<string> LibertyUriAsync() => (string)(await world.Liberty.Api.GetAsync($"meetings/{Id}"))["join"]!["uri"]!;

    /// <summary>meetpoint meeting show.</summary>
    public Task<JsonObject> ShowAsync(DemoExchange exchange) => world.AskAsync(exchange, "meeting", "show", Id);

    /// <summary>Waits until someone is somewhere between the door and the room, as an exchange (Albion's) sees it, and gives his id.</summary>
    public async Task<string> AwaitAsync(string address, string state, DemoExchange? exchange = null)
    {
        var seen = "";
        var found = await Expect.EventuallyAsync(
            async () =>
            {
                var live = await (exchange ?? world.Albion).Api.TryGetAsync($"meetings/{Id}/participants");
                seen = live?.ToJsonString() ?? "";
                return live?["participants"]!.AsArray().FirstOrDefault(each => (string?)each!["address"] == address && (string?)each["state"] == state);
            },
            SchedulingWorld.Soon, $"{address} to be {state} in {Id}", () => seen);
        return found["id"]!.ToJsonString();
    }

    /// <summary>Where someone stands, as an exchange sees it at this moment; null when it sees nothing of him.</summary>
    public async Task<string?> StateAsync(string address, DemoExchange exchange) =>
        (string?)(await exchange.Api.GetAsync($"meetings/{Id}/participants"))["participants"]!.AsArray().FirstOrDefault(each => (string?)each!["address"] == address)?["state"];

    /// <summary>Waits until an exchange's half is on.</summary>
    public Task BegunAsync(DemoExchange exchange) => Expect.EventuallyAsync(
        () => exchange.Api.TryGetAsync($"meetings/{Id}/participants"), SchedulingWorld.Soon, $"{exchange.Party.Domain}'s half of {Id} to begin");

    public async ValueTask DisposeAsync() => await world.Albion.Api.SendAsync(HttpMethod.Delete, $"meetings/{Id}", null, ("If-Match", "*"));

    /// <summary>meetpoint meeting VERB MEETING PARTICIPANT.</summary>
    public Task<JsonObject> ModerateAsync(string verb, string participant) => world.AskAsync(world.Albion, "meeting", verb, Id, participant);
}
