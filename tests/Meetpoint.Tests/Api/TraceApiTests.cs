using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Api;

/// <summary>Traces of a running exchange: what is sent to its SIP port is found, masked, by whom it concerns alone.</summary>
public sealed class TraceApiTests : IAsyncLifetime
{
    TestExchange _exchange = null!;
    Socket _trunk = null!;
    int _calls;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _exchange = await TestExchange.StartAsync(more: "sip:\n  - name: inside\n    listen: 127.0.0.1:0\ntrace:\n  megabytes: 1\n");
        _trunk = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        var world = await File.ReadAllTextAsync(Path.Combine(_exchange.Folder, "world.yaml"), Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(_exchange.Folder, "world.yaml"), world.Replace("sourceAddresses: [192.0.2.10]", "sourceAddresses: [127.0.0.1]", StringComparison.Ordinal), Cancel);
        (await _exchange.RunAsync("apply", "-f", "world.yaml")).Code.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        _trunk.Dispose();
        await _exchange.DisposeAsync();
    }

    [Fact]
    public async Task Trace_OfACall_HasBothDirectionsMaskedAndInOrder()
    {
        Options("+442079460001");
        var page = await TestExchange.Json(await _exchange.Operator.GetAsync("/api/v1/trace?address=02079460001", Cancel));
        var messages = page["items"]!.AsArray().ShouldHaveSingleItem()!["messages"]!.AsArray();
        messages.Select(message => message!["event"]!.GetValue<string>()).ShouldBe(["received", "sent"]);
        messages[0]!["party"]!.GetValue<string>().ShouldBe("albion-core");
        messages[0]!["summary"]!.GetValue<string>().ShouldBe("OPTIONS sip:127.0.0.1");
        var text = messages[0]!["text"]!.GetValue<string>();
        text.ShouldContain("response=\"xxxxxx\"");
        page.ToJsonString().ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Trace_AsCommand_DrawsALadderAndWritesAPcap()
    {
        Options("+442079460001");
        var (code, output, error) = await _exchange.RunAsync("trace", "+442079460001");
        code.ShouldBe(0, error);
        output.ShouldContain("albion-core");
        output.ShouldContain("OPTIONS 127.0.0.1");
        (await _exchange.RunAsync("trace", "+442079460001", "--pcap", "call.pcap")).Out.ShouldContain("2 messages of 1 sessions");
        new FileInfo(Path.Combine(_exchange.Folder, "call.pcap")).Length.ShouldBeGreaterThan(500);
        (await _exchange.RunAsync("trace", "nobody-at-all")).Out.ShouldContain("Nothing of it has passed here.");
        (await _exchange.RunAsync("trace", "x", "--since", "soon")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Trace_Pages_AreSessionsTheNewestFirst()
    {
        for (var i = 0; i < 3; i++)
            Options("+442079460001");
        var first = await TestExchange.Json(await _exchange.Operator.GetAsync("/api/v1/trace?address=%2B442079460001&limit=2", Cancel));
        first["items"]!.AsArray().Select(session => session!["id"]!.GetValue<string>()).ShouldBe(["call-3", "call-2"]);
        var next = first["next"]!.GetValue<string>();
        var second = await TestExchange.Json(await _exchange.Operator.GetAsync($"/api/v1/trace?address=%2B442079460001&limit=2&cursor={next}", Cancel));
        second["items"]!.AsArray().Select(session => session!["id"]!.GetValue<string>()).ShouldBe(["call-1"]);
        second["hasMore"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory]
    [InlineData("/api/v1/trace")]
    [InlineData("/api/v1/trace?address=a&since=yesterday")]
    [InlineData("/api/v1/trace?address=a&cursor=%21%21")]
    [InlineData("/api/v1/trace/live?address=")]
    public async Task Trace_AskedWrongly_Is400(string path)
    {
        using var response = await _exchange.Operator.GetAsync(path, Cancel);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Trace_AsAnotherProvider_ShowsNothing()
    {
        Options("+442079460001");
        var (liberty, _) = await _exchange.WithKeyAsync("liberty");
        var (albion, _) = await _exchange.WithKeyAsync("albion");
        (await TestExchange.Json(await liberty.GetAsync("/api/v1/trace?address=%2B442079460001", Cancel)))["items"]!.AsArray().ShouldBeEmpty();
        (await TestExchange.Json(await albion.GetAsync("/api/v1/trace?address=%2B442079460001", Cancel)))["items"]!.AsArray().Count.ShouldBe(1);
        using var open = await _exchange.Network.GetAsync("/api/v1/trace?address=a", Cancel);
        open.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Live_Message_ComesAsItPassesAndGoesOnWhereItWas()
    {
        Options("+442079460001");
        using var response = await _exchange.Operator.GetAsync("/api/v1/trace/live?address=%2B442079460001", HttpCompletionOption.ResponseHeadersRead, Cancel);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        (await EventAsync(reader)).Type.ShouldBe("idle", "what was before is not told");
        Options("+442079460001");
        var told = await EventAsync(reader);
        (told.Type, JsonNode.Parse(told.Data)!["callId"]!.GetValue<string>()).ShouldBe(("message", "call-2"));

        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/trace/live?address=%2B442079460001");
        again.Headers.Add("Last-Event-ID", told.Id);
        using var resumed = await _exchange.Operator.SendAsync(again, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var rest = new StreamReader(await resumed.Content.ReadAsStreamAsync(Cancel));
        var next = await EventAsync(rest);
        JsonNode.Parse(next.Data)!["summary"]!.GetValue<string>().ShouldStartWith("200 ", Case.Sensitive, "the answer, which came after");
    }

    static async Task<(string Type, string Data, string Id)> EventAsync(StreamReader reader)
    {
        var (type, data, id) = ("", "", "");
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 } line)
        {
            var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart();
            if (line.StartsWith("event:", StringComparison.Ordinal))
                type = value;
            else if (line.StartsWith("data:", StringComparison.Ordinal))
                data += value;
            else if (line.StartsWith("id:", StringComparison.Ordinal))
                id = value;
        }

        return (type, data, id);
    }

    /// <summary>Asks the exchange itself from a trunk's address, and waits for the answer.</summary>
    void Options(string user)
    {
        var exchange = _exchange.SipAddress("inside");
        var request = $"""
            OPTIONS sip:127.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK{++_calls}
            Max-Forwards: 70
            From: <sip:probe:s3cret@albion.example>;tag=1
            To: <sip:{user}@127.0.0.1>
            Call-ID: call-{_calls}
            CSeq: 1 OPTIONS
            Authorization: Digest username="probe", realm="r", nonce="n", uri="sip:x", response="abcdef"
            Content-Length: 0


            """.ReplaceLineEndings("\r\n");
        _trunk.SendTo(Encoding.ASCII.GetBytes(request), exchange);
        _trunk.Receive(new byte[4_096]);
    }
}
