using System.Net;
using System.Net.Sockets;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.BadInput;

/// <summary>Rubbish at open media ports: broken RTP, RTCP, DTLS and STUN from somewhere else while a call runs over them.</summary>
[Collection(BorderCollection.Name)]
public sealed class MediaTests(BorderWorld border)
{
    const int Seed = 3550;

    [Fact]
    public async Task Rubbish_AtEveryOpenMediaPort_LeavesTheCallAsItWas()
    {
        await using var call = await LiveCall.StartAsync(border);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(border.Stranger.WithPort(0).ToIPEndPoint());
        var ports = call.MediaPorts();
        Assert.NotEmpty(ports);
        var random = new Random(Seed);
        for (var i = 0; i < 4_000; i++)
        {
            var bytes = new byte[random.Next(1, 1_400)];
            random.NextBytes(bytes);
            bytes[0] = (i % 5) switch
            {
                0 => 0x80, // RTP
                1 => (byte)(0x80 | random.Next(32)), // RTCP, or RTP with sources
                2 => (byte)random.Next(20, 64), // DTLS
                3 => (byte)random.Next(0, 4), // STUN
                _ => bytes[0],
            };
            if (i % 5 == 1 && bytes.Length > 1)
                bytes[1] = (byte)random.Next(200, 207);
            await socket.SendToAsync(bytes, new IPEndPoint(border.Albion.Party.Sip.ToIPAddress(), ports[i % ports.Count]));
        }

        await call.GoesOnAsync();
    }
}
