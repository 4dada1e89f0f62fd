using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Api.Streams;

/// <summary>
/// One WebSocket of a client: takes its frames one by one, and sends what its feeds have. Nothing is queued: what a frame says is found when the one before it has left, so a slow
/// client is told the last state, and holds no memory for those between.
/// </summary>
/// <param name="socket">The connection.</param>
/// <param name="loop">What the feeds live on.</param>
/// <param name="time">Monotonic time.</param>
/// <param name="isKeyGood">False once the key is revoked.</param>
/// <param name="frameBytes">Of the longest frame of the client's.</param>
sealed class ApiStream(WebSocket socket, IEventLoop loop, TimeProvider time, Func<bool> isKeyGood, int frameBytes = StreamLimits.FrameBytes)
{
    static readonly JsonDocumentOptions _strict = new() { MaxDepth = StreamLimits.FrameDepth, AllowDuplicateProperties = false };

    readonly SemaphoreSlim _wake = new(0);
    readonly SemaphoreSlim _oneSends = new(1);
    IReadOnlyList<IStreamFeed> _feeds = [];
    bool _isAwake;
    StreamEnd? _end;

    /// <summary>A feed has something to say. On the loop.</summary>
    public void Wake()
    {
        if (_isAwake)
            return;
        _isAwake = true;
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    /// <summary>Serves the client until one side ends it.</summary>
    /// <param name="open">Makes the feeds, on the loop.</param>
    /// <param name="stopping">The exchange stops.</param>
    public async Task RunAsync(Func<ApiStream, IReadOnlyList<IStreamFeed>> open, CancellationToken stopping)
    {
        using var over = new CancellationTokenSource();
        _feeds = await loop.AskAsync(() => open(this));
        try
        {
            var receiving = GuardedAsync(ReceiveAsync(over.Token));
            var sending = GuardedAsync(SendAsync(over.Token));
            var stopped = new TaskCompletionSource<StreamEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = stopping.Register(() => stopped.TrySetResult(StreamEnd.Stopping));
            var end = await await Task.WhenAny(receiving, sending, stopped.Task);
            await CloseAsync(end, receiving);
            await over.CancelAsync();
            await Task.WhenAll(receiving, sending);
        }
        finally
        {
            await loop.AskAsync(() =>
            {
                foreach (var feed in _feeds)
                    feed.Close();
                return true;
            });
        }
    }

    async Task<StreamEnd> ReceiveAsync(CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(frameBytes);
        try
        {
            return await ReceiveAsync(buffer.AsMemory(0, frameBytes), cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    async Task<StreamEnd> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length)
                    return StreamEnd.TooLong(frameBytes);
                part = await socket.ReceiveAsync(buffer[length..], cancel);
                if (part.MessageType == WebSocketMessageType.Close)
                    return StreamEnd.ByClient;
                if (part.MessageType != WebSocketMessageType.Text)
                    return StreamEnd.Binary;
                length += part.Count;
            }
            while (!part.EndOfMessage);

            JsonObject frame;
            try
            {
                if (!IsText(buffer.Span[..length]))
                    return StreamEnd.NoJson("a text is no Unicode");
                if (JsonNode.Parse(buffer.Span[..length], null, _strict) is not JsonObject read)
                    return StreamEnd.NoJson("a frame is a JSON object");
                frame = read;
            }
            catch (JsonException exception)
            {
                return StreamEnd.NoJson(exception.Message);
            }

            // The next is read once this one is answered: a client that does not read cannot go on asking.
            if (await loop.AskAsync(() => Answer(frame)) is { } answer)
                await SendAsync(JsonSerializer.SerializeToUtf8Bytes(answer), cancel);
        }
    }

    /// <summary>False where a text of the frame cannot be read as one, such as half a surrogate pair: who reads it later would be thrown at.</summary>
    static bool IsText(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = StreamLimits.FrameDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    JsonObject? Answer(JsonObject frame)
    {
        foreach (var feed in _feeds)
        {
            if (feed.TryTake(frame, out var answer))
                return answer;
        }

        return Error(frame, "malformed", "Nothing here takes such a frame.");
    }

    /// <summary>A frame that says what was wrong with one of the client's.</summary>
    public static JsonObject Error(JsonObject frame, string code, string detail) =>
        new() { ["type"] = "error", ["id"] = frame["id"]?.DeepClone(), ["code"] = code, ["detail"] = detail };

    async Task<StreamEnd> SendAsync(CancellationToken cancel)
    {
        var frames = new List<byte[]>();
        var looked = time.GetTimestamp();
        var idle = 0;
        while (true)
        {
            await _wake.WaitAsync(StreamLimits.LookEvery, cancel);
            bool hasMore;
            do
            {
                frames.Clear();
                hasMore = await loop.AskAsync(() => Collect(frames));
                foreach (var frame in frames)
                    await SendAsync(frame, cancel);
            }
            while (hasMore);

            if (_end is { } end)
                return end;
            if (time.GetElapsedTime(looked) < StreamLimits.LookEvery)
                continue;
            looked = time.GetTimestamp();
            if (!isKeyGood())
                return StreamEnd.KeyGone;
            idle = await loop.AskAsync(() => _feeds.Any(feed => feed.IsWanted)) ? 0 : idle + 1;
            if (idle == 2)
                return StreamEnd.Idle;
        }
    }

    bool Collect(List<byte[]> frames)
    {
        _isAwake = false;
        var hasMore = false;
        foreach (var feed in _feeds)
        {
            hasMore |= feed.Collect(frames, StreamLimits.FramesPerTurn);
            _end ??= feed.End;
        }

        return hasMore;
    }

    async Task SendAsync(byte[] frame, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(StreamLimits.SendPatience);
        await _oneSends.WaitAsync(patience.Token);
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        }
        finally
        {
            _oneSends.Release();
        }
    }

    /// <summary>A connection that broke, or was let go, is one that the client ended.</summary>
    static async Task<StreamEnd> GuardedAsync(Task<StreamEnd> work)
    {
        try
        {
            return await work;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            return StreamEnd.ByClient;
        }
    }

    async Task CloseAsync(StreamEnd end, Task receiving)
    {
        using var patience = new CancellationTokenSource(StreamLimits.ClosePatience);
        try
        {
            await _oneSends.WaitAsync(patience.Token);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await socket.CloseOutputAsync(end.Code, end.Reason, patience.Token);
            }
            finally
            {
                _oneSends.Release();
            }

            // Its own close frame ends the receiving; without one, patience does.
            await receiving.WaitAsync(patience.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
        }
    }
}
