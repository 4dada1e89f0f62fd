using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Demo;
using Meetpoint.Interop.Worlds;
using Meetpoint.Media.Dtls;
using Meetpoint.Sip.Bfcp;

namespace Meetpoint.Interop.Content;

/// <summary>Floor control over TLS on real sockets (TCP/TLS/BFCP). libre has none: the messages are ours, TLS is that of .NET, as a room has it that has offered (RFC 8856 section 8).</summary>
public sealed class TlsFloorTests(FloorExchanges exchanges) : IClassFixture<FloorExchanges>
{
    static readonly TimeSpan _limit = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Room_WithTheCertificateOfItsSdp_IsAnswered_AndAnotherIsNot()
    {
        using var certificate = Certificate();
        using var stranger = Certificate();
        var booking = await Booking.OfAsync(exchanges.World, "Slides over TLS");
        await using var room = new RoomWithLibre(exchanges.World.Alice, DtlsFingerprint.OfCertificate(certificate.RawData).ToString());
        await room.DialAsync(booking.AlbionUri, exchanges.World.Albion.Party.Sip);
        Assert.True(room.Secured.Line is { Protocol: BfcpLine.TcpTls, Setup: "passive", Roles: BfcpRoles.Server }, $"expected TLS, to be connected from the room: {room.Secured.Line}");

        Assert.Equal(BfcpPrimitive.HelloAck, await HelloAsync(room, certificate));
        Assert.Null(await HelloAsync(room, stranger));
    }

    /// <summary>What a Hello is answered with; null where the connection is closed instead.</summary>
    static async Task<BfcpPrimitive?> HelloAsync(RoomWithLibre room, X509Certificate2 shown)
    {
        var (address, line) = room.Secured;
        using var limit = new CancellationTokenSource(_limit);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(address.ToIPEndPoint(), limit.Token);
        await using var tls = new SslStream(tcp.GetStream());
        Assert.True(DtlsFingerprint.TryParse(line.Fingerprint, out var expected), line.Fingerprint);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "", ClientCertificates = [shown], RemoteCertificateValidationCallback = (_, theirs, _, _) => expected!.Matches(((X509Certificate2)theirs!).RawDataMemory.Span),
                },
                limit.Token);
            var hello = new BfcpMessage { Version = 1, Primitive = BfcpPrimitive.Hello, Conference = line.Conference!.Value, Transaction = 1, User = line.User!.Value };
            await tls.WriteAsync(hello.ToBytes(), limit.Token);
            var header = new byte[BfcpHeader.Length];
            await tls.ReadExactlyAsync(header, limit.Token);
            return BfcpHeader.TryRead(header, out var read) ? read.Primitive : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new CertificateRequest("CN=room", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return made;
    }
}
