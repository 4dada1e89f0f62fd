using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>Pages that phones fetch with a plain GET: made and revoked with a key, and fetched without.</summary>
public sealed class PhonePageApiTests : ProviderApiTests
{
    const string Links = "/api/v1/phone-pages";

    [Fact]
    public async Task Get_Page_LeadsFromTheMenuToTheStateAndToTheNumber()
    {
        var body = TestExchange.Body(new JsonObject { ["activity"] = "away", ["kind"] = "manual", ["note"] = "back at two", ["expiresSeconds"] = 60 });
        (await Albion.PutAsync("/api/v1/presence/alice@albion.example/devices/softphone", body, Cancel)).EnsureSuccessStatusCode();
        var page = await MakeAsync();
        using var menu = await Exchange.Network.GetAsync(page["path"]!.GetValue<string>(), Cancel);
        menu.StatusCode.ShouldBe(HttpStatusCode.OK);
        menu.Content.Headers.ContentType!.ToString().ShouldBe("text/xml; charset=utf-8");
        menu.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var root = await XmlAsync(menu);
        root.Name.LocalName.ShouldBe("CiscoIPPhoneMenu");
        root.Element("Title")!.Value.ShouldBe("Front desk");
        var items = root.Elements("MenuItem").ToList();
        items.Select(item => item.Element("Name")!.Value).ShouldBe(["Alice Smith (away)", "+442079460002 (not known)", "bob@liberty.example (not known)"]);
        var url = new Uri(Exchange.Address, page["path"]!.GetValue<string>()).AbsoluteUri;
        menu.Headers.GetValues("Refresh").ShouldHaveSingleItem().ShouldBe($"30; url={url}");

        using var words = await Exchange.Network.GetAsync(items[0].Element("URL")!.Value, Cancel);
        root = await XmlAsync(words);
        root.Name.LocalName.ShouldBe("CiscoIPPhoneText");
        root.Element("Text")!.Value.ShouldStartWith("Alice Smith: away since ");
        root.Element("Text")!.Value.ShouldContain("back at two");
        using var dial = await Exchange.Network.GetAsync(root.Elements("SoftKeyItem").First().Element("URL")!.Value, Cancel);
        root = await XmlAsync(dial);
        root.Name.LocalName.ShouldBe("CiscoIPPhoneDirectory");
        root.Element("DirectoryEntry")!.Element("Telephone")!.Value.ShouldBe("+442079460001");

        var picture = await TestExchange.Json(await Albion.GetAsync("/api/v1/presence/alice@albion.example", Cancel));
        picture["watchers"]!.AsArray().Select(watcher => $"{watcher!["watcher"]} {watcher["via"]}").ShouldBe(["carol@albion.example page"]);
        (await Exchange.Network.GetAsync($"{page["path"]}/people/mallory@liberty.example", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "she is not on the list");
        (await Exchange.Network.GetAsync($"{page["path"]}/2", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Get_LongList_GoesOnOnFurtherPages()
    {
        var list = await TestExchange.Json(await Albion.GetAsync("/api/v1/presence-lists/front-desk", Cancel));
        list["members"] = new JsonArray([.. Enumerable.Range(0, 120).Select(i => (JsonNode)$"member{i:000}@albion.example")]);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/presence-lists/front-desk") { Content = TestExchange.Body(list) };
        request.Headers.TryAddWithoutValidation("If-Match", (await Albion.GetAsync("/api/v1/presence-lists/front-desk", Cancel)).Headers.ETag!.ToString());
        using var changed = await Albion.SendAsync(request, Cancel);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync(Cancel));
        var path = (await MakeAsync())["path"]!.GetValue<string>();
        var first = (await XmlAsync(await Exchange.Network.GetAsync(path, Cancel))).Elements("MenuItem").ToList();
        (first.Count, first[^1].Element("Name")!.Value).ShouldBe((100, "More"));
        var second = (await XmlAsync(await Exchange.Network.GetAsync(first[^1].Element("URL")!.Value, Cancel))).Elements("MenuItem").ToList();
        (second.Count, second[0].Element("Name")!.Value).ShouldBe((21, "member099@albion.example (not known)"));
    }

    [Fact]
    public async Task Revoke_Page_IsGoneAtOnceAndWrongTokensAreCounted()
    {
        var page = await MakeAsync();
        var other = await MakeAsync();
        var (path, id) = (page["path"]!.GetValue<string>(), page["id"]!.GetValue<string>());
        (await Exchange.Network.GetAsync(path, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Exchange.Network.GetAsync(other["path"]!.GetValue<string>(), Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Liberty.DeleteAsync($"{Links}/{id}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "it is another provider's");
        (await Albion.DeleteAsync($"{Links}/{id}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Albion.DeleteAsync($"{Links}/{id}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Exchange.Network.GetAsync(path, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        for (var i = 1; i < 20; i++)
            (await Exchange.Network.GetAsync($"/phone/guess{i}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var late = await Exchange.Network.GetAsync("/phone/guess20", Cancel);
        late.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        late.Headers.RetryAfter.ShouldNotBeNull();
        (await Exchange.Network.GetAsync(other["path"]!.GetValue<string>(), Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK, "phones beside it are not held up");
        (await Exchange.Network.GetAsync("/phone/" + new string('x', 5_000), Cancel)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("albion", "carol@albion.example", "no-such-list", HttpStatusCode.NotFound)]
    [InlineData("albion", "bob@liberty.example", "front-desk", HttpStatusCode.Forbidden)]
    [InlineData("liberty", "carol@albion.example", "front-desk", HttpStatusCode.Forbidden)]
    [InlineData("liberty", "bob@liberty.example", "front-desk", HttpStatusCode.Forbidden)]
    [InlineData("albion", "???", "front-desk", HttpStatusCode.BadRequest)]
    public async Task Create_ForWhomTheKeyMayNotActOrNoList_IsRefused(string provider, string watcher, string list, HttpStatusCode status)
    {
        using var response = await (provider == "albion" ? Albion : Liberty).PostAsync(Links, TestExchange.Body(new JsonObject { ["watcher"] = watcher, ["list"] = list }), Cancel);
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task CreateListAndRevoke_AsCommands_ShowThePathOnce()
    {
        var (code, output, error) = await Exchange.RunAsync("presence", "page", "create", "carol@albion.example", "front-desk", "-o", "json");
        code.ShouldBe(0, error);
        var page = JsonNode.Parse(output)!;
        (await Exchange.Network.GetAsync(page["path"]!.GetValue<string>(), Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        output = (await Exchange.RunAsync("presence", "page", "list")).Out;
        output.ShouldContain($"{page["id"]}\tcarol@albion.example\tfront-desk");
        output.ShouldNotContain("/phone/");
        (await TestExchange.Json(await Liberty.GetAsync(Links, Cancel)))["items"]!.AsArray().ShouldBeEmpty();
        (await TestExchange.Json(await Albion.GetAsync(Links, Cancel)))["items"]!.AsArray().ShouldHaveSingleItem();
        (await Exchange.RunAsync("presence", "page", "revoke", page["id"]!.GetValue<string>())).Code.ShouldBe(0);
        (await Exchange.Network.GetAsync(page["path"]!.GetValue<string>(), Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Exchange.RunAsync("get", "presence-lists")).Out.ShouldContain("front-desk\tFront desk\tfront-desk@albion.example\talbion");
    }

    async Task<JsonNode> MakeAsync()
    {
        using var response = await Albion.PostAsync(Links, TestExchange.Body(new JsonObject { ["watcher"] = "carol@albion.example", ["list"] = "front-desk" }), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Cancel));
        return await TestExchange.Json(response);
    }

    static async Task<XElement> XmlAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return XDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).Root!;
    }
}
