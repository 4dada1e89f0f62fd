using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using NodaTime;
using NodaTime.Text;
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
        await SaysAsync(
            page,
            ("""{"type":"chat","text":"hello"}""", "not-now", "first frame is enter"), ("""{"type":"enter"}""", "malformed", "'name'"), ("""{"type":"enter","name":7,"offer":[]}""", "malformed", "'name'"),
            ("{}", "malformed", "'type'"), ("""{"type":"dance"}""", "malformed", "enter, pin"));
    }

    [Fact]
    public async Task Frames_ThatMayNotBeSentNow_OrByAGuest_AreToldApartFromThoseThatAreWrong()
    {
        using var page = await EnterAsync(CodeOf(await BookMeetingAsync(null, soon: true)), null);
        await UntilAsync(page, "entered");
        await SaysAsync(
            page,
            ("""{"type":"enter","name":"Ann","offer":""}""", "not-now", "entered already"), ("""{"type":"pin","pin":"1234"}""", "not-now", "PIN"),
            ("""{"type":"moderate","action":"lock"}""", "not-allowed", "organiser"), ("""{"type":"state","audio":true}""", "malformed", "'video'"),
            ("""{"type":"present","active":"yes"}""", "malformed", "'active'"), ("""{"type":"view"}""", "malformed", "'lines'"),
            ("""{"type":"view","lines":[{"mid":"3","height":180.5}]}""", "malformed", "'height'"), ("""{"type":"view","lines":[3]}""", "malformed", "'lines'"),
            ($$"""{"type":"chat","id":"1","text":"{{new string('x', 2_001)}}"}""", "malformed", "2000"), ("""{"type":"reaction","emoji":5}""", "malformed", "'emoji'"));
    }

    /// <summary>Sends frames, and holds that each is answered by an error with its code and a word of the detail.</summary>
    static async Task SaysAsync(ClientWebSocket page, params (string Frame, string Code, string Word)[] frames)
    {
        foreach (var (frame, code, word) in frames)
        {
            await page.SendAsync(frame, Cancel);
            var error = await UntilAsync(page, "error");
            error["code"]!.GetValue<string>().ShouldBe(code, frame);
            error["detail"]!.GetValue<string>().ShouldContain(word, Case.Sensitive, frame);
        }
    }

    [Fact]
    public async Task Calendar_IsAFileWithTheWaysToJoin_AndNobodysAddressOrPin()
    {
        var meeting = await BookMeetingAsync("2468", rooms: "boardroom@albion.example");
        var code = CodeOf(meeting);
        using var anybody = new HttpClient { BaseAddress = Exchange.Address };
        var shown = await TestExchange.Json(await anybody.GetAsync("/api/v1/join/" + code, Cancel));
        var address = new Uri(new Uri(Exchange.Address, "/api/v1/join/" + code), shown["calendarUrl"]!.GetValue<string>());
        using var file = await anybody.GetAsync(address, Cancel);
        (file.StatusCode, file.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, "text/calendar"));
        var text = (await file.Content.ReadAsStringAsync(Cancel)).Replace("\r\n ", "", StringComparison.Ordinal);
        foreach (var expected in (string[])["SUMMARY:Browsers", $"{Exchange.Address}join/{code}", $"sip:{code}@", "DTSTART"])
            text.ShouldContain(expected);
        foreach (var hidden in (string[])["2468", "mailto:", "ATTENDEE", "METHOD", "alice@", "boardroom"])
            text.ShouldNotContain(hidden);

        using var cancel = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/meetings/" + meeting["id"]!.GetValue<string>());
        cancel.Headers.TryAddWithoutValidation("If-Match", "*");
        (await Albion.SendAsync(cancel, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var gone in (string[])["/api/v1/join/" + code, address.AbsolutePath, "/api/v1/join/000000000/calendar.ics"])
            (await anybody.GetAsync(gone, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound, gone);
    }

    [Fact]
    public async Task Codes_GuessedFromOneAddress_AreTold429_AndThoseThatHeldStillServe()
    {
        var (known, other) = (await BookAsync("2468"), await BookAsync("1357"));
        using var anybody = new HttpClient { BaseAddress = Exchange.Address };
        (await anybody.GetAsync("/api/v1/join/" + known, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 20; i++)
            (await anybody.GetAsync($"/api/v1/join/{100_000_000 + i}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var path in (string[])["100000099", other, other + "/calendar.ics"])
        {
            using var refused = await anybody.GetAsync("/api/v1/join/" + path, Cancel);
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, path);
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(60));
            (await TestExchange.Json(refused))["type"]!.GetValue<string>().ShouldBe("/problems/too-many-tries");
        }

        await Should.ThrowAsync<WebSocketException>(async () => (await Exchange.OpenAsync(Albion, $"/api/v1/join/{other}/ws", Cancel)).Dispose());
        (await anybody.GetAsync("/api/v1/join/" + known, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK, "an office behind one address goes on");
    }

    [Fact]
    public async Task Pins_GuessedFromOneAddress_AreTakenNoMoreForAWhile()
    {
        var code = await BookAsync("2468", soon: true);
        var other = await BookAsync("2468", soon: true);
        for (var page = 0; page < 5; page++)
            (await TryPinsAsync(code, "0000", "1111", "2222")).ShouldBe(["wait wrong-pin", "wait wrong-pin", "refused wrong-pin"]);
        (await TryPinsAsync(code, "2468", "2468")).ShouldBe(["wait pin", "refused too-many-tries"], "not even the right one");
        (await TryPinsAsync(other, "0000")).ShouldBe(["wait wrong-pin"], "another meeting is another matter");
    }

    [Fact]
    public async Task Captions_AreTheProvidersToTell_OfWhoIsInAMeetingThatIsOn()
    {
        var meeting = await BookMeetingAsync(null, soon: true);
        var path = $"/api/v1/meetings/{meeting["id"]!.GetValue<string>()}/captions";
        async Task<HttpStatusCode> TellAsync(HttpClient by, string text) => (await by.PostAsync(path, TestExchange.Body(new JsonObject { ["participant"] = 1, ["text"] = text, ["isFinal"] = true }), Cancel)).StatusCode;
        (await TellAsync(Liberty, "Hello")).ShouldBe(HttpStatusCode.NotFound, "it takes no part");
        (await TellAsync(Albion, new string('x', 501))).ShouldBe(HttpStatusCode.BadRequest);
        (await TellAsync(Albion, " ")).ShouldBe(HttpStatusCode.BadRequest);
        (await TellAsync(Albion, "Hello")).ShouldBe(HttpStatusCode.Conflict, "nobody has come");
        await TryPinsAsync(CodeOf(meeting));
        (await TellAsync(Albion, "Hello")).ShouldBe(HttpStatusCode.NotFound, "nobody there has that number");
    }

    [Fact]
    public async Task ToLobby_EndsAStay_AndItsTokenLeadsToTheDoor_UntilAdmittedWithAnother()
    {
        var meeting = await BookMeetingAsync(null, soon: true, lobby: true);
        var path = $"/api/v1/meetings/{meeting["id"]!.GetValue<string>()}/";
        using var page = await EnterAsync(CodeOf(meeting), null);
        (await UntilAsync(page, "wait"))["why"]!.GetValue<string>().ShouldBe("lobby");
        var id = (await TestExchange.Json(await Albion.GetAsync(path + "participants", Cancel)))["participants"]![0]!["id"]!.GetValue<uint>();
        await PostAsync($"{path}participants/{id}/admit", HttpStatusCode.OK);
        var first = await UntilAsync(page, "entered");
        var caption = new JsonObject { ["participant"] = id, ["text"] = "Good morning", ["isFinal"] = false };
        await PostAsync(path + "captions", HttpStatusCode.NoContent, caption);
        var shown = await UntilAsync(page, "captions");
        (shown["participant"]!.GetValue<uint>(), shown["text"]!.GetValue<string>(), shown["isFinal"]!.GetValue<bool>()).ShouldBe((id, "Good morning", false));

        await PostAsync($"{path}participants/{id}/to-lobby", HttpStatusCode.OK);
        (await UntilAsync(page, "moderated"))["what"]!.GetValue<string>().ShouldBe("to-lobby");
        (await page.NextAsync(Cancel))["why"]!.GetValue<string>().ShouldBe("lobby");
        await PostAsync(path + "captions", HttpStatusCode.NotFound, caption);
        using (var again = await EnterAsync(CodeOf(meeting), null, first["session"]!.GetValue<string>()))
            (await again.NextAsync(Cancel))["type"]!.GetValue<string>().ShouldBe("wait", "the token of a stay that is over opens nothing");

        await PostAsync($"{path}participants/{id}/admit", HttpStatusCode.OK);
        var second = await UntilAsync(page, "entered");
        (second["participant"]!.GetValue<uint>(), second["answer"]!.GetValue<string>()).ShouldBe((id, first["answer"]!.GetValue<string>()), "its connection stands");
        second["session"]!.GetValue<string>().ShouldNotBe(first["session"]!.GetValue<string>());
    }

    async Task PostAsync(string path, HttpStatusCode expected, JsonObject? body = null)
    {
        using var answer = await Albion.PostAsync(path, body is null ? null : TestExchange.Body(body), Cancel);
        answer.StatusCode.ShouldBe(expected, path);
    }

    /// <summary>The next frame of a type.</summary>
    static async Task<JsonNode> UntilAsync(ClientWebSocket page, string type)
    {
        JsonNode frame;
        do
            frame = await page.NextAsync(Cancel);
        while (frame["type"]!.GetValue<string>() != type);
        return frame;
    }

    async Task<ClientWebSocket> EnterAsync(string code, string? pin, string? session = null)
    {
        var offer = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "vectors", "media", "chromium-offer.sdp"), Cancel);
        var page = await Exchange.OpenAsync(Albion, $"/api/v1/join/{code}/ws", Cancel);
        var enter = new JsonObject { ["type"] = "enter", ["name"] = "Ann", ["offer"] = offer, ["pin"] = pin };
        if (session is not null)
            enter["session"] = session;
        await page.SendAsync(enter.ToJsonString(), Cancel);
        return page;
    }

    /// <summary>Enters as a page with the PINs, one after the other; what it is told of each, or at once where there is none.</summary>
    async Task<List<string>> TryPinsAsync(string code, params string[] pins)
    {
        using var page = await EnterAsync(code, pins.FirstOrDefault());
        var told = new List<string>();
        for (var i = 0; ; i++)
        {
            var frame = await page.NextAsync(Cancel);
            told.Add($"{frame["type"]!.GetValue<string>()} {frame["why"]?.GetValue<string>()}");
            if (i + 1 >= pins.Length)
                return told;
            await page.SendAsync(new JsonObject { ["type"] = "pin", ["pin"] = pins[i + 1] }.ToJsonString(), Cancel);
        }
    }

    async Task<string> BookAsync(string pin, bool soon = false) => CodeOf(await BookMeetingAsync(pin, soon));

    static string CodeOf(JsonNode meeting) => meeting["join"]!["code"]!.GetValue<string>();

    async Task<JsonNode> BookMeetingAsync(string? pin, bool soon = false, bool lobby = false, params string[] rooms)
    {
        var start = soon ? LocalDateTimePattern.GeneralIso.Format((SystemClock.Instance.GetCurrentInstant() + Duration.FromMinutes(1)).InUtc().LocalDateTime) : "2030-01-01T10:00:00";
        var body = new JsonObject
        {
            ["title"] = "Browsers", ["organiser"] = "alice@albion.example", ["start"] = start, ["timeZone"] = "Etc/UTC", ["length"] = "0:30:00", ["lobby"] = lobby,
            ["rooms"] = new JsonArray([.. rooms.Select(static room => JsonValue.Create(room))]),
        };
        if (pin is not null)
            body["pin"] = pin;
        using var made = await Albion.PostAsync("/api/v1/meetings", TestExchange.Body(body), Cancel);
        return await TestExchange.Json(made);
    }
}
