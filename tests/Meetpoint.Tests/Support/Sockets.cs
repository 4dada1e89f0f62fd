using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;

namespace Meetpoint.Tests.Support;

/// <summary>WebSockets of an exchange's API, frame by frame.</summary>
static class Sockets
{
    const int MaxFrame = 64 << 10;

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    /// <summary>Opens one with the key of a client.</summary>
    public static async Task<ClientWebSocket> OpenAsync(this TestExchange exchange, HttpClient client, string path, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", client.DefaultRequestHeaders.Authorization!.ToString());
        await socket.ConnectAsync(new UriBuilder(new Uri(exchange.Address, path)) { Scheme = "ws" }.Uri, cancel);
        return socket;
    }

    /// <summary>Sends one text frame.</summary>
    public static Task SendAsync(this ClientWebSocket socket, string frame, CancellationToken cancel) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, true, cancel);

    /// <summary>The next one that comes, soon.</summary>
    public static async Task<JsonNode> NextAsync(this ClientWebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[MaxFrame];
        var result = await socket.ReceiveAsync(buffer, cancel).WaitAsync(_soon, cancel);
        result.MessageType.ShouldBe(WebSocketMessageType.Text, socket.CloseStatusDescription);
        return JsonNode.Parse(buffer.AsSpan(0, result.Count))!;
    }
}
