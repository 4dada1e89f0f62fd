using System.Net.Sockets;
using System.Text;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Interop.Roaming;

/// <summary>An Accounting-Request in octets, for what radclient does not do.</summary>
static class AccountingPacket
{
    static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);

    /// <summary>A session of alice@liberty.example that starts.</summary>
    public static byte[] Of(string session, string secret)
    {
        var security = PacketSecurity.By(new SharedSecret(Encoding.UTF8.GetBytes(secret)), MessageAuthenticatorRule.Always);
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = security.BeginRequest(buffer, new RequestMark(RadiusCode.AccountingRequest, 7, default));
        writer.TryWrite(AttributeType.UserName, "alice@liberty.example"u8);
        writer.TryWriteInteger(AttributeType.AcctStatusType, 1);
        writer.TryWrite((AttributeType)44, Encoding.UTF8.GetBytes(session));
        return buffer[..security.SignRequest(ref writer)];
    }

    /// <summary>Sends it twice, one right after the other, and gives how many answers came.</summary>
    public static async Task<int> SendTwiceAsync(byte[] packet, NetAddress from, NetAddress to)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(from.ToIPEndPoint());
        await socket.ConnectAsync(to.ToIPEndPoint());
        var answer = new byte[RadiusPacket.MaxLength];
        using var patience = new CancellationTokenSource(_soon);
        await socket.SendAsync(packet, patience.Token);
        await socket.ReceiveAsync(answer, patience.Token);
        await socket.SendAsync(packet, patience.Token);
        await socket.ReceiveAsync(answer, patience.Token);
        return 2;
    }
}
