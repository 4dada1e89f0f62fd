using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Commands;

namespace Meetpoint.Client;

/// <summary>What the exchange answered.</summary>
/// <param name="Status">HTTP status, 200 to 299.</param>
/// <param name="Body">JSON; null when there is none.</param>
/// <param name="Tag">ETag, for a change that follows; null without.</param>
sealed record ApiAnswer(int Status, JsonNode? Body, string? Tag);

/// <summary>A client of an exchange's API, over its administration socket or with a key.</summary>
sealed class ApiClient : IDisposable
{
    const int Attempts = 3;
    const int FollowAttempts = 30;
    static readonly TimeSpan FollowPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A million hotspots are read, compared and written before the answer comes.</summary>
    static readonly TimeSpan FilePatience = TimeSpan.FromMinutes(10);

    readonly HttpClient _http;
    readonly string _where;
    readonly string _idempotencyKey = Guid.NewGuid().ToString("N"); // one invocation asks for one thing

    ApiClient(HttpMessageHandler handler, Uri root, string where)
    {
        _http = new HttpClient(handler) { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
        _where = where;
    }

    /// <summary>Over the administration socket, as operator.</summary>
    public static ApiClient OverSocket(string path) => new(
        new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        },
        new Uri("http://localhost/"), path);

    /// <summary>Over the network with a key.</summary>
    public static ApiClient Over(Uri root, string? key)
    {
        var client = new ApiClient(new SocketsHttpHandler { AllowAutoRedirect = false }, root, root.ToString());
        if (key is { Length: > 0 })
            client._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Reads.</summary>
    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, null, cancel);

    /// <summary>Every item of a list, page by page.</summary>
    public async Task<JsonArray> ListAsync(string path, CancellationToken cancel)
    {
        var items = new JsonArray();
        for (string? cursor = null; ;)
        {
            var page = (await GetAsync(cursor is null ? path : With(path, "cursor", cursor), cancel)).Body!;
            foreach (var item in page["items"]!.AsArray())
                items.Add(item!.DeepClone());
            cursor = page.Text("next");
            if (cursor is null)
                return items;
        }
    }

