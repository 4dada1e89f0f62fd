using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Net;

namespace Meetpoint.Interop.Border;

/// <summary>One request to the API over TCP, as a caller with a key sends it, and the whole answer.</summary>
static class RawHttp
{
    static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public sealed record Reply(int Status, JsonObject? Body, string? Incident, string? RetryAfter, string? Challenge, string? ContentType)
    {
        /// <summary>Type of the problem.</summary>
        public string? Type => (string?)Body?["type"];
    }

    public static Task<Reply> SendAsync(NetAddress api, string? key, HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, $"http://{api}/api/v1/{path}") { Content = content };
        if (key is not null)
            request.Headers.Authorization = new("Bearer", key);
        return SendAsync(Http, request);
    }

    /// <summary>The same as the operator, over the administration socket.</summary>
    public static async Task<Reply> SendAsync(string socket, HttpMethod method, string path, HttpContent? content = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
        return await SendAsync(http, new HttpRequestMessage(method, $"http://localhost/api/v1/{path}") { Content = content });
    }

    static async Task<Reply> SendAsync(HttpClient http, HttpRequestMessage message)
    {
        using var request = message;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync();
        return new Reply(
            (int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) as JsonObject : null,
            response.Headers.TryGetValues("X-Meetpoint-Incident", out var incident) ? incident.Single() : null,
            response.Headers.TryGetValues("Retry-After", out var retry) ? retry.Single() : null,
            response.Headers.WwwAuthenticate.FirstOrDefault()?.Scheme,
            response.Content.Headers.ContentType?.MediaType);
    }

    public static StringContent Json(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
