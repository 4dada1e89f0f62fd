using System.Net.Sockets;
using System.Text;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;

namespace Meetpoint.Interop.BadInput;

/// <summary>Senders of a byte a second, all at one time: each is given up within its bound, with its log line.</summary>
[Collection(BorderCollection.Name)]
public sealed class SlowSenderTests(BorderWorld border)
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task Slow_OnHttpHeadersAndBodySipAndTls_AreGivenUpWhileACallGoesOn()
    {
        await using var call = await LiveCall.StartAsync(border);
        var mark = border.Log.Mark();
        var party = border.Albion.Party;
        var api = $"POST /api/v1/meetings HTTP/1.1\r\nHost: albion\r\nAuthorization: Bearer {border.ProviderKey}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"title\":\"";

        var all = Task.WhenAll(
            DripAsync(party.Api, "GET /"),
            DripAsync(party.Api, api),
            DripAsync(border.SipTcp, "OPTIONS sip:albion.example SIP/2.0\r\n"),
            DripAsync(border.SipTcp, ""),
            DripAsync(party.SipTls, "\u0016\u0003\u0001\u0002\u0000"),
            DripAsync(party.Nni, "\u0016\u0003\u0001\u0002\u0000"),
            DripOverTlsAsync(party.SipTls, "OPTIONS sip:albion.example SIP/2.0\r\n"),
            DripOverTlsAsync(party.Nni, TlsTests.Post(500) + "{\"origin\":\""));
        await all;

        await border.Log.LinesAsync(mark, "[1401] http.malformed 408");
        await border.Log.LinesAsync(mark, "[1400] api.refused too-slow 408");
        await border.Log.LinesAsync(mark, "[1100] sip.malformed a message did not become whole in time", "tcp");
        await border.Log.LinesAsync(mark, "[1100] sip.malformed a message did not become whole in time", "tls");
        await border.Log.LinesAsync(mark, "[1200] nni.refused.too_slow");
        await border.Log.LinesAsync(mark, "[1001] refused.unknown-sender", "tls");
        await call.GoesOnAsync();
    }

    /// <summary>Sends the start, then a byte a second, until the other end has had enough.</summary>
    async Task DripAsync(Meetpoint.Net.NetAddress remote, string start)
    {
        using var socket = await UnknownSenderTests.ConnectAsync(remote, border.OwnTrunk);
        await using var stream = new NetworkStream(socket);
        await DripAsync(stream, remote, start);
    }

    /// <summary>The same of a neighbour whose handshake is done.</summary>
    async Task DripOverTlsAsync(Meetpoint.Net.NetAddress remote, string start)
    {
        await using var link = await TlsLink.OpenAsync(border, remote);
        await DripAsync(link.Stream, remote, start);
    }

    static async Task DripAsync(Stream stream, Meetpoint.Net.NetAddress remote, string start)
    {
        using var bound = new CancellationTokenSource(Bound);
        var closed = ReadToEndAsync(stream, bound.Token);
        if (start.Length > 0)
            await stream.WriteAsync(Encoding.Latin1.GetBytes(start), bound.Token);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (!closed.IsCompleted && await second.WaitForNextTickAsync(bound.Token))
                await stream.WriteAsync("a"u8.ToArray(), bound.Token);
        }
        catch (IOException)
        {
            // Closed while we were sending.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"expected {remote} to give up a slow sender within {Bound.TotalSeconds} s; instead it still listens");
        }

        await closed;
    }

    static async Task ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[1_024];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end as well.
        }
    }
}
