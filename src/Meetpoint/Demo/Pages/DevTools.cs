using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Demo.Pages;

/// <summary>The DevTools protocol of a browser over its WebSocket: commands, and the answer of each. Events are passed over.</summary>
/// <remarks>Thread safe.</remarks>
sealed class DevTools : IAsyncDisposable
{
    /// <summary>Bytes of one message from the browser.</summary>
    const int MaxMessageBytes = 4 << 20;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    readonly ClientWebSocket _socket = new();
    readonly SemaphoreSlim _sending = new(1);
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _waiting = new();
    Task _reading = Task.CompletedTask;
    int _lastId;

    /// <summary>Connects.</summary>
    /// <param name="address">As the browser told it.</param>
    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, CancellationToken.None).WithinAsync(Limit, $"{address} to answer");
        tools._reading = tools.ReadAsync();
        return tools;
    }

    /// <summary>Sends a command, and waits for its result.</summary>
    /// <param name="method">Such as "Page.navigate".</param>
    /// <param name="parameters">Of the command.</param>
    /// <param name="session">Of a page; null for the browser itself.</param>
    /// <exception cref="DemoFailedException">It was refused, or not answered in time.</exception>
    public async Task<JsonObject> SendAsync(string method, JsonObject? parameters = null, string? session = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
            command["sessionId"] = session;
        var answer = _waiting[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception fault) when (fault is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new DemoFailedException($"expected the browser to take {method}; instead: {fault.Message}");
        }
        finally
        {
            _sending.Release();
        }

        var message = await answer.Task.WithinAsync(Limit, $"the browser to answer {method}");
        return message["error"] is { } error ? throw new DemoFailedException($"expected the browser to do {method}; instead: {error.ToJsonString()}") : message["result"]!.AsObject();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
        _sending.Dispose();
    }

    async Task ReadAsync()
    {
        var buffer = new byte[MaxMessageBytes];
        var filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                    break;
                filled += read.Count;
                if (!read.EndOfMessage)
                    continue;
                if (JsonNode.Parse(buffer.AsSpan(0, filled)) is JsonObject message && message["id"] is JsonValue id && _waiting.TryRemove(id.GetValue<int>(), out var answer))
                    answer.TrySetResult(message);
                filled = 0;
            }
        }
        catch (Exception fault) when (fault is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The browser ended, or we did.
        }

        foreach (var answer in _waiting.Values)
            answer.TrySetException(new DemoFailedException("expected the browser to answer; instead it is gone"));
    }
}
