using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Meetpoint.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;

namespace Meetpoint.Tests.Hosting;

/// <summary>How the join page and its files are served, with files of the test's own.</summary>
public sealed class JoinPageTests : IAsyncLifetime
{
    const string Path = "/join/482917";
    const string Script = "/assets/index-x1.js";

    static readonly Dictionary<string, string> _files = new()
    {
        ["index.html"] = "<!doctype html>page", ["index.html.br"] = "page in Brotli",
        ["assets/index-x1.js"] = "script", ["assets/index-x1.js.br"] = "script in Brotli", ["assets/index-x1.js.gz"] = "script in gzip",
        ["assets/index-x1.css"] = "style", ["assets/notes.txt"] = "nothing for browsers",
    };

    Served _built = null!;
    Served _bare = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _built = await Served.StartAsync(_files);
        _bare = await Served.StartAsync([]);
    }

    public async ValueTask DisposeAsync()
    {
        await _built.DisposeAsync();
        await _bare.DisposeAsync();
    }

    [Fact]
    public async Task Get_ACode_IsThePageWhichIsAskedForEachTime()
    {
        using var response = await _built.GetAsync(Path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe("<!doctype html>page");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();

        using var again = await _built.GetAsync(Path, request => request.Headers.IfNoneMatch.Add(response.Headers.ETag!));
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData(Path)]
    [InlineData(Script)]
    public async Task Get_Anything_TakesNothingFromElsewhere(string path)
    {
        using var response = await _built.GetAsync(path);
        var policy = response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        response.Headers.GetValues("Permissions-Policy").ShouldHaveSingleItem().ShouldStartWith("camera=(self), microphone=(self), display-capture=(self)");
        response.Headers.GetValues("Referrer-Policy").ShouldHaveSingleItem().ShouldBe("no-referrer");
        response.Headers.GetValues("X-Content-Type-Options").ShouldHaveSingleItem().ShouldBe("nosniff");
    }

    [Theory]
    [InlineData("br, gzip", "br", "script in Brotli")]
    [InlineData("gzip, deflate", "gzip", "script in gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip", "script in gzip")]
    [InlineData("deflate", null, "script")]
    [InlineData("", null, "script")]
    public async Task Get_Asset_ComesInTheSmallestFormThatIsTaken_AndIsKept(string taken, string? encoding, string body)
    {
        using var response = await _built.GetAsync(Script, request =>
        {
            foreach (var each in taken.Split(", ", StringSplitOptions.RemoveEmptyEntries))
                request.Headers.AcceptEncoding.Add(StringWithQualityHeaderValue.Parse(each));
        });
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe(body);
        response.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(encoding);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/javascript; charset=utf-8");
        response.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        response.Headers.Vary.ShouldBe(["Accept-Encoding"]);
    }

    [Fact]
    public async Task Get_AnAssetWithoutCompressedForms_ComesAsItIs()
    {
        using var response = await _built.GetAsync("/assets/index-x1.css", request => request.Headers.AcceptEncoding.Add(new("br")));
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe("style");
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/assets/index-x2.js")]
    [InlineData("/assets/index-x1.js.br")]
    [InlineData("/assets/notes.txt")]
    [InlineData("/assets/..%2Findex.html")]
    [InlineData("/join")]
    [InlineData("/join/")]
    [InlineData("/join/12")]
    [InlineData("/join/482917%3Cb%3E")]
    [InlineData("/join/482917/more")]
    public async Task Get_WhatIsNotThere_Is404(string path)
    {
        using var response = await _built.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Get_WithASlashAtTheEnd_LeadsToThePage_WhoseFilesAreNamedRelativeToIt()
    {
        using var response = await _built.GetAsync(Path + "/");
        response.StatusCode.ShouldBe(HttpStatusCode.MovedPermanently);
        new Uri(new Uri("https://proxy.example/telecom/join/482917/"), response.Headers.Location!).AbsolutePath.ShouldBe("/telecom/join/482917");
    }

    [Fact]
    public async Task Head_TellsWhatGetWouldSend()
    {
        using var response = await _built.GetAsync(Path, request => request.Method = HttpMethod.Head);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_OfAProgramWithoutPages_Is503InWords()
    {
        using var response = await _bare.GetAsync(Path);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldContain("Run web/build");
    }

    /// <summary>The page alone, on a loopback port.</summary>
    sealed class Served(WebApplication app, HttpClient client) : IAsyncDisposable
    {
        public static async Task<Served> StartAsync(Dictionary<string, string> files)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            new JoinPage(new WebFiles(files.ToDictionary(file => file.Key, file => (Func<Stream>)(() => new MemoryStream(Encoding.UTF8.GetBytes(file.Value)))))).Map(app);
            await app.StartAsync(Cancel);
            return new(app, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) });
        }

        public Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestMessage>? change = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            change?.Invoke(request);
            return client.SendAsync(request, Cancel);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await app.DisposeAsync();
        }
    }
}
