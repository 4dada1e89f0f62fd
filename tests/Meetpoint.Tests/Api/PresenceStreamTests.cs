using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>The WebSocket of a running exchange: a client watches in the name of its customer, and is told each state.</summary>
public sealed class PresenceStreamTests : ProviderApiTests
{
    [Fact]
    public async Task Watch_Customer_IsToldAtOnceAndAtEachChange()
    {
        using var socket = await OpenAsync(Albion, "?watcher=carol@albion.example");
        await SendAsync(socket, """{"watch":"+442079460001","id":7}""");
        var first = await NextAsync(socket);
        (first["type"]!.GetValue<string>(), first["id"]!.GetValue<int>(), first["address"]!.GetValue<string>()).ShouldBe(("presence", 7, "alice@albion.example"));
        first["presence"]!["state"]!["activity"]!.GetValue<string>().ShouldBe("unknown");
        await SayAsync("away");
        (await NextAsync(socket))["presence"]!["state"]!["activity"]!.GetValue<string>().ShouldBe("away");
        var picture = await TestExchange.Json(await Albion.GetAsync("/api/v1/presence/alice@albion.example", Cancel));
        var watcher = picture["watchers"]!.AsArray().ShouldHaveSingleItem()!;
        (watcher["watcher"]!.GetValue<string>(), watcher["via"]!.GetValue<string>()).ShouldBe(("carol@albion.example", "stream"));
        await SendAsync(socket, """{"unwatch":"alice@albion.example","id":8}""");
        (await NextAsync(socket))["type"]!.GetValue<string>().ShouldBe("unwatched");
    }

    [Fact]
    public async Task Watch_BurstOfChanges_EndsWithTheLastState()
    {
        using var socket = await OpenAsync(Albion, "?watcher=carol@albion.example");
        await SendAsync(socket, """{"watch":"alice@albion.example"}""");
        await NextAsync(socket);
        for (var i = 0; i < 50; i++)
            await SayAsync(i % 2 == 0 ? "busy" : "away");
        await SayAsync("lunch");
        var last = "";
        for (var frames = 0; last != "lunch"; frames++)
        {
            frames.ShouldBeLessThan(51, "none is told twice");
            last = (await NextAsync(socket))["presence"]!["state"]!["activity"]!.GetValue<string>();
        }
    }

    [Theory]
    [InlineData("""{"watch":"alice@albion.example","id":1}""", "malformed")]
    [InlineData("""{"watch":"alice@albion.example","watcher":"bob@liberty.example","id":1}""", "forbidden")]
    [InlineData("""{"watch":"alice@nowhere.example","watcher":"carol@albion.example","id":1}""", "not-found")]
    [InlineData("""{"watch":"carol@columbia.example","watcher":"carol@albion.example","id":1}""", "not-found")]
    [InlineData("""{"unwatch":"alice@albion.example","watcher":"carol@albion.example","id":1}""", "not-found")]
    [InlineData("""{"dance":true,"id":1}""", "malformed")]
    public async Task Frame_ThatCannotBeTaken_IsAnsweredWithWhy(string frame, string code)
    {
        using var socket = await OpenAsync(Albion, "");
        await SendAsync(socket, frame);
        var answer = await NextAsync(socket);
        answer["type"]!.GetValue<string>().ShouldBe("error");
        (answer["code"]!.GetValue<string>(), answer["id"]!.GetValue<int>()).ShouldBe((code, 1));
    }

    [Theory]
    [InlineData("no json", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("[]", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData(null, WebSocketCloseStatus.MessageTooBig)]
    public async Task Frame_ThatIsNone_ClosesTheStreamWithWhy(string? frame, WebSocketCloseStatus code)
    {
        using var socket = await OpenAsync(Albion, "");
        await SendAsync(socket, frame ?? new string('x', 40_000));
        var result = await socket.ReceiveAsync(new byte[100], Cancel);
        result.MessageType.ShouldBe(WebSocketMessageType.Close);
        (socket.CloseStatus, socket.CloseStatusDescription).ShouldBe((code, socket.CloseStatusDescription));
        socket.CloseStatusDescription.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task World_BlocksTheWatcher_StreamIsToldThatItIsRefused()
    {
        using var socket = await OpenAsync(Albion, "?watcher=carol@albion.example");
        await SendAsync(socket, """{"watch":"alice@albion.example","id":"a"}""");
        await NextAsync(socket);
        var shown = await Exchange.Operator.GetAsync("/api/v1/users/alice", Cancel);
        var alice = await TestExchange.Json(shown);
        alice["presence"] = new JsonObject { ["block"] = new JsonArray("carol@albion.example") };
        using var change = new HttpRequestMessage(HttpMethod.Put, "/api/v1/users/alice") { Content = TestExchange.Body(alice) };
        change.Headers.TryAddWithoutValidation("If-Match", shown.Headers.ETag!.ToString());
        var put = await Exchange.Operator.SendAsync(change, Cancel);
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync(Cancel));
        var ended = await NextAsync(socket);
        (ended["type"]!.GetValue<string>(), ended["id"]!.GetValue<string>(), ended["code"]!.GetValue<string>()).ShouldBe(("refused", "a", "not-on-white-list"));
    }

    [Fact]
    public async Task Stream_WithoutUpgradeKeyOrPlace_IsRefusedBeforeItOpens()
    {
        (await Albion.GetAsync("/api/v1/presence/stream", Cancel)).StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        (await Exchange.Network.GetAsync("/api/v1/presence/stream", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var open = new List<ClientWebSocket>();
        for (var i = 0; i < 16; i++)
            open.Add(await OpenAsync(Albion, ""));
        (await Should.ThrowAsync<WebSocketException>(() => OpenAsync(Albion, ""))).Message.ShouldContain("429");
        open.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Watch_AsCommand_SaysOldAndNew()
    {
        await SayAsync("available");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var output = new LineWriter();
        var running = CommandRun.FollowAsync(Exchange.Folder, output, ["presence", "watch", "alice@albion.example"], end.Token);
        (await output.LineAsync(Cancel)).ShouldContain("  alice@albion.example  available since ");
        await SayAsync("on-the-phone");
        (await output.LineAsync(Cancel)).ShouldMatch("available since .* → on-the-phone \\(busy\\) since .*  \\[softphone on-the-phone\\]");
        await end.CancelAsync();
        (await running).ShouldBe(0);
        var (code, _, error) = await Exchange.RunAsync("presence", "watch", "bob@liberty.example");
        code.ShouldBe(1);
        error.ShouldContain("nobody is left to watch");
    }

    async Task SayAsync(string activity) => (await Albion.PutAsync(
        "/api/v1/presence/alice@albion.example/devices/softphone", TestExchange.Body(new JsonObject { ["activity"] = activity }), Cancel)).EnsureSuccessStatusCode();

    Task<ClientWebSocket> OpenAsync(HttpClient client, string query) => Exchange.OpenAsync(client, "/api/v1/presence/stream" + query, Cancel);

    static Task SendAsync(ClientWebSocket socket, string frame) => socket.SendAsync(frame, Cancel);

    static Task<JsonNode> NextAsync(ClientWebSocket socket) => socket.NextAsync(Cancel);
}
