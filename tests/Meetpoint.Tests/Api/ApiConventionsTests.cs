using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>What holds for every endpoint: who calls, what is malformed, what is too much, and answers that are given once.</summary>
public sealed class ApiConventionsTests(WorldApiTests.Running running) : IClassFixture<WorldApiTests.Running>
{
    const string Meetings = "/api/v1/meetings";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    TestExchange Exchange => running.Exchange;

    [Theory]
    [InlineData("/api/v1/providers")]
    [InlineData("/api/v1/keys")]
    [InlineData("/api/v1/no-such-thing")]
    public async Task Network_WithoutKey_Is401AsAProblem(string path)
    {
        using var response = await Exchange.Network.GetAsync(path, Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await TestExchange.Json(response))["remedy"]!.GetValue<string>().ShouldContain("meetpoint key create");
    }

    [Fact]
    public async Task Health_IsOpenToAll()
    {
        using var live = await Exchange.Network.GetAsync("/health/live", Cancel);
        live.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var ready = await Exchange.Network.GetAsync("/health/ready", Cancel);
        (await TestExchange.Json(ready))["parts"]!["store"]!.GetValue<string>().ShouldBe("ok");
    }

    [Theory]
    [InlineData("{\"title\":", 1)]
    [InlineData("{\n  \"title\": 5,\n  \"organiser\": \"a\"}", 2)]
    [InlineData("{\n\"organiser\":\"alice@albion.example\",\"title\":\"t\",\n\"start\":\"tomorrow\"}", 3)]
    public async Task Post_MalformedJson_Is400AndSaysWhere(string json, int line)
    {
        using var response = await Exchange.Operator.PostAsync(Meetings, Json(json), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await TestExchange.Json(response);
        problem["line"]!.GetValue<int>().ShouldBe(line, problem.ToJsonString());
        problem["column"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Post_MemberThatNothingReads_Is400AndNamesIt()
    {
        using var response = await Exchange.Operator.PostAsync(
            Meetings, Json("""{"organiser":"alice@albion.example","title":"t","start":"2030-01-01T10:00:00","lenght":"0:30:00"}"""), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldContain("lenght");
    }

    [Fact]
    public async Task Get_UnknownPathOrMethod_IsAProblem()
    {
        using var missing = await Exchange.Operator.GetAsync("/api/v1/no-such-thing", Cancel);
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        missing.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using var wrong = await Exchange.Operator.PostAsync("/api/v1/usage", Json("{}"), Cancel);
        wrong.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        wrong.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Get_CursorThatNoPageGave_Is400()
    {
        using var response = await Exchange.Operator.GetAsync("/api/v1/users?cursor=%21%21", Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Post_BodyOverTheLimit_Is413()
    {
        var (client, _) = await Exchange.WithKeyAsync(null);
        using var response = await client.PostAsync(Meetings, Json($"{{\"title\":\"{new string('x', 2 << 20)}\"}}"), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Post_WorldOverOneMebibyte_IsTaken()
    {
        var document = new JsonObject { ["providers"] = new JsonArray(), ["filler"] = new string('x', 3 << 20) };
        using var response = await Exchange.Operator.PostAsync("/api/v1/world?dry_run=true", TestExchange.Body(document), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "it is read, and then found to be at fault");
    }

    [Fact]
    public async Task Get_HeaderOfOneMegabyte_Is431AndEverythingElseGoesOn()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Exchange.Address.Host, Exchange.Address.Port, Cancel);
        var stream = socket.GetStream();
        var text = "";
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', 1 << 20)}\r\n\r\n"), Cancel);
        }
        catch (IOException)
        {
            // the server has said what it has to say and no longer reads
        }

        try
        {
            var buffer = new byte[4096];
            text = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel));
        }
        catch (IOException)
        {
            text = "HTTP/1.1 431"; // reset before the answer was read: refused as well
        }

        text.ShouldStartWith("HTTP/1.1 431");
        (await Exchange.Network.GetAsync("/health/live", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Key_Revoked_GetsNothingNotEvenAKeptAnswer()
    {
        var (client, id) = await Exchange.WithKeyAsync("albion");
        using var first = await client.SendAsync(Schedule("kept-answer"), Cancel);
        first.StatusCode.ShouldBe(HttpStatusCode.Created, await first.Content.ReadAsStringAsync(Cancel));
        (await Exchange.Operator.DeleteAsync($"/api/v1/keys/{id}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.SendAsync(Schedule("kept-answer"), Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Post_SameKeyAgain_GivesTheSameAnswerAndMakesNothingNew()
    {
        var (client, _) = await Exchange.WithKeyAsync("albion");
        using var first = await client.SendAsync(Schedule("once"), Cancel);
        using var second = await client.SendAsync(Schedule("once"), Cancel);
        second.StatusCode.ShouldBe(first.StatusCode);
        second.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        (await second.Content.ReadAsStringAsync(Cancel)).ShouldBe(await first.Content.ReadAsStringAsync(Cancel));
        using var other = await client.SendAsync(Schedule("once", "Another title"), Cancel);
        other.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Key_Made_IsKeptNowhereAsItIs()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/keys") { Content = Json("""{"name":"secret"}""") };
        request.Headers.Add("Idempotency-Key", "key-once");
        var key = (await TestExchange.Json(await Exchange.Operator.SendAsync(request, Cancel)))["key"]!.GetValue<string>();
        (await Exchange.Operator.GetStringAsync("/api/v1/keys", Cancel)).ShouldNotContain(key.Split('.')[1]);
        foreach (var file in Directory.GetFiles(Path.Combine(Exchange.Folder, "data"), "meetpoint.db*"))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(open, Encoding.Latin1);
            (await reader.ReadToEndAsync(Cancel)).ShouldNotContain(key.Split('.')[1], customMessage: file);
        }
    }

    [Fact]
    public async Task Key_ScopedToAProvider_MakesNoKeys()
    {
        var (client, _) = await Exchange.WithKeyAsync("albion");
        using var response = await client.PostAsync("/api/v1/keys", Json("""{"name":"more"}"""), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Meeting_OfAnotherProvider_IsNotSeen()
    {
        var (albion, _) = await Exchange.WithKeyAsync("albion");
        var id = (await TestExchange.Json(await albion.SendAsync(Schedule("unseen"), Cancel)))["id"]!.GetValue<string>();
        var (liberty, _) = await Exchange.WithKeyAsync("liberty");
        (await liberty.GetAsync($"{Meetings}/{id}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await liberty.SendAsync(Schedule("not-mine"), Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/api/v1/agreements/albion-liberty/statement?period=2026-13", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/agreements/nobody/statement", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/agreements/albion-liberty/statement?period=2026-11", HttpStatusCode.OK)]
    [InlineData("/api/v1/agreements/albion-liberty/statement/comparison?period=2026-11", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/api/v1/usage?agreement=albion-liberty", HttpStatusCode.OK)]
    [InlineData("/api/v1/usage?agreement=nobody", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/events?correlation=1", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/events?correlation=0123456789abcdef0123456789abcdef", HttpStatusCode.OK)]
    public async Task Settlement_AndEvents_AnswerForWhatThereIs(string path, HttpStatusCode status)
    {
        using var response = await Exchange.Operator.GetAsync(path, Cancel);
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync(Cancel));
    }

    static HttpRequestMessage Schedule(string key, string title = "Weekly")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Meetings)
        {
            Content = Json($$"""{"organiser":"alice@albion.example","title":"{{title}}","start":"2030-01-07T10:00:00","length":"0:30:00"}"""),
        };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
