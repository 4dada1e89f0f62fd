using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Configuration;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

public sealed class WorldApiTests(WorldApiTests.Running running) : IClassFixture<WorldApiTests.Running>
{
    const string World = "/api/v1/world";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    TestExchange Exchange => running.Exchange;

    [Fact]
    public async Task Apply_SameAgain_ChangesNothing()
    {
        var answer = await TestExchange.Json(await Exchange.Operator.PostAsync(World, TestExchange.Body(Sample()), Cancel));
        answer["changes"]!.AsArray().ShouldBeEmpty(answer.ToJsonString());
    }

    [Fact]
    public async Task Apply_DryRun_ShowsTheDifferenceAndDoesNothing()
    {
        var document = Sample();
        document["users"]![0]!["name"] = "Alice Jones";
        var answer = await TestExchange.Json(await Exchange.Operator.PostAsync(World + "?dry_run=true", TestExchange.Body(document), Cancel));
        var change = answer["changes"]!.AsArray().ShouldHaveSingleItem()!;
        change["kind"]!.GetValue<string>().ShouldBe("user");
        change["fields"]![0]!.ToJsonString().ShouldContain("Alice Jones");
        (await GetAsync("/api/v1/users/alice"))["name"]!.GetValue<string>().ShouldBe("Alice Smith");
    }

