using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Interop.Worlds;

/// <summary>A meeting that stands on both exchanges and is on.</summary>
/// <param name="Id">The same on both.</param>
/// <param name="Uid">Of its calendar.</param>
/// <param name="AlbionUri">What Albion's customers dial.</param>
/// <param name="LibertyUri">What Liberty's customers dial.</param>
sealed record Booking(string Id, string Uid, string AlbionUri, string LibertyUri)
{
    /// <summary>The user part that joins Albion's half.</summary>
    public string AlbionCode => AlbionUri["sip:".Length..AlbionUri.IndexOf('@', StringComparison.Ordinal)];

    /// <summary>Books a meeting of Alice with Bob that begins in a second, and waits until it stands on both exchanges.</summary>
    /// <param name="world">Where.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="change">Changes the request before it is sent.</param>
    public static async Task<Booking> OfAsync(DemoWorld world, string title, Action<JsonObject>? change = null)
    {
        var start = SystemClock.Instance.GetCurrentInstant() + Duration.FromSeconds(1);
        var request = new JsonObject
        {
            ["organiser"] = world.Alice.Address,
            ["title"] = title,
            ["start"] = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss").Format(start.InUtc().LocalDateTime),
            ["length"] = "0:10:00",
            ["timeZone"] = "Etc/UTC",
            ["invitees"] = new JsonArray(world.Bob.Address),
        };
        change?.Invoke(request);
        var id = (string)(await world.Albion.Api.SendAsync(HttpMethod.Post, "meetings", request))["id"]!;
        var albion = await StandingAsync(world.Albion, id);
        var liberty = await StandingAsync(world.Liberty, id);
        return new Booking(id, (string)albion["uid"]!, (string)albion["join"]!["uri"]!, (string)liberty["join"]!["uri"]!);
    }

    static Task<JsonObject> StandingAsync(DemoExchange exchange, string id) => Expect.EventuallyAsync(
        async () => await exchange.Api.TryGetAsync($"meetings/{id}") is { } seen && (string?)seen["state"] == "Confirmed" ? seen : null,
        TimeSpan.FromSeconds(15), $"meeting {id} to stand at {exchange.Party.Domain}", exchange.Process.LogTail);
}
