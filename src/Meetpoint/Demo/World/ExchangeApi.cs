using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Meetpoint.Demo.World;

/// <summary>The HTTP API of a running exchange, as its operator calls it over the administration socket. Thread safe.</summary>
sealed class ExchangeApi : IDisposable
{
    readonly string _exchange;
    readonly HttpClient _http;

    /// <summary>The API behind a socket.</summary>
    /// <param name="exchange">Name of the exchange, for failures.</param>
    /// <param name="socketPath">The administration socket.</param>
    public ExchangeApi(string exchange, string socketPath)
    {
        _exchange = exchange;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost/api/v1/"), Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>The answer to a GET; null when nobody answers, or with anything but 200.</summary>
    public async Task<JsonObject?> TryGetAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(path);
            return response.StatusCode == System.Net.HttpStatusCode.OK ? await ReadAsync(response) : null;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>The answer to a GET.</summary>
    /// <exception cref="DemoFailedException">It was not answered with success.</exception>
    public Task<JsonObject> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    /// <summary>Sends a document.</summary>
    /// <exception cref="DemoFailedException">It was not answered with success.</exception>
    public Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, params IReadOnlyList<(string Name, string Value)> headers) =>
        SendAsync(method, path, body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), headers);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<JsonObject> SendAsync(HttpMethod method, string path, HttpContent? content, IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (method == HttpMethod.Post && !request.Headers.Contains("Idempotency-Key"))
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString("N"));
        try
        {
            using var response = await _http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
            {
                throw new DemoFailedException(
                    $"expected {_exchange} to take {method} {path}; instead it answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            }

            return await ReadAsync(response);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            throw new DemoFailedException($"expected {_exchange} to answer {method} {path}; instead: {fault.Message}");
        }
    }

    static async Task<JsonObject> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? throw new DemoFailedException($"expected an object; instead: {text}");
    }
}
