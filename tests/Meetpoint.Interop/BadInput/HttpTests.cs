using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;
using NodaTime;

namespace Meetpoint.Interop.BadInput;

/// <summary>Broken HTTP, JSON and YAML: a problem that says where, a log line, and nothing held in memory.</summary>
[Collection(BorderCollection.Name)]
public sealed class HttpTests(BorderWorld border)
{
    [Theory]
    [InlineData("{\"organiser\": \"alice@albion.example\",\n  \"title\": }")]
    [InlineData("{\"organiser\": 7, \"title\": \"x\", \"start\": \"2027-01-01T09:00:00\"}")]
    [InlineData("{\"organiser\": \"alice@albion.example\", \"title\": \"x\", \"start\": \"tomorrow\"}")]
    [InlineData("{\"organiser\": \"alice@albion.example\", \"title\": \"x\", \"start\": \"2027-01-01T09:00:00\", \"colour\": \"red\"}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("")]
    public async Task Json_ThatCannotBeTaken_Is400AndOneLogLine(string body)
    {
        var mark = border.Log.Mark();
        var reply = await RawHttp.SendAsync(border.Albion.Party.Api, border.ProviderKey, HttpMethod.Post, "meetings", RawHttp.Json(body));

        Assert.Equal(400, reply.Status);
        Assert.Equal("/problems/malformed", reply.Type);
        await border.Log.OneLineAsync(mark, "[1400] api.refused malformed 400 POST /api/v1/meetings");
    }

    [Theory]
    [InlineData("not")]
    [InlineData("%00%FF")]
    [InlineData("!!!!")]
    public async Task Cursor_ThatIsNotOurs_Is400(string cursor) =>
        Assert.Equal(400, (await RawHttp.SendAsync(border.Albion.Party.Api, border.ProviderKey, HttpMethod.Get, $"meetings?cursor={cursor}")).Status);

    [Fact]
    public async Task Json_Broken_SaysLineAndColumn()
    {
        var reply = await RawHttp.SendAsync(border.Albion.Party.Api, border.ProviderKey, HttpMethod.Post, "meetings", RawHttp.Json("{\n  \"title\": ?\n}"));

        Assert.Equal(2, (int?)reply.Body!["line"]);
    }

    [Fact]
    public async Task Yaml_Broken_IsRefusedByTheCommandLineWithTheLineAndChangesNothing()
    {
        var before = (await border.Albion.Api.GetAsync("world")).ToJsonString();
        var file = Path.Combine(Path.GetTempPath(), $"border-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, "providers:\n  - id: albion\n    name: [unclosed\n");
        try
        {
            Assert.Equal(1, await border.RunAsync("apply", "-f", file));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(before, (await border.Albion.Api.GetAsync("world")).ToJsonString());
    }

    [Fact]
    public async Task World_WithADanglingReference_Is422AndChangesNothing()
    {
        var before = (await border.Albion.Api.GetAsync("world")).ToJsonString();
        var world = JsonNode.Parse(before)!;
        world["organisations"]![0]!["provider"] = "nobody";
        var mark = border.Log.Mark();

        await Assert.ThrowsAsync<Demo.DemoFailedException>(() => border.Albion.Api.SendAsync(HttpMethod.Post, "world", world.AsObject()));

        await border.Log.OneLineAsync(mark, "[1400] api.refused", " 422 POST /api/v1/world");
        Assert.Equal(before, (await border.Albion.Api.GetAsync("world")).ToJsonString());
    }

    [Fact]
    public async Task Body_OfAHundredMegabytes_Is413AndIsNotKept()
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        var answer = await PourAsync($"POST /api/v1/meetings HTTP/1.1\r\nHost: albion\r\nAuthorization: Bearer {border.ProviderKey}\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n", 100 << 20);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        await border.Log.LinesAsync(mark, " 413 ");
        await call.GoesOnAsync();
    }

    [Fact]
    public async Task Header_OfAMegabyte_Is431AndIsNotKept()
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        var answer = await PourAsync("GET /api/v1/meetings HTTP/1.1\r\nHost: albion\r\nX-Long: ", 1 << 20);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 431 ", StringComparison.Ordinal), answer);
        await border.Log.LinesAsync(mark, "[1401] http.malformed 431");
        await call.GoesOnAsync();
    }

    [Fact]
    public async Task Garbage_IsAnswered400AndLogged()
    {
        var mark = border.Log.Mark();

        var answer = await PourAsync("\u0001\u0002 no HTTP at all\r\n\r\n", 0);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
        await border.Log.LinesAsync(mark, "[1401] http.malformed 400");
    }

    /// <summary>Sends the start and filler behind it, and gives what was answered.</summary>
    async Task<string> PourAsync(string start, int bytes)
    {
        using var socket = await UnknownSenderTests.ConnectAsync(border.Albion.Party.Api, border.OwnTrunk);
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        var filler = new byte[64 << 10];
        filler.AsSpan().Fill((byte)'a');
        var buffer = new byte[16 << 10];
        var text = new StringBuilder();
        var sending = SendAsync();
        try
        {
            while (await socket.ReceiveAsync(buffer, bound.Token) is > 0 and var length)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, length));
                if (text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                    break;
            }
        }
        catch (SocketException)
        {
            // A reset is an end as well.
        }

        socket.Close();
        await sending;
        return text.ToString();

        async Task SendAsync()
        {
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(start), bound.Token);
                for (var sent = 0; sent < bytes; sent += filler.Length)
                    await socket.SendAsync(filler, bound.Token);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // Closed in the middle: that is the point.
            }
        }
    }
}
