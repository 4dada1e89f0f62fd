using System.Net;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>What the API says of recordings where none can be made. How one is made is for the tests with rooms and browsers.</summary>
public sealed class RecordingApiTests : ProviderApiTests
{
    [Fact]
    public async Task Meeting_ThatIsNotOn_IsNotRecorded_AndHasNoRecordings()
    {
        var path = await BookAsync();
        using var begun = await Albion.PostAsync(path + "/recording", null, Cancel);
        begun.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await TestExchange.Json(begun))["type"]!.GetValue<string>().ShouldBe("/problems/meeting-not-on");
        using var ended = await Albion.DeleteAsync(path + "/recording", Cancel);
        ended.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await TestExchange.Json(ended))["type"]!.GetValue<string>().ShouldBe("/problems/not-recorded");
        var listed = await TestExchange.Json(await Albion.GetAsync(path + "/recordings", Cancel));
        listed["items"]!.AsArray().ShouldBeEmpty();
        listed["by"].ShouldBeNull();
    }

    [Theory]
    [InlineData("/recordings/rec_0/1")]
    [InlineData("/recordings/..%2F..%2Fmeetpoint.db/1")]
    public async Task File_OfNoRecording_IsNotFound(string file)
    {
        using var answer = await Albion.GetAsync(await BookAsync() + file, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Meeting_OfAnotherProvider_IsNotFound()
    {
        var path = await BookAsync();
        (HttpMethod, string)[] asked =
        [
            (HttpMethod.Post, "/recording"), (HttpMethod.Delete, "/recording"), (HttpMethod.Get, "/recordings"), (HttpMethod.Get, "/recordings/rec_0/1"),
        ];
        foreach (var (method, what) in asked)
        {
            using var request = new HttpRequestMessage(method, path + what);
            using var answer = await Liberty.SendAsync(request, Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{method} {what}");
        }
    }

    async Task<string> BookAsync()
    {
        using var made = await Albion.PostAsync(
            "/api/v1/meetings", TestExchange.Body(new JsonObject { ["title"] = "Recorded", ["organiser"] = "alice@albion.example", ["start"] = "2030-01-01T10:00:00" }), Cancel);
        return "/api/v1/meetings/" + (await TestExchange.Json(made))["id"]!.GetValue<string>();
    }
}
