using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>Pages that phones fetch through a proxy that ends TLS: every address in them is the proxy's.</summary>
public sealed class PhonePageBehindProxyTests : ProviderApiTests
{
    const string Public = "https://phones.albion.example/meetpoint";

    private protected override string Configuration => $"  public_url: {Public}/\n";

    [Fact]
    public async Task Get_ThroughAProxy_LeadsToItsAddressWhateverTheRequestSays()
    {
        using var made = await Albion.PostAsync("/api/v1/phone-pages", TestExchange.Body(new JsonObject { ["watcher"] = "carol@albion.example", ["list"] = "front-desk" }), Cancel);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync(Cancel));
        var path = (await TestExchange.Json(made))["path"]!.GetValue<string>();

        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "elsewhere.example" } };
        request.Headers.Add("X-Forwarded-Proto", "http");
        request.Headers.Add("X-Forwarded-Host", "elsewhere.example");
        using var menu = await Exchange.Network.SendAsync(request, Cancel);

        menu.Headers.GetValues("Refresh").ShouldHaveSingleItem().ShouldBe($"30; url={Public}{path}");
        var text = await menu.Content.ReadAsStringAsync(Cancel);
        var links = XDocument.Parse(text).Descendants("URL").Select(url => url.Value).ToList();
        links.Count.ShouldBe(3);
        links.ShouldAllBe(url => url.StartsWith($"{Public}{path}/people/"));
        text.ShouldNotContain("elsewhere");
    }
}
