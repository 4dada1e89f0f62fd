using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Refusals;

/// <summary>Nobody that the exchange knows: silence, a closed connection, 401; and never more than a sampled log line.</summary>
[Collection(BorderCollection.Name)]
public sealed class UnknownSenderTests(BorderWorld border)
{
    [Fact]
    [Provokes(Wire.Sip, RefusalReason.UnknownSender)]
    public async Task Udp_FromAStranger_GetsSilenceAndOneSampledLine()
    {
        using var stranger = RawSip.Bind(border.Stranger, border.Albion.Party.Trunk);
        using var known = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);
        var mark = border.Log.Mark();

        const int Messages = 200;
        for (var i = 0; i < Messages; i++)
            stranger.Send(SipText.Invite("sip:123456@albion.example", stranger.Local, "sip:eve@nowhere.example").ToString());
        stranger.Send("no SIP at all\r\n\r\n");
        known.Send(new SipText("OPTIONS", "sip:albion.example", known.Local).ToString());
        var answer = await known.AnswerAsync("1 OPTIONS");

        // What the stranger sent was read before the OPTIONS that is answered: one socket, in order.
        Assert.Equal(200, SipText.Status(answer));
        Assert.False(stranger.HasMore, "expected silence towards the stranger");
        var line = (await border.Log.OneOrTwoAsync(mark, "[1001]", "refused.unknown-sender"))[0];
        Assert.Contains(border.Stranger.Host, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tcp_FromAStranger_IsClosed()
    {
        var mark = border.Log.Mark();
        using var socket = await ConnectAsync(border.SipTcp, border.Stranger);
        await socket.SendAsync(Encoding.ASCII.GetBytes(new SipText("OPTIONS", "sip:albion.example", border.Stranger) { Transport = "TCP", Caller = "sip:eve@nowhere.example" }.ToString()));

        Assert.Equal(0, await ReadAsync(socket));
        await border.Log.LinesAsync(mark, "[1001]", "refused.unknown-sender");
    }

    [Fact]
    public async Task Tls_WithoutACertificate_IsClosed()
    {
        using var socket = await ConnectAsync(border.Albion.Party.SipTls, border.Stranger);
        await using var tls = new SslStream(new NetworkStream(socket), false, static (_, _, _, _) => true);

        // With TLS 1.3 the client is done before the server has judged it: the refusal is then what the first read meets.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var bound = new CancellationTokenSource(BorderWorld.Soon);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "albion.example" }, bound.Token);
            await tls.WriteAsync("OPTIONS sip:albion.example SIP/2.0\r\n\r\n"u8.ToArray(), bound.Token);
            if (await tls.ReadAsync(new byte[16], bound.Token) == 0)
                throw new AuthenticationException("closed");
        });
    }

    [Theory]
    [Provokes(Wire.Api, RefusalReason.UnknownSender)]
    [InlineData(null)]
    [InlineData("mpk_0000.wrong")]
    public async Task Api_WithoutAKeyThatIsKnown_Is401(string? key)
    {
        var mark = border.Log.Mark();
        var reply = await RawHttp.SendAsync(border.Albion.Party.Api, key, HttpMethod.Get, "meetings");

        Assert.Equal(401, reply.Status);
        Assert.Equal("/problems/unknown-sender", reply.Type);
        Assert.Equal("Bearer", reply.Challenge);
        Assert.Equal("application/problem+json", reply.ContentType);
        Assert.Equal(RefusalTable.Row(RefusalReason.UnknownSender).ApiTitle, (string?)reply.Body!["title"]);
        await border.Log.LinesAsync(mark, "[1001]", "refused.unknown-sender");
    }

    internal static async Task<Socket> ConnectAsync(Meetpoint.Net.NetAddress remote, Meetpoint.Net.NetAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(from.WithPort(0).ToIPEndPoint());
        await socket.ConnectAsync(remote.ToIPEndPoint());
        return socket;
    }

    static async Task<int> ReadAsync(Socket socket)
    {
        using var bound = new CancellationTokenSource(BorderWorld.Soon);
        return await socket.ReceiveAsync(new byte[64], bound.Token);
    }
}