    [Fact]
    public async Task Apply_Faults_AreAllToldWithTheirPlaces()
    {
        var document = Sample();
        document["users"]![0]!["organisation"] = "nowhere";
        document["providers"]![0]!["colour"] = "red";
        var response = await Exchange.Operator.PostAsync(World, TestExchange.Body(document), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var faults = (await TestExchange.Json(response))["faults"]!.AsArray().Select(fault => fault!["path"]!.GetValue<string>()).ToList();
        faults.ShouldContain("/users/0/organisation");
        faults.ShouldContain("/providers/0/colour");
    }

    [Fact]
    public async Task Show_Secrets_NeverComeOutAndAreKeptWhenSentBackWithout()
    {
        var shown = await GetAsync(World);
        shown.ToJsonString().ShouldNotContain("change-me");
        (await GetAsync("/api/v1/endpoints")).ToJsonString().ShouldNotContain("change-me");
        shown.ToJsonString().ShouldNotContain("secret-by-chance");
        (await GetAsync("/api/v1/neighbours")).ToJsonString().ShouldNotContain("secret-by-chance");
        var answer = await TestExchange.Json(await Exchange.Operator.PostAsync(World + "?dry_run=true", TestExchange.Body(shown), Cancel));
        answer["changes"]!.AsArray().ShouldBeEmpty("what is shown can be applied again");
    }

    [Fact]
    public async Task Put_WithoutIfMatch_IsRefusedAndWithAnOldTagToo()
    {
        using var first = await Exchange.Operator.GetAsync("/api/v1/organisations/albion-hq", Cancel);
        var tag = first.Headers.ETag!;
        var body = (JsonObject)await TestExchange.Json(first);
        (await PutAsync(body, null)).StatusCode.ShouldBe((HttpStatusCode)428);
        body["name"] = "Albion House";
        using var changed = await PutAsync(body, tag);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync(Cancel));
        (await PutAsync(body, tag)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed, "the tag is of what stood before");
        body["name"] = "Albion Head Office";
        (await PutAsync(body, changed.Headers.ETag)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Put_Unsound_TellsPlacesWithinTheObject()
    {
        using var first = await Exchange.Operator.GetAsync("/api/v1/organisations/albion-hq", Cancel);
        var body = (JsonObject)await TestExchange.Json(first);
        body["provider"] = "nobody";
        using var response = await PutAsync(body, first.Headers.ETag);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await TestExchange.Json(response))["faults"]!.AsArray().Select(fault => fault!["path"]!.GetValue<string>()).ShouldContain("/provider");
    }

    [Fact]
    public async Task Delete_WhatOthersReferTo_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/organisations/albion-hq");
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using var response = await Exchange.Operator.SendAsync(request, Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Provider_OwnUser_IsMadeAndTakenOut()
    {
        var (albion, _) = await Exchange.WithKeyAsync("albion");
        var user = JsonNode.Parse("""{"organisation":"albion-hq","name":"Ann","sip":"ann@albion.example"}""")!;
        using var made = await albion.PutAsync("/api/v1/users/ann", TestExchange.Body(user), Cancel);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync(Cancel));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/users/ann");
        request.Headers.IfMatch.Add(made.Headers.ETag!);
        (await albion.SendAsync(request, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await albion.GetAsync("/api/v1/users/ann", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Provider_AnothersThings_AreNeitherSeenNorChanged()
    {
        var (liberty, _) = await Exchange.WithKeyAsync("liberty");
        (await List(liberty, "organisations")).ShouldBeEmpty();
        (await List(liberty, "users")).ShouldBeEmpty();
        (await List(liberty, "endpoints")).ShouldBeEmpty();
        (await List(liberty, "neighbours")).ShouldBe(["liberty-nni"]);
        (await List(liberty, "agreements")).ShouldBe(["albion-liberty"]);
        (await List(liberty, "tariffs")).ShouldBe(["calls-2026", "meetings-2026"]);
        (await List(liberty, "providers")).ShouldBe(["albion", "liberty"]);
        var partner = await TestExchange.Json(await liberty.GetAsync("/api/v1/providers/albion", Cancel));
        partner["numbers"]!.AsArray().ShouldBeEmpty("a partner's numbers are no public fact");
        (await liberty.GetAsync("/api/v1/users/alice", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var user = JsonNode.Parse("""{"organisation":"albion-hq","name":"Mallory","sip":"mallory@albion.example"}""")!;
        (await liberty.PutAsync("/api/v1/users/mallory", TestExchange.Body(user), Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await liberty.PutAsync("/api/v1/users/alice", TestExchange.Body(user), Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await liberty.PutAsync("/api/v1/routes/old-numbers", TestExchange.Body(user), Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await liberty.PostAsync(World, TestExchange.Body(Sample()), Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await liberty.GetAsync(World, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task List_InPages_GivesEachOnceAndLinksTheNext()
    {
        var seen = new List<string>();
        var path = "/api/v1/profiles?limit=2";
        while (path is not null)
        {
            using var response = await Exchange.Operator.GetAsync(path, Cancel);
            var page = await TestExchange.Json(response);
            page["items"]!.AsArray().Count.ShouldBeLessThanOrEqualTo(2);
            seen.AddRange(page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()));
            page["hasMore"]!.GetValue<bool>().ShouldBe(response.Headers.Contains("Link"));
            path = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        seen.ShouldBe(["baresip", "cisco-call-control", "cisco-room", "generic", "microsoft-client", "old-gateway", "sipp"]);
    }

    [Fact]
    public async Task History_OfAnAgreement_HasItsVersions()
    {
        var versions = (await GetAsync("/api/v1/agreements/albion-liberty/history"))["items"]!.AsArray();
        versions.Count.ShouldBe(1);
        versions[0]!["hash"]!.GetValue<string>().Length.ShouldBe(64);
    }

    async Task<HttpResponseMessage> PutAsync(JsonObject body, EntityTagHeaderValue? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/organisations/albion-hq")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (tag is not null)
            request.Headers.IfMatch.Add(tag);
        return await Exchange.Operator.SendAsync(request, Cancel);
    }

    async Task<JsonNode> GetAsync(string path) => await TestExchange.Json(await Exchange.Operator.GetAsync(path, Cancel));

    static async Task<IEnumerable<string>> List(HttpClient client, string kind) =>
        (await TestExchange.Json(await client.GetAsync($"/api/v1/{kind}", Cancel)))["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>());

    static JsonObject Sample() => YamlTree.Parse(Samples.Read("docs/reference/world.sample.yaml")).Root;

    public sealed class Running : IAsyncLifetime
    {
        public TestExchange Exchange { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Exchange = await TestExchange.StartAsync();

        public ValueTask DisposeAsync() => Exchange.DisposeAsync();
    }
}
