using System.Globalization;
using Meetpoint.Interop.Border;
using Meetpoint.Exchange.Nni;

namespace Meetpoint.Interop.BadInput;

/// <summary>What a neighbour with a good certificate may not say either: over SIP on TLS, and over the NNI's HTTPS.</summary>
[Collection(BorderCollection.Name)]
public sealed class TlsTests(BorderWorld border)
{
    string Options => new SipText("OPTIONS", "sip:albion.example", border.Liberty.Party.Sip) { Transport = "TLS", Caller = "sip:liberty.example" }.ToString();

    [Fact]
    public async Task Sip_MessageThatCannotBeRead_Is400AndLogged()
    {
        var mark = border.Log.Mark();
        await using var link = await TlsLink.OpenAsync(border, border.Albion.Party.SipTls);

        var answer = await link.PourAsync(Options.Replace("CSeq: 1 OPTIONS", "CSeq: one OPTIONS", StringComparison.Ordinal).Replace("Content-Length: 0", "Content-Length: zero", StringComparison.Ordinal), 0);

        Assert.True(answer.Length == 0 || answer.StartsWith("SIP/2.0 400", StringComparison.Ordinal), answer);
        await border.Log.LinesAsync(mark, "[1100] sip.malformed", "tls");
    }

    [Fact]
    public async Task Sip_AHeaderOfAMegabyte_IsRefusedAndClosedWithoutBeingKept()
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        await using var link = await TlsLink.OpenAsync(border, border.Albion.Party.SipTls);

        await link.PourAsync(Options.Split("Content-Length")[0] + "Subject: ", 1 << 20);

        await border.Log.LinesAsync(mark, "[1100] sip.malformed MessageTooLarge", "tls");
        await call.GoesOnAsync();
    }

    [Fact]
    public async Task Sip_ABodyOfAHundredMegabytes_IsRefusedByItsLengthAlone()
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        await using var link = await TlsLink.OpenAsync(border, border.Albion.Party.SipTls);

        await link.PourAsync(Options.Replace("Content-Length: 0", "Content-Length: 104857600", StringComparison.Ordinal), 100 << 20);

        await border.Log.LinesAsync(mark, "[1100] sip.malformed BodyTooLarge", "tls");
        await call.GoesOnAsync();
    }

    [Theory]
    [InlineData("{\"origin\": ")]
    [InlineData("[]")]
    [InlineData("\u0001\u0002\u0003")]
    public async Task Nni_JsonThatCannotBeRead_Is400AndLogged(string body)
    {
        var mark = border.Log.Mark();
        await using var link = await TlsLink.OpenAsync(border, border.Albion.Party.Nni);

        var answer = await link.PourAsync(Post(body.Length) + body, 0);

        Problem(answer, 400, "malformed");
        await border.Log.OneLineAsync(mark, "[1200] nni.refused.malformed", "liberty.example");
    }

    [Fact]
    public async Task Nni_ABodyOfAHundredMegabytes_Is413AndIsNotKept()
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        await using var link = await TlsLink.OpenAsync(border, border.Albion.Party.Nni);

        var answer = await link.PourAsync(Post(100 << 20), 100 << 20);

        Problem(answer, 413, "too_large");
        await border.Log.OneLineAsync(mark, "[1200] nni.refused.too_large", "liberty.example");
        await call.GoesOnAsync();
    }

    [Fact]
    public async Task Nni_AHeaderOfAMegabyte_Is431AndIsNotKept()
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        await using var link = await TlsLink.OpenAsync(border, border.Albion.Party.Nni);

        var answer = await link.PourAsync(Post(0).Split("Content-Type")[0] + "X-Long: ", 1 << 20);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 431 ", StringComparison.Ordinal), answer);
        await border.Log.LinesAsync(mark, "[1401] http.malformed 431");
        await call.GoesOnAsync();
    }

    internal static string Post(int length) => string.Create(
        CultureInfo.InvariantCulture,
        $"POST {NniPaths.Messages} HTTP/1.1\r\nHost: albion.example\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");

    static void Problem(string answer, int status, string reason)
    {
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains($"\"{reason}\"", answer, StringComparison.Ordinal);
    }
}
