using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>Messages over the WebSocket of a running exchange, by hand and by the command.</summary>
public sealed class MessageStreamTests : ProviderApiTests
{
    const string Alice = "alice@albion.example";
    const string Carol = "carol@albion.example";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        using var made = await Albion.PutAsync(
            "/api/v1/users/carol", TestExchange.Body(new JsonObject { ["id"] = "carol", ["organisation"] = "albion-hq", ["name"] = "Carol", ["sip"] = Carol }), Cancel);
        made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Message_BetweenTwoClients_IsDeliveredOnceItIsAcknowledged()
    {
        using var carol = await OpenAsync("/api/v1/messages/stream?user=" + Carol);
        using var alice = await OpenAsync("/api/v1/presence/stream?user=" + Alice);
        await carol.SendAsync("""{"listen":null,"id":1}""", Cancel);
        var listening = await carol.NextAsync(Cancel);
        (listening["type"]!.GetValue<string>(), listening["id"]!.GetValue<int>(), listening["user"]!.GetValue<string>()).ShouldBe(("listening", 1, Carol));
        await alice.SendAsync($$"""{"composing":"{{Carol}}","active":true}""", Cancel);
        (await carol.NextAsync(Cancel))["active"]!.GetValue<bool>().ShouldBeTrue();
        await alice.SendAsync($$"""{"send":"{{Carol}}","id":"a1","text":"Grüße 🎉\u0001","conversation":"c"}""", Cancel);
        var told = await carol.NextAsync(Cancel);
        (told["from"]!.GetValue<string>(), told["fromName"]!.GetValue<string>(), told["text"]!.GetValue<string>(), told["conversation"]!.GetValue<string>())
            .ShouldBe((Alice, "Alice Smith", "Grüße 🎉\u0001", "c"));
        await carol.SendAsync($$"""{"acknowledge":"{{told["id"]}}"}""", Cancel);
        var sent = await alice.NextAsync(Cancel);
        (sent["type"]!.GetValue<string>(), sent["id"]!.GetValue<string>(), sent["state"]!.GetValue<string>()).ShouldBe(("sent", "a1", "delivered"));
    }

    [Fact]
    public async Task Message_KeptForAbsentUser_IsShownOnceByTheCommand()
    {
        var (code, said, error) = await Exchange.RunAsync("message", "send", Alice, Carol, "see you at nine");
        code.ShouldBe(0, error);
        said.ShouldContain("kept");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var output = new LineWriter();
        var running = CommandRun.FollowAsync(Exchange.Folder, output, ["message", "watch", Carol], end.Token);
        (await output.LineAsync(Cancel)).ShouldBe("listening for " + Carol);
        (await output.LineAsync(Cancel)).ShouldEndWith($"  {Alice}  see you at nine");
        for (var waiting = 1; waiting > 0; await Task.Yield())
            waiting = (await TestExchange.Json(await Albion.GetAsync($"/api/v1/messages?user={Carol}", Cancel)))["items"]!.AsArray().Count;
        await end.CancelAsync();
        (await running).ShouldBe(0);
        (code, _, error) = await Exchange.RunAsync("message", "watch", "nobody@albion.example");
        (code, error.Contains("nobody@albion.example", StringComparison.Ordinal)).ShouldBe((1, true), error);
    }

    [Fact]
    public async Task Meet_ByItsWord_MakesAMeetingAndTellsBothHowToJoin()
    {
        using var carol = await OpenAsync("/api/v1/messages/stream?user=" + Carol);
        using var alice = await OpenAsync("/api/v1/messages/stream?user=" + Alice);
        foreach (var socket in (ClientWebSocket[])[carol, alice])
        {
            await socket.SendAsync("""{"listen":null}""", Cancel);
            await socket.NextAsync(Cancel);
        }

        await alice.SendAsync($$"""{"send":"{{Carol}}","id":"m","text":" /meet\n"}""", Cancel);
        var heard = new[] { await alice.NextAsync(Cancel), await alice.NextAsync(Cancel) };
        heard.Single(frame => frame["type"]!.GetValue<string>() == "sent")["state"]!.GetValue<string>().ShouldBe("delivered");
        var meeting = (await TestExchange.Json(await Albion.GetAsync("/api/v1/meetings", Cancel)))["items"]!.AsArray().Single(one => one!["organiser"]!.GetValue<string>() == Alice)!;
        var uri = meeting["join"]!["uri"]!.GetValue<string>();
        heard.Single(frame => frame["type"]!.GetValue<string>() == "message")["text"]!.GetValue<string>().ShouldContain(uri);
        (await carol.NextAsync(Cancel))["text"]!.GetValue<string>().ShouldContain(uri);

        await alice.SendAsync("""{"send":"nobody@nowhere.example","id":"n","text":"/meet"}""", Cancel);
        (await NextOf(alice, "failed"))["detail"]!.GetValue<string>().ShouldContain("No meeting");
    }

    [Fact]
    public async Task Stream_ForNobody_IsRefusedBeforeItOpens()
    {
        (await Albion.GetAsync("/api/v1/messages/stream", Cancel)).StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        (await Albion.GetAsync("/api/v1/messages/stream?user=n%20o", Cancel)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Frame_WithHalfACharacter_ClosesTheStreamWithWhy()
    {
        using var socket = await OpenAsync("/api/v1/messages/stream?user=" + Alice);
        await socket.SendAsync($$"""{"send":"{{Carol}}","id":"a","text":"\ud83c"}""", Cancel);
        (await socket.ReceiveAsync(new byte[100], Cancel)).CloseStatus.ShouldBe(WebSocketCloseStatus.InvalidPayloadData);
    }

    Task<ClientWebSocket> OpenAsync(string path) => Exchange.OpenAsync(Albion, path, Cancel);

    static async Task<JsonNode> NextOf(ClientWebSocket socket, string type)
    {
        while (true)
        {
            if (await socket.NextAsync(Cancel) is { } frame && frame["type"]!.GetValue<string>() == type)
                return frame;
        }
    }
}
