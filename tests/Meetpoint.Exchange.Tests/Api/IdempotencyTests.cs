using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Storage;
using Microsoft.AspNetCore.Http;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Api;

public sealed class IdempotencyTests : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-api-").FullName;
    readonly SqlStore _store;
    readonly MovingClock _clock = new();
    int _calls;

    public IdempotencyTests() => _store = SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, Migrations.All);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(500)]
    public async Task Post_SameAgain_GetsTheFirstAnswer(int status)
    {
        var first = await SendAsync("k", "{}", status);
        var second = await SendAsync("k", "{}", 200);
        _calls.ShouldBe(1);
        second.Response.StatusCode.ShouldBe(status);
        ApiRequest.Answer(second).ShouldBe(ApiRequest.Answer(first));
        second.Response.Headers["Idempotent-Replayed"].ToString().ShouldBe("true");
        second.Response.Headers.ETag.ToString().ShouldBe("\"1\"");
        second.Response.Headers.Location.ToString().ShouldBe("/made/1");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Post_NotUnderstoodOrLater_MayUseItsKeyAgain(int status)
    {
        await SendAsync("k", "{}", status);
        (await SendAsync("k", "{}", 201)).Response.StatusCode.ShouldBe(201);
        _calls.ShouldBe(2);
    }

    [Fact]
    public async Task Post_SameKeyOtherBody_IsRefused()
    {
        await SendAsync("k", "{}", 201);
        (await SendAsync("k", """{"other":1}""", 201)).Response.StatusCode.ShouldBe(422);
        _calls.ShouldBe(1);
    }

    [Fact]
    public async Task Post_SameKeyOfAnotherCaller_IsAnotherRequest()
    {
        await SendAsync("k", "{}", 201);
        await SendAsync("k", "{}", 201, new ApiCaller("mpk_other", "albion"));
        _calls.ShouldBe(2);
    }

    [Fact]
    public async Task Post_AfterADay_IsANewRequest()
    {
        await SendAsync("k", "{}", 201);
        _clock.Now += Duration.FromHours(25);
        await SendAsync("another", "{}", 201);
        await SendAsync("k", "{}", 201);
        _calls.ShouldBe(3);
    }

    [Fact]
    public async Task Post_WhileTheFirstIsUnderWay_Is409()
    {
        var idempotency = new Idempotency(_store, _clock);
        var release = new TaskCompletionSource();
        var first = idempotency.InvokeAsync(ApiRequest.Of("POST", "/p", "{}", "k"), _ => release.Task);
        var second = ApiRequest.Of("POST", "/p", "{}", "k");
        await idempotency.InvokeAsync(second, _ => throw new InvalidOperationException("must not run"));
        second.Response.StatusCode.ShouldBe(409);
        release.SetResult();
        await first;
    }

    [Fact]
    public async Task Post_KeyOf256Characters_Is400() => (await SendAsync(new string('k', 256), "{}", 201)).Response.StatusCode.ShouldBe(400);

    [Fact]
    public async Task Get_WithKey_PassesThrough()
    {
        var context = ApiRequest.Of("GET", "/p", "", "k");
        await new Idempotency(_store, _clock).InvokeAsync(context, _ => Task.CompletedTask);
        await new Idempotency(_store, _clock).InvokeAsync(ApiRequest.Of("GET", "/p", "", "k"), _ => { _calls++; return Task.CompletedTask; });
        _calls.ShouldBe(1);
    }

    [Fact]
    public void IdFor_SameRequest_IsTheSameIdAndOthersDiffer()
    {
        var id = Idempotency.IdFor(ApiRequest.Of("POST", "/p", "", "k"), "mtg");
        id.ShouldBe(Idempotency.IdFor(ApiRequest.Of("POST", "/p", "", "k"), "mtg"));
        id.ShouldNotBe(Idempotency.IdFor(ApiRequest.Of("POST", "/p", "", "l"), "mtg"));
        id.ShouldNotBe(Idempotency.IdFor(ApiRequest.Of("POST", "/p", "", "k", new ApiCaller("mpk_x", null)), "mtg"));
        Idempotency.IdFor(ApiRequest.Of("POST", "/p"), "mtg").ShouldBeNull();
    }

    async Task<HttpContext> SendAsync(string key, string body, int status, ApiCaller? caller = null)
    {
        var context = ApiRequest.Of("POST", "/p", body, key, caller);
        await new Idempotency(_store, _clock).InvokeAsync(context, async inner =>
        {
            _calls++;
            inner.Response.StatusCode = status;
            inner.Response.Headers.ETag = "\"1\"";
            inner.Response.Headers.Location = "/made/1";
            await inner.Response.WriteAsync($"answer {_calls}");
        });
        return context;
    }

    sealed class MovingClock : IClock
    {
        public Instant Now { get; set; } = Instant.FromUtc(2026, 11, 22, 9, 0);

        public Instant GetCurrentInstant() => Now;
    }
}