    /// <summary>Server-sent events as they come, until cancelled; a stream that breaks off is asked for again from where it was.</summary>
    /// <exception cref="ApiProblemException">The exchange says no.</exception>
    /// <exception cref="CommandFailedException">There is no exchange any more.</exception>
    public async IAsyncEnumerable<SseItem<JsonNode?>> FollowAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? last = null;
        for (var failures = 0; ;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (last is not null)
                request.Headers.Add("Last-Event-ID", last);
            using var response = await OpenAsync(request, cancel);
            if (response is not null)
            {
                await using var stream = await response.Content.ReadAsStreamAsync(cancel);
                await using var events = SseParser.Create(stream, static (_, data) => data.IsEmpty ? null : JsonNode.Parse(data)).EnumerateAsync(cancel).GetAsyncEnumerator(cancel);
                while (await HasMoreAsync(events))
                {
                    failures = 0;
                    last = events.Current.EventId ?? last;
                    yield return events.Current;
                }
            }

            if (++failures > FollowAttempts)
                throw new CommandFailedException($"no exchange answers at {_where} any more", "is 'meetpoint serve' running there?");
            await Task.Delay(FollowPause, cancel);
        }
    }

    /// <summary>Documents of JSON as they come, one a line, until the exchange has no more or it is cancelled. One that breaks off is over: what passed meanwhile is not told later.</summary>
    /// <exception cref="ApiProblemException">The exchange says no.</exception>
    /// <exception cref="CommandFailedException">There is no exchange, or not any more.</exception>
    public async IAsyncEnumerable<JsonNode?> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await OpenAsync(request, cancel) ?? throw NoAnswer(null);
        using var text = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        while (await NextLineAsync(text, cancel) is { } line)
            yield return JsonNode.Parse(line);
    }

    /// <summary>
    /// Text frames of a WebSocket as they come, until cancelled; one that breaks off is opened again, and begins with the same frames.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="first">What is sent once it is open.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="reply">What a frame is answered with once it was dealt with; null for nothing.</param>
    /// <exception cref="ApiProblemException">The exchange says no.</exception>
    /// <exception cref="CommandFailedException">There is no exchange any more, or it closed the stream for a reason.</exception>
    public async IAsyncEnumerable<JsonNode?> StreamAsync(
        string path, IReadOnlyList<JsonNode> first, [EnumeratorCancellation] CancellationToken cancel, Func<JsonNode?, JsonNode?>? reply = null)
    {
        for (var failures = 0; ;)
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            if (_http.DefaultRequestHeaders.Authorization is { } key)
                socket.Options.SetRequestHeader("Authorization", key.ToString());
            if (await TryOpenAsync(socket, path, first, cancel))
            {
                while (await NextFrameAsync(socket, cancel) is { } frame)
                {
                    failures = 0;
                    yield return frame;
                    if (reply?.Invoke(frame) is { } answer && !await TrySendAsync(socket, answer, cancel))
                        break;
                }

                if (socket.CloseStatus is { } status and not (WebSocketCloseStatus.EndpointUnavailable or WebSocketCloseStatus.NormalClosure))
                    throw new CommandFailedException($"the exchange closed the stream: {socket.CloseStatusDescription} ({(int)status})");
            }

            if (++failures > FollowAttempts)
                throw new CommandFailedException($"no exchange answers at {_where} any more", "is 'meetpoint serve' running there?");
            await Task.Delay(FollowPause, cancel);
        }
    }

    /// <summary>Sends one request.</summary>
    /// <exception cref="ApiProblemException">The exchange says no.</exception>
    /// <exception cref="CommandFailedException">There is no exchange.</exception>
    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, string? tag, CancellationToken cancel) =>
        SendAsync(method, path, body is null ? null : () => new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), tag, Patience, cancel);

    /// <summary>Posts a file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="open">Opens it; once more when the connection was lost.</param>
    /// <param name="mediaType">What it is.</param>
    /// <param name="cancel">Ends it.</param>
    /// <inheritdoc cref="SendAsync(HttpMethod, string, JsonNode?, string?, CancellationToken)" path="/exception"/>
    public Task<ApiAnswer> PostFileAsync(string path, Func<Stream> open, string mediaType, CancellationToken cancel) => SendAsync(
        HttpMethod.Post, path, () => new StreamContent(open()) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } }, null, FilePatience, cancel);

    /// <summary>Writes an answer that is text of any kind, as it comes.</summary>
    /// <exception cref="ApiProblemException">The exchange says no.</exception>
    /// <exception cref="CommandFailedException">There is no exchange.</exception>
    public async Task CopyAsync(string path, TextWriter to, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await OpenAsync(request, cancel) ?? throw NoAnswer(null);
        using var text = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var buffer = new char[16 << 10];
        int read;
        while ((read = await text.ReadAsync(buffer, cancel)) > 0)
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
    }

    async Task<ApiAnswer> SendAsync(HttpMethod method, string path, Func<HttpContent>? body, string? tag, TimeSpan patience, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            waiting.CancelAfter(patience);
            using var request = new HttpRequestMessage(method, path) { Content = body?.Invoke() };
            if (tag is not null)
                request.Headers.TryAddWithoutValidation("If-Match", tag);
            if (method == HttpMethod.Post)
                request.Headers.Add("Idempotency-Key", _idempotencyKey);
            try
            {
                using var response = await _http.SendAsync(request, waiting.Token);
                return await ReadAsync(response, cancel);
            }
            catch (HttpRequestException) when (attempt < Attempts && (method == HttpMethod.Get || method == HttpMethod.Post))
            {
                // With the same key a POST takes effect once, also when it was the answer that was lost.
                await Task.Delay(Pause * attempt, cancel);
            }
            catch (HttpRequestException exception)
            {
                throw NoAnswer(exception);
            }
            catch (OperationCanceledException exception) when (!cancel.IsCancellationRequested)
            {
                throw new CommandFailedException($"the exchange at {_where} did not answer within {patience.TotalSeconds} s", "look at its log", exception);
            }
        }
    }

    CommandFailedException NoAnswer(HttpRequestException? exception) => new(
        $"no exchange answers at {_where}{(exception is null ? "" : $": {exception.InnerException?.Message ?? exception.Message}")}", "is 'meetpoint serve' running there?", exception);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A path with one more query parameter.</summary>
    public static string With(string path, string name, string? value) =>
        value is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";

    /// <summary>The answer once its headers are there; null when nobody answers.</summary>
    async Task<HttpResponseMessage?> OpenAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode)
                await ReadAsync(response, cancel);
            return response;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>False when nobody answers.</summary>
    async Task<bool> TryOpenAsync(ClientWebSocket socket, string path, IReadOnlyList<JsonNode> first, CancellationToken cancel)
    {
        try
        {
            var http = new Uri(_http.BaseAddress!, path);
            await socket.ConnectAsync(new UriBuilder(http) { Scheme = http.Scheme == "https" ? "wss" : "ws" }.Uri, _http, cancel);
            foreach (var frame in first)
                await SendAsync(socket, frame, cancel);
            return true;
        }
        catch (WebSocketException) when ((int)socket.HttpStatusCode is 0 or >= 500)
        {
            return false;
        }
        catch (WebSocketException)
        {
            // The refusal has a body, which a WebSocket's client does not show: a plain request is told the same.
            await GetAsync(path, cancel);
            throw;
        }
    }

    static Task SendAsync(ClientWebSocket socket, JsonNode frame, CancellationToken cancel) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancel);

    /// <summary>False when it broke off.</summary>
    static async Task<bool> TrySendAsync(ClientWebSocket socket, JsonNode frame, CancellationToken cancel)
    {
        try
        {
            await SendAsync(socket, frame, cancel);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    /// <summary>One frame; null when the stream is over.</summary>
    static async Task<JsonNode?> NextFrameAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
                    return null;
                }

                await text.WriteAsync(buffer.AsMemory(0, part.Count), cancel);
                if (part.EndOfMessage)
                    return JsonNode.Parse(text.GetBuffer().AsSpan(0, (int)text.Length));
            }
        }
        catch (WebSocketException)
        {
            return null; // it broke off
        }
    }

    async Task<string?> NextLineAsync(StreamReader text, CancellationToken cancel)
    {
        try
        {
            return await text.ReadLineAsync(cancel);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new CommandFailedException($"the exchange at {_where} broke off", "look at its log", exception);
        }
    }

    static async Task<bool> HasMoreAsync(IAsyncEnumerator<SseItem<JsonNode?>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return false; // it broke off
        }
    }

    static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        JsonNode? body = null;
        try
        {
            body = text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException) when (!response.IsSuccessStatusCode)
        {
            // a proxy's page; the status says enough
        }

        if (!response.IsSuccessStatusCode)
            throw new ApiProblemException(Problem.Of((int)response.StatusCode, body as JsonObject));
        return new ApiAnswer((int)response.StatusCode, body, response.Headers.ETag?.ToString());
    }
}
