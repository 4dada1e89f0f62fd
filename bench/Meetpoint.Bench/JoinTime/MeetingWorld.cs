using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Bench.JoinTime;

/// <summary>Two exchanges of the demonstration, and a meeting of both that has begun.</summary>
sealed class MeetingWorld : IAsyncDisposable
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-bench-join-").FullName;
    DemoWorld? _world;

    /// <summary>The organiser's.</summary>
    public DemoExchange Exchange => _world!.Albion;

    /// <summary>Of the meeting on <see cref="Exchange"/>.</summary>
    public string Link { get; private set; } = "";

    /// <summary>On the other one.</summary>
    public string LinkAcross { get; private set; } = "";

    /// <summary>Where files may go meanwhile.</summary>
    public string Folder => _folder;

    /// <summary>Starts them.</summary>
    /// <param name="secondOfAddress">127.N.*.*</param>
    public static async Task<MeetingWorld> StartAsync(int secondOfAddress)
    {
        var world = new MeetingWorld();
        try
        {
            await world.BeginAsync(secondOfAddress);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Waits; what the demonstration says is why there is no figure.</summary>
    public static T Wait<T>(Task<T> task)
    {
        try
        {
#pragma warning disable VSTHRD002 // A benchmark has no loop that could wait for itself.
            return task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        catch (Exception failure) when (failure is DemoFailedException or TimeoutException)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <inheritdoc cref="Wait{T}"/>
    public static void Wait(Task task) => Wait(Ended(task));

    static async Task<bool> Ended(Task task)
    {
        await task;
        return true;
    }

    async Task BeginAsync(int secondOfAddress)
    {
        _world = await DemoWorld.PrepareAsync(WorldPlan.At(secondOfAddress), Path.Combine(_folder, "world"));
        await _world.StartAsync();
        var start = SystemClock.Instance.GetCurrentInstant() + Duration.FromSeconds(1);
        var id = (string)(await _world.Albion.Api.SendAsync(HttpMethod.Post, "meetings", new JsonObject
        {
            ["organiser"] = _world.Alice.Address,
            ["title"] = "Join",
            ["start"] = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss").Format(start.InUtc().LocalDateTime),
            ["length"] = "1:00:00",
            ["timeZone"] = "Etc/UTC",
            ["invitees"] = new JsonArray(_world.Bob.Address),
        }))["id"]!;
        (Link, LinkAcross) = (await LinkAsync(_world.Albion, id), await LinkAsync(_world.Liberty, id));
    }

    static Task<string> LinkAsync(DemoExchange exchange, string id) => Expect.EventuallyAsync(
        async () => await exchange.Api.TryGetAsync($"meetings/{id}") is { } seen && (string?)seen["state"] == "Confirmed" ? $"http://{exchange.Party.Api}/join/{(string?)seen["join"]?["code"]}" : null,
        Soon, $"meeting {id} to stand at {exchange.Party.Domain}", exchange.Process.LogTail);
}
