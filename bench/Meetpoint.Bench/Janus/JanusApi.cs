using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Meetpoint.Bench.Janus;

/// <summary>What is needed of Janus' HTTP API: sessions, handles, messages to a plugin, events by long poll.</summary>
sealed class JanusApi(int port) : IDisposable
{
    const int MaxTries = 200;
    const int MaxEvents = 600; // those who are in already are told of each who comes
    const int BetweenTriesMs = 50;

    readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    readonly Uri _base = new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/janus");
    int _transaction;

    /// <summary>Waits until the server answers.</summary>
    public string WaitForVersion()
    {
        using var never = new ManualResetEventSlim();
        for (var i = 0; i < MaxTries; i++)
        {
            try
            {
                return (string)Send(HttpMethod.Get, "/info", null)["version_string"]!;
            }
            catch (HttpRequestException)
            {
                never.Wait(BetweenTriesMs);
            }
        }

        throw new IOException("Janus does not answer");
    }

    public long CreateSession() => IdOf(Request("", "create"));

    public long Attach(long session, string plugin) => IdOf(Request(Path(session), "attach", "plugin", "janus.plugin." + plugin));

    /// <summary>What the plugin answers at once.</summary>
    public JsonNode? Message(long session, long handle, JsonObject body)
    {
        var answer = Request($"{Path(session)}{Path(handle)}", "message", "body", body);
        var data = answer["plugindata"]?["data"];
        if (data?["error"] is { } error)
            throw new IOException($"Janus refuses: {error}");
        return data;
    }

    /// <summary>Waits for the news that the last message's join was done; gives Janus' port.</summary>
    public int WaitForJoined(long session)
    {
        for (var i = 0; i < MaxEvents; i++)
        {
            var data = Send(HttpMethod.Get, $"{Path(session)}?maxev=1", null)["plugindata"]?["data"];
            if (data?["error"] is { } error)
                throw new IOException($"Janus refuses: {error}");
            if ((string?)data?["audiobridge"] == "joined" && data["rtp"]?["port"] is { } port)
                return (int)port;
        }

        throw new IOException("Janus does not let us join");
    }

    public void Dispose() => _http.Dispose();

    static string Path(long id) => "/" + id.ToString(CultureInfo.InvariantCulture);

    static long IdOf(JsonNode answer) => (long)answer["data"]!["id"]!;

    JsonNode Request(string path, string verb, string? name = null, JsonNode? value = null)
    {
        var body = new JsonObject { ["janus"] = verb, ["transaction"] = (++_transaction).ToString(CultureInfo.InvariantCulture) };
        if (name is not null)
            body[name] = value;
        return Send(HttpMethod.Post, path, body);
    }

    JsonNode Send(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, _base + path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = _http.Send(request);
        using var content = answer.Content.ReadAsStream();
        return JsonNode.Parse(content) ?? throw new IOException("Janus answers nothing");
    }
}
