using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>What a join page asks, and what it is told when it cannot come in. Media is for the tests with real browsers.</summary>
public sealed class JoinTests : ProviderApiTests
{
    [Fact]
    public async Task Show_TellsAnybodyWhoHasTheCode_AndNothingOfPins()
    {
        var code = await BookAsync("2468");
        using var anybody = new HttpClient { BaseAddress = Exchange.Address };
        var shown = await TestExchange.Json(await anybody.GetAsync("/api/v1/join/" + code, Cancel));
        (shown["title"]!.GetValue<string>(), shown["hasPin"]!.GetValue<bool>(), shown["code"]!.GetValue<string>()).ShouldBe(("Browsers", true, code));
        shown.ToJsonString().ShouldNotContain("2468");
        (await anybody.GetAsync("/api/v1/join/000000000", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await anybody.GetAsync($"/api/v1/join/{code}/ws", Cancel)).StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
    }

    [Theory]
    [InlineData("000000000", "v=0", "malformed")]
    [InlineData("000000000", null, "not-found")]
    public async Task Enter_WithWhatCannotBeTaken_IsRefusedInWords(string code, string? offer, string why)
    {
        offer ??= await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "vectors", "media", "chromium-offer.sdp"), Cancel);
        using var page = await Exchange.OpenAsync(Albion, $"/api/v1/join/{code}/ws", Cancel);
        await page.SendAsync(new JsonObject { ["type"] = "enter", ["name"] = "Ann", ["offer"] = offer }.ToJsonString(), Cancel);
        var refused = await page.NextAsync(Cancel);
        (refused["type"]!.GetValue<string>(), refused["why"]!.GetValue<string>()).ShouldBe(("refused", why));
        (await page.ReceiveAsync(new byte[100], Cancel)).CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task Frames_ThatMeanNothing_AreSaidToBeWrong_AndTheNextIsTaken()
    {
        using var page = await Exchange.OpenAsync(Albion, "/api/v1/join/000000000/ws", Cancel);
        foreach (var frame in (string[])["""{"type":"chat","text":"hello"}""", """{"type":"enter"}""", """{"type":"enter","name":7,"offer":[]}""", "{}"])
        {
            await page.SendAsync(frame, Cancel);
            (await page.NextAsync(Cancel))["code"]!.GetValue<string>().ShouldBe("malformed", frame);
        }
    }

    async Task<string> BookAsync(string pin)
    {
        using var made = await Albion.PostAsync(
            "/api/v1/meetings", TestExchange.Body(new JsonObject { ["title"] = "Browsers", ["organiser"] = "alice@albion.example", ["start"] = "2030-01-01T10:00:00", ["pin"] = pin }), Cancel);
        var meeting = await TestExchange.Json(made);
        return meeting["join"]!["code"]!.GetValue<string>();
    }
}
