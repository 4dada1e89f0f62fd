using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>Hotspots over HTTP and by command: published, found and exported, each by whom it is for.</summary>
public sealed class HotspotApiTests : IAsyncLifetime
{
    const string Root = "/api/v1/hotspots";

    const string Sites =
        "id,name,latitude,longitude,city,country,ssids,security\r\n"
        + "a,Café Zürich,51.50740,-0.12780,London,GB,Albion,portal\r\n"
        + "b/2 %2F,=1+1,51.50840,-0.12780,London,GB,Albion;Free,open\r\n";

    TestExchange _exchange = null!;
    HttpClient _albion = null!;
    HttpClient _liberty = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _exchange = await TestExchange.StartAsync();
        (_albion, _) = await _exchange.WithKeyAsync("albion");
        (_liberty, _) = await _exchange.WithKeyAsync("liberty");
    }

    public async ValueTask DisposeAsync()
    {
        _albion.Dispose();
        _liberty.Dispose();
        await _exchange.DisposeAsync();
    }

    [Fact]
    public async Task Put_ReadReplaceAndRemove_ByTheVersionThatWasRead()
    {
        var hotspot = Hotspot("Kiosk");
        using var made = await PutAsync(_albion, "albion/x%2Fy", hotspot);
        (made.StatusCode, made.Headers.ETag!.Tag).ShouldBe((HttpStatusCode.Created, "\"1\""));
        var shown = await TestExchange.Json(await _albion.GetAsync($"{Root}/albion/x%2Fy", Cancel));
        (shown["hotspot"]!["id"]!.GetValue<string>(), shown["hotspot"]!["latitude"]!.GetValue<string>(), shown["provider"]!.GetValue<string>()).ShouldBe(("x/y", "51.50", "albion"));
        (await PutAsync(_albion, "albion/x%2Fy", Hotspot("Other"), "\"7\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PutAsync(_albion, "albion/x%2Fy", Hotspot("Other"), "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(_albion, "albion/x%2Fy", new JsonObject { ["name"] = "n", ["latitude"] = 95, ["longitude"] = 0, ["country"] = "GB", ["security"] = "open", ["ssid"] = "x" })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await _liberty.GetAsync($"{Root}/albion/x%2Fy", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK, "the agreement covers roaming both ways");
        (await PutAsync(_liberty, "albion/x%2Fy", hotspot)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(_liberty, "liberty/z", hotspot)).StatusCode.ShouldBe(HttpStatusCode.Conflict, "Liberty is served by its own exchange");
        (await PutAsync(_albion, "nobody/z", hotspot)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _exchange.Network.GetAsync($"{Root}/near?latitude=0&longitude=0", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _albion.DeleteAsync($"{Root}/albion/x%2Fy", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _albion.DeleteAsync($"{Root}/albion/x%2Fy", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Import_File_IsFoundNearAndByWordsAndExportedAsItCame()
    {
        using var imported = await ImportAsync(_albion, Sites, "text/csv", "?mode=replace");
        (await TestExchange.Json(imported)).ToJsonString().ShouldBe("""{"created":2,"changed":0,"unchanged":0,"deleted":0,"total":2}""");
        var near = await TestExchange.Json(await _liberty.GetAsync($"{Root}/near?latitude=51.5074&longitude=-0.1278&radius=500", Cancel));
        near["items"]!.AsArray().Select(item => $"{item!["hotspot"]!["id"]} {item["distanceMetres"]} {item["price"]}").ShouldBe(["a 0 GBP 0.02 a minute", "b/2 %2F 111.2 GBP 0.02 a minute"]);
        var own = await TestExchange.Json(await _albion.GetAsync($"{Root}/search?q=cafe%20zur", Cancel));
        own["items"]!.AsArray().Select(item => $"{item!["hotspot"]!["name"]} {item["price"]}").ShouldBe(["Café Zürich "], "its own customers have no price at home");
        (await _liberty.GetAsync($"{Root}/near?latitude=51.5&longitude=-0.1&asker=albion", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await _albion.GetAsync($"{Root}/near?latitude=95&longitude=-0.1", Cancel)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _albion.GetAsync($"{Root}/near?latitude=5&longitude=-0.1&radius=NaN", Cancel)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var one = await TestExchange.Json(await _albion.GetAsync($"{Root}/albion/b%2F2%20%252F", Cancel));
        one["hotspot"]!["name"]!.GetValue<string>().ShouldBe("=1+1");

        using var csv = await _albion.GetAsync($"{Root}/file", Cancel);
        csv.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        var text = await csv.Content.ReadAsStringAsync(Cancel);
        text.ShouldContain("\r\nb/2 %2F,'=1+1,51.50840,-0.12780,");
        (await TestExchange.Json(await ImportAsync(_albion, text, "text/csv", "?mode=replace")))["unchanged"]!.GetValue<int>().ShouldBe(2, "nothing changes by going out and coming back");
        var geoJson = await (await _albion.GetAsync($"{Root}/file?format=geojson", Cancel)).Content.ReadAsStringAsync(Cancel);
        JsonNode.Parse(geoJson)!["features"]![0]!["geometry"]!.ToJsonString().ShouldBe("""{"type":"Point","coordinates":[-0.12780,51.50740]}""");
        (await TestExchange.Json(await ImportAsync(_albion, geoJson, "application/geo+json", "?mode=replace")))["unchanged"]!.GetValue<int>().ShouldBe(2);
        var list = await TestExchange.Json(await _albion.GetAsync($"{Root}?limit=1", Cancel));
        (list["hasMore"]!.GetValue<bool>(), list["items"]!.AsArray().Count).ShouldBe((true, 1));
    }

    [Fact]
    public async Task Import_Faulty_ChangesNothingAndSaysWhere()
    {
        using var refused = await ImportAsync(_albion, Sites + "c,Third,151,0,X,UK,Albion,open\r\n", "text/csv");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await TestExchange.Json(refused);
        problem["faults"]!.AsArray().Select(fault => fault!["path"]!.GetValue<string>()).ShouldBe(["/lines/4/latitude", "/lines/4/country"]);
        (await TestExchange.Json(await _albion.GetAsync(Root, Cancel)))["items"]!.AsArray().ShouldBeEmpty("all or nothing");
        (await ImportAsync(_albion, "\ufeff{", "application/geo+json")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ImportAsync(_albion, "x", "text/plain")).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await ImportAsync(_albion, Sites, "text/csv", "?mode=all")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ImportAsync(_liberty, Sites, "text/csv", "?provider=albion")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var latin = new ByteArrayContent(Encoding.Latin1.GetBytes(Sites)) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        (await _albion.PostAsync($"{Root}/file", latin, Cancel)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Import_SentTwiceWithOneKey_TakesEffectOnce()
    {
        (await (await ImportAsync(_albion, Sites, "text/csv", "", "k1")).Content.ReadAsStringAsync(Cancel)).ShouldContain("\"created\":2");
        (await _albion.DeleteAsync($"{Root}/albion/a", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var again = await ImportAsync(_albion, Sites, "text/csv", "", "k1");
        again.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        (await TestExchange.Json(await _albion.GetAsync(Root, Cancel)))["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Passpoint_OfTheAgreementsInForce_IsTheProvidersOwn()
    {
        var view = await TestExchange.Json(await _albion.GetAsync("/api/v1/passpoint/albion/anqp", Cancel));
        view["realms"]!.AsArray().Select(realm => $"{realm!["provider"]} {realm["realm"]} {realm["eap"]!.ToJsonString()}").ShouldBe(
            ["albion albion.example [\"ttls-mschapv2\",\"tls\"]", "albion *.albion.example []", "liberty liberty.example [\"aka-prime\",\"ttls-pap\"]"]);
        var hostapd = await (await _albion.GetAsync("/api/v1/passpoint/albion/anqp?format=hostapd", Cancel)).Content.ReadAsStringAsync(Cancel);
        hostapd.ShouldContain("\nnai_realm=0,liberty.example,50[5:2],21[2:1][5:7]\n");
        (await _liberty.GetAsync("/api/v1/passpoint/albion/anqp", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await _albion.GetAsync("/api/v1/passpoint/albion/anqp?hotspot=none", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var apple = await _albion.GetAsync("/api/v1/passpoint/albion/profile?server=radius.albion.example", Cancel);
        (apple.Content.Headers.ContentType!.ToString(), apple.Content.Headers.ContentDisposition!.FileName).ShouldBe(("application/x-apple-aspen-config", "albion.mobileconfig"));
        (await _albion.GetAsync("/api/v1/passpoint/albion/profile?format=android", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _albion.GetAsync("/api/v1/passpoint/albion/profile?realm=*.albion.example", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await _albion.GetAsync("/api/v1/passpoint/albion/profile?server=not%20a%20name", Cancel)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Commands_ImportNearSearchExportAndRemove()
    {
        await File.WriteAllTextAsync(Path.Combine(_exchange.Folder, "sites.csv"), Sites, Cancel);
        (await RunAsync("hotspot", "import", "sites.csv", "--provider", "albion")).ShouldBe("2 created, 0 changed, 0 unchanged, 0 deleted; 2 in all\n");
        (await RunAsync("hotspot", "near", "51.5074,-0.1278", "--radius", "50")).ShouldBe("0\talbion\ta\tCafé Zürich\tLondon\tGB\t51.50740\t-0.12780\tAlbion\tportal\tbronze\t\n");
        (await RunAsync("hotspot", "near", "-33.8,151.2", "--asker", "liberty")).ShouldBe("");
        (await RunAsync("hotspot", "search", "lon", "caf", "--asker", "liberty")).ShouldContain("GBP 0.02 a minute");
        (await RunAsync("hotspot", "export", "--provider", "albion", "--geojson", "-f", "all.geojson")).ShouldBe("");
        (await RunAsync("hotspot", "remove", "albion", "b/2 %2F")).ShouldBe("b/2 %2F is taken out.\n");
        (await RunAsync("hotspot", "import", "all.geojson", "--provider", "albion", "--replace")).ShouldBe("1 created, 0 changed, 1 unchanged, 0 deleted; 2 in all\n");
        (await RunAsync("hotspot", "list", "--provider", "albion")).Split('\n').Length.ShouldBe(3);
        (await RunAsync("hotspot", "show", "albion", "b/2 %2F")).ShouldContain("=1+1");
        (await RunAsync("hotspot", "anqp", "albion", "--hostapd", "--hotspot", "a")).ShouldContain("domain_name=albion.example");
        (await RunAsync("hotspot", "profile", "albion", "--format", "pps-mo")).ShouldContain("PerProviderSubscription");
        await File.WriteAllTextAsync(Path.Combine(_exchange.Folder, "sites.csv"), Sites.Replace("GB", "UK", StringComparison.Ordinal), Cancel);
        var (code, _, error) = await _exchange.RunAsync("hotspot", "import", "sites.csv", "--provider", "albion");
        (code, error).ShouldBe((1, "There are 2 faults; nothing was changed.\n  /lines/2/country: 'UK' is no country → use a two-letter code of ISO 3166-1 such as GB\n"
            + "  /lines/3/country: 'UK' is no country → use a two-letter code of ISO 3166-1 such as GB\n→ Mend the faults, and send it again.\n"));
    }

    async Task<string> RunAsync(params string[] args)
    {
        var (code, output, error) = await _exchange.RunAsync(args);
        code.ShouldBe(0, error);
        return output;
    }

    static Task<HttpResponseMessage> PutAsync(HttpClient client, string path, JsonObject hotspot, string? match = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"{Root}/{path}") { Content = TestExchange.Body(hotspot) };
        if (match is not null)
            request.Headers.TryAddWithoutValidation("If-Match", match);
        return client.SendAsync(request, Cancel);
    }

    static Task<HttpResponseMessage> ImportAsync(HttpClient client, string text, string type, string query = "", string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Root}/file{query}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } },
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request, Cancel);
    }

    static JsonObject Hotspot(string name) => new()
    {
        ["name"] = name, ["latitude"] = "51.50", ["longitude"] = -0.1, ["country"] = "GB", ["security"] = "portal", ["ssids"] = new JsonArray("Albion"),
    };
}
