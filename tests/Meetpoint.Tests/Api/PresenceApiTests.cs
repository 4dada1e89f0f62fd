using System.Net;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>Presence over HTTP and the command line: a client says what a customer does, and her provider alone sees it.</summary>
public sealed class PresenceApiTests : ProviderApiTests
{
    const string Alice = "/api/v1/presence/alice@albion.example";

    [Fact]
    public async Task Put_State_IsBelievedUnderAnyOfHerAddresses()
    {
        var said = await SayAsync(new JsonObject { ["activity"] = "on-the-phone", ["kind"] = "phone", ["note"] = "with the bank", ["expiresSeconds"] = 60 });
        said["device"]!.GetValue<string>().ShouldBe("softphone");
        said["state"]!["activity"]!.GetValue<string>().ShouldBe("on-the-phone");
        var picture = await TestExchange.Json(await Albion.GetAsync("/api/v1/presence/%2B442079460001", Cancel));
        picture["address"]!.GetValue<string>().ShouldBe("alice@albion.example", "the number is that of her desk phone");
        picture["state"]!["availability"]!.GetValue<string>().ShouldBe("busy");
        picture["devices"]!.AsArray().ShouldHaveSingleItem()!["origin"]!.GetValue<string>().ShouldBe("albion.example/own");
        picture["sources"]!.AsArray().Select(source => source!["kind"]!.GetValue<string>()).Order().ToList()
            .ShouldBe(["api", "subscription", "subscription"], "both her systems are asked, since each is told what the other says");
    }

    [Fact]
    public async Task Put_SameAgain_ChangesNothingAndDeleteTakesItBack()
    {
        var state = new JsonObject { ["activity"] = "busy" };
        var first = await SayAsync(state);
        var again = await SayAsync(state);
        again["version"]!.GetValue<ulong>().ShouldBe(first["version"]!.GetValue<ulong>());
        (await Albion.DeleteAsync(Alice + "/devices/softphone", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Albion.DeleteAsync(Alice + "/devices/softphone", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await TestExchange.Json(await Albion.GetAsync(Alice, Cancel)))["state"]!["activity"]!.GetValue<string>().ShouldBe("unknown");
    }

    [Theory]
    [InlineData("softphone", """{"activity":"busy","expiresSeconds":1}""")]
    [InlineData("softphone", """{"activity":"asleep"}""")]
    [InlineData("softphone", """{"activity":"unknown"}""")]
    [InlineData("softphone", """{"activity":"busy","kind":"aggregate"}""")]
    [InlineData("softphone", """{"activity":"busy","colour":"red"}""")]
    [InlineData("mpx-0011223344556677", """{"activity":"busy"}""")]
    [InlineData("calls", """{"activity":"available"}""")]
    public async Task Put_WhatNoDeviceSays_Is400(string device, string body)
    {
        using var response = await Albion.PutAsync($"{Alice}/devices/{device}", TestExchange.Body(JsonNode.Parse(body)!), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Presence_OfAnothersCustomer_IsNotThere()
    {
        await SayAsync(new JsonObject { ["activity"] = "busy" });
        (await Liberty.GetAsync(Alice, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Liberty.GetAsync(Alice + "/explanation", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var body = TestExchange.Body(new JsonObject { ["activity"] = "busy" });
        (await Liberty.PutAsync(Alice + "/devices/x", body, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await TestExchange.Json(await Liberty.GetAsync("/api/v1/presence", Cancel)))["items"]!.AsArray().ShouldBeEmpty();
        (await Exchange.Operator.PutAsync("/api/v1/presence/bob@liberty.example/devices/x", TestExchange.Body(new JsonObject { ["activity"] = "busy" }), Cancel))
            .StatusCode.ShouldBe(HttpStatusCode.Forbidden, "what a customer of another exchange does is said there");
        (await Exchange.Operator.GetAsync("/api/v1/presence/nobody@nowhere.example", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task List_Pages_AreByAddress()
    {
        foreach (var user in new[] { "carol", "bob", "alice" })
            (await Albion.PutAsync($"/api/v1/presence/{user}@albion.example/devices/x", TestExchange.Body(new JsonObject { ["activity"] = "away" }), Cancel)).EnsureSuccessStatusCode();
        var first = await TestExchange.Json(await Albion.GetAsync("/api/v1/presence?limit=2", Cancel));
        first["items"]!.AsArray().Select(one => one!["address"]!.GetValue<string>()).ShouldBe(["alice@albion.example", "bob@albion.example"]);
        var rest = await TestExchange.Json(await Albion.GetAsync($"/api/v1/presence?limit=2&cursor={first["next"]}", Cancel));
        rest["items"]!.AsArray().ShouldHaveSingleItem()!["address"]!.GetValue<string>().ShouldBe("carol@albion.example");
    }

    [Fact]
    public async Task ShowAndExplain_AsCommands_DrawThePicture()
    {
        await SayAsync(new JsonObject { ["activity"] = "lunch", ["note"] = "back at two", ["kind"] = "manual" });
        await SayAsync(new JsonObject { ["activity"] = "lunch", ["note"] = "back at two", ["kind"] = "manual" });
        var (code, output, error) = await Exchange.RunAsync("presence", "show", "alice@albion.example");
        code.ShouldBe(0, error);
        output.ShouldStartWith("alice@albion.example, Alice Smith, customer of albion");
        output.ShouldContain("believed: lunch (away) since ");
        output.ShouldContain("\"back at two\"");
        output.ShouldContain("albion.example/own softphone, manual: lunch (away)");
        output.ShouldContain("albion-core as +442079460001, subscription: ");

        (code, output, error) = await Exchange.RunAsync("presence", "explain", "sip:alice@albion.example", "--watcher", "mallory@liberty.example");
        code.ShouldBe(0, error);
        output.ShouldContain("mallory@liberty.example may not watch: not-on-white-list");
        output.ShouldContain("reported what changes nothing for anybody: no one told");
        (await Exchange.RunAsync("presence", "explain", "alice@albion.example", "--watcher", "???")).Code.ShouldBe(1);
        var json = JsonNode.Parse((await Exchange.RunAsync("presence", "show", "alice@albion.example", "-o", "json")).Out)!;
        json["state"]!["note"]!.GetValue<string>().ShouldBe("back at two");
        (await Exchange.RunAsync("presence", "list")).Out.ShouldContain("alice@albion.example\tlunch\taway");
    }

    async Task<JsonNode> SayAsync(JsonObject state)
    {
        using var response = await Albion.PutAsync(Alice + "/devices/softphone", TestExchange.Body(state), Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancel));
        return await TestExchange.Json(response);
    }
}
