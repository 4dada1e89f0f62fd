using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Messaging.Streams;
using Shouldly;

namespace Meetpoint.Simulation.Kit;

/// <summary>A client of an exchange's API that has a stream open for messages.</summary>
sealed class SimulatedClient
{
    readonly SimulatedWorld _world;
    readonly SimulatedExchange _exchange;
    readonly MessageFeed _feed;

    /// <param name="world">Where.</param>
    /// <param name="exchange">Whose API.</param>
    /// <param name="user">In whose name.</param>
    public SimulatedClient(SimulatedWorld world, SimulatedExchange exchange, string user)
    {
        (_world, _exchange) = (world, exchange);
        _feed = exchange.Node.Messages.OpenFeed(new ApiCaller("key", exchange.Party.Id), user, static () => { });
    }

    /// <summary>Everything that it was told, in order.</summary>
    public List<JsonNode> Told { get; } = [];

    /// <summary>True where the exchange ends the stream.</summary>
    public bool IsToEnd => _feed.End is not null;

    /// <summary>Messages that it was told.</summary>
    public IReadOnlyList<JsonNode> Messages => Of("message");

    /// <summary>Their words.</summary>
    public IReadOnlyList<string> Words => [.. Messages.Select(message => message["text"]!.GetValue<string>())];

    /// <summary>Frames of one type that it was told.</summary>
    public IReadOnlyList<JsonNode> Of(string type)
    {
        Collect();
        return [.. Told.Where(frame => frame["type"]!.GetValue<string>() == type)];
    }

    /// <summary>Sends a frame, and time passes; gives what it is answered at once.</summary>
    public JsonNode? Say(string frame, double seconds = 1)
    {
        JsonObject? answer = null;
        _exchange.Run(() => _feed.TryTake(JsonNode.Parse(frame)!.AsObject(), out answer).ShouldBeTrue());
        if (seconds > 0)
            _world.Run(seconds);
        return answer;
    }

    /// <summary>Acknowledges the last message that it was told.</summary>
    public void Acknowledge() => Say($$"""{"acknowledge":"{{Messages[^1]["id"]}}"}""").ShouldBeNull();

    /// <summary>The connection breaks.</summary>
    public void Close()
    {
        _exchange.Run(_feed.Close);
        _world.Run(1);
    }

    void Collect()
    {
        var frames = new List<byte[]>();
        _exchange.Run(() => _feed.Collect(frames, int.MaxValue));
        Told.AddRange(frames.Select(frame => JsonNode.Parse(frame)!));
    }
}
