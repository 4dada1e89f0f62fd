using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Documentation;

public sealed class OpenApiDocumentTests
{
    [Theory]
    [InlineData("v1", "docs/reference/openapi.json", 20)]
    [InlineData("nni", "docs/reference/openapi-nni.json", 3)]
    public async Task Kept_IsWhatTheProgramPrints(string name, string path, int leastPaths)
    {
        var (code, text, _) = await CommandRun.InAsync(Path.GetTempPath(), "openapi", name);
        code.ShouldBe(0);
        JsonNode.Parse(text)!["paths"]!.AsObject().Count.ShouldBeGreaterThanOrEqualTo(leastPaths, "a document without paths describes nothing");
        text.ShouldBe(Samples.Read(path), $"renew it: meetpoint openapi {name} > {path}");
    }

    [Fact]
    public async Task Api_EveryOperation_HasASummaryAndAnId()
    {
        var (_, text, _) = await CommandRun.InAsync(Path.GetTempPath(), "openapi");
        foreach (var (path, operations) in JsonNode.Parse(text)!["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                operation!["summary"].ShouldNotBeNull($"{method} {path}");
                operation["operationId"].ShouldNotBeNull($"{method} {path}");
            }
        }
    }

    [Fact]
    public async Task Api_TimesAndDecimals_AreText()
    {
        var (_, text, _) = await CommandRun.InAsync(Path.GetTempPath(), "openapi");
        var schemas = JsonNode.Parse(text)!["components"]!["schemas"]!;
        schemas["Instant"]!.ToJsonString().ShouldContain("date-time");
        schemas["LocalDateTime"]!["pattern"].ShouldNotBeNull();
        schemas["Duration"]!["type"]!.GetValue<string>().ShouldBe("string");
        schemas["Rate"]!["properties"]!["price"]!["type"]!.GetValue<string>().ShouldBe("string");
    }
}
