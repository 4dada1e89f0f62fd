using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using NodaTime.Text;
using NodaTime;

namespace Meetpoint.Interop.Registrar;

/// <summary>One exchange whose rooms have no contact and register, over UDP and TCP.</summary>
public sealed class RegistrarWorld : IAsyncLifetime
{
    internal const string Secret = "a-secret";

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-registrar-").FullName;

    internal DemoWorld World { get; private set; } = null!;

    internal DemoExchange Albion => World.Albion;

    internal NetAddress SipTcp => Albion.Party.Address(1, 5_062);

    /// <summary>A trunk of Albion's own network.</summary>
    internal NetAddress Trunk => Albion.Party.Address(60, 5_060);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        World = await DemoWorld.PrepareAsync(WorldPlan.At(168), Path.Combine(_folder, "world"));
        await Albion.ListenAsync("tcp", "tcp", SipTcp);
        var trunk = $"  - id: albion-network\n    provider: albion\n    kind: sip-trunk\n    listener: trunk\n    sourceAddresses: [{Trunk.Host}]\n";
        await World.StartAlbionAsync(trunk);
        await BorderWorld.ChangeAsync(Albion, world =>
        {
            foreach (var (room, profile) in new[] { ("lounge", "baresip"), ("studio", "baresip"), ("attic", "baresip"), ("cellar", "generic") })
            {
                BorderWorld.Add(
                    world, "endpoints",
                    $$"""{"id":"{{room}}","organisation":"{{Albion.Party.OrganisationId}}","kind":"room","name":"{{room}}","sip":"{{room}}@albion.example","digest":{"user":"{{room}}","secret":"{{Secret}}"},"profile":"{{profile}}"}""");
            }
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (World is not null)
            await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Waits until a room is registered, and gives its registration.</summary>
    internal async Task<JsonNode> RegisteredAsync(string room, Func<string> otherwise) => await Expect.EventuallyAsync(
        async () => (await Albion.Api.GetAsync($"registrations?address={room}@albion.example"))["items"]!.AsArray() is [{ } first, ..] ? first : null,
        Soon, $"{room} to be registered", () => $"{otherwise()}\n{Albion.Process.LogTail()}");

    /// <summary>Books a meeting of Alice's with a room that begins in a second; gives its id.</summary>
    internal async Task<string> MeetAsync(string room)
    {
        var start = SystemClock.Instance.GetCurrentInstant() + Duration.FromSeconds(1);
        var meeting = await Albion.Api.SendAsync(HttpMethod.Post, "meetings", new JsonObject
        {
            ["organiser"] = World.Alice.Address,
            ["title"] = "In the " + room,
            ["start"] = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss").Format(start.InUtc().LocalDateTime),
            ["length"] = "0:10:00",
            ["timeZone"] = "Etc/UTC",
            ["rooms"] = new JsonArray($"{room}@albion.example"),
        });
        return (string)meeting["id"]!;
    }

    /// <summary>Waits until the room is in the meeting, and cancels it.</summary>
    internal async Task InAsync(string meeting, string room)
    {
        await Expect.EventuallyAsync(
            async () => (await Albion.Api.GetAsync($"meetings/{meeting}/participants"))["participants"]!.AsArray()
                .Any(one => (string?)one!["address"] == $"{room}@albion.example" && (string?)one["state"] == "In") ? "in" : null,
            Soon, $"{room} to be in the meeting", Albion.Process.LogTail);
        await Albion.Api.SendAsync(HttpMethod.Delete, $"meetings/{meeting}", (JsonObject?)null, ("If-Match", "*"));
    }
}
