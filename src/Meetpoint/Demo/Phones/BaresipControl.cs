using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Meetpoint.Demo.Phones;

/// <summary>baresip's ctrl_tcp: JSON in netstrings, commands one way, responses and events the other.</summary>
sealed class BaresipControl : IAsyncDisposable
{
    /// <summary>Bytes of one message from baresip.</summary>
    const int MaxMessageBytes = 65_536;

    readonly TcpClient _client;
    readonly Action<JsonElement> _event;
    readonly Task _reading;
    readonly Queue<TaskCompletionSource<string>?> _asked = new(); // a command after the other is answered; null where nobody wants to know

    BaresipControl(TcpClient client, Action<JsonElement> onEvent)
    {
        _client = client;
        _event = onEvent;
        _reading = ReadAsync();
    }

    /// <summary>Connects once baresip listens.</summary>
    /// <param name="address">Its control address.</param>
    /// <param name="onEvent">Hears its events, one at a time.</param>
    /// <param name="process">For the log when it does not come up.</param>
    public static async Task<BaresipControl> ConnectAsync(IPEndPoint address, Action<JsonElement> onEvent, ChildProcess process)
    {
        var client = await Expect.EventuallyAsync(() => TryConnectAsync(address), TimeSpan.FromSeconds(15), $"{process.Name} to listen on {address}", process.LogTail);
        return new BaresipControl(client, onEvent);
    }

    /// <summary>Sends a command.</summary>
    public Task SendAsync(string command, string? parameters = null)
    {
        lock (_asked)
        {
            _asked.Enqueue(null);
            return WriteAsync(command, parameters);
        }
    }

    async Task WriteAsync(string command, string? parameters = null)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            parameters is null ? new Dictionary<string, string> { ["command"] = command } : new() { ["command"] = command, ["params"] = parameters });
        byte[] message = [.. Encoding.ASCII.GetBytes(json.Length.ToString(CultureInfo.InvariantCulture)), (byte)':', .. json, (byte)','];
        await _client.GetStream().WriteAsync(message);
    }

    /// <summary>Sends a command, and gives what it prints.</summary>
    public async Task<string> AskAsync(string command)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task sent;
        lock (_asked)
        {
            _asked.Enqueue(answer);
            sent = WriteAsync(command);
        }

        await sent;
        return await answer.Task.WithinAsync(TimeSpan.FromSeconds(10), $"baresip to answer {command}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _reading;
    }

    static async Task<TcpClient?> TryConnectAsync(IPEndPoint address)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address);
            return client;
        }
        catch (SocketException)
        {
            client.Dispose();
            return null;
        }
    }

    async Task ReadAsync()
    {
        var buffer = new byte[MaxMessageBytes + 16];
        var filled = 0;
        try
        {
            var stream = _client.GetStream();
            while (filled < buffer.Length)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled));
                if (read == 0)
                    return;
                filled += read;
                var used = Take(buffer.AsSpan(0, filled));
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or SocketException)
        {
            // baresip ended, or we did.
        }
    }

    int Take(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (true)
        {
            var rest = bytes[used..];
            var colon = rest.IndexOf((byte)':');
            if (colon < 0 || !int.TryParse(rest[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || rest.Length < colon + 1 + length + 1)
                return used;
            using var document = JsonDocument.Parse(new ReadOnlySequence<byte>(rest.Slice(colon + 1, length).ToArray()));
            if (document.RootElement.TryGetProperty("event", out _))
                _event(document.RootElement);
            else if (document.RootElement.TryGetProperty("response", out _))
                Answer(document.RootElement);
            used += colon + 1 + length + 1;
        }
    }

    void Answer(JsonElement response)
    {
        TaskCompletionSource<string>? asked;
        lock (_asked)
            _asked.TryDequeue(out asked);
        asked?.TrySetResult(response.TryGetProperty("data", out var data) ? data.GetString() ?? "" : "");
    }
}
