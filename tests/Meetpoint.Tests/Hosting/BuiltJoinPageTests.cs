using System.Net;
using System.Text.RegularExpressions;
using Meetpoint.Hosting;
using Meetpoint.Tests.Api;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Hosting;

/// <summary>The page as it was built into the program, from a running exchange.</summary>
public sealed partial class BuiltJoinPageTests(WorldApiTests.Running running) : IClassFixture<WorldApiTests.Running>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_ThePage_NamesFilesThatAreThere_AndHasNothingWithinThatItsPolicyForbids()
    {
        Assert.SkipUnless(WebFiles.Embedded().Has("index.html"), "the web pages were not built (web/build needs Node.js)");
        var page = new Uri(running.Exchange.Address, "/join/482917");
        using var response = await running.Exchange.Network.GetAsync(page, Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await response.Content.ReadAsStringAsync(Cancel);

        var named = Address().Matches(html).Select(match => match.Groups[1].Value).ToList();
        named.Count.ShouldBeGreaterThanOrEqualTo(3, html);
        named.ShouldAllBe(address => address.StartsWith("../assets/", StringComparison.Ordinal));
        foreach (var address in named)
        {
            using var file = await running.Exchange.Network.GetAsync(new Uri(page, address), Cancel);
            file.StatusCode.ShouldBe(HttpStatusCode.OK, address);
        }

        Within().IsMatch(html).ShouldBeFalse(html);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Address();

    /// <summary>A script, a style or a handler that stands in the page itself.</summary>
    [GeneratedRegex("<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=", RegexOptions.IgnoreCase)]
    private static partial Regex Within();
}
