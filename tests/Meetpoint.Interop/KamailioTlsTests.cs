using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Refusals;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop;

/// <summary>A trunk over TLS that is known by its certificate's name: Kamailio as a provider's network, both ends proved.</summary>
public sealed class KamailioTlsTests(TlsTrunk trunk) : IClassFixture<TlsTrunk>
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Trunk_ByCertificate_CarriesCallersInAndARoomOutOverTheSameConnection()
    {
        var (world, party) = (trunk.World, trunk.World.Albion.Party);
        await using var room = await StartRoomAsync();
        using var leaf = trunk.Authority.Leaf([TlsTrunk.Name]);
        await using var proxy = await StartProxyAsync(leaf, room.Account.Listen);
        var booking = await Booking.OfAsync(world, "Over TLS");
        await using var callers = await Sipp.StartAsync(
            "participant.xml", party.Address(62, 5_060), party.Core.WithPort(5_060), 2, toneHz: 440, holdMs: 5_000, ("code", booking.AlbionCode), ("domain", party.Domain));

        await Expect.EventuallyAsync(
            async () => await world.Albion.Api.TryGetAsync($"meetings/{booking.Id}/participants") is { } live && In(live) == 2 ? live : null,
            Soon, "two callers in, through Kamailio over TLS", () => $"{callers.Tail()}\n{proxy.LogTail()}\n{world.Albion.Process.LogTail()}", TestContext.Current.CancellationToken);

        // The connection that Kamailio opened carries our own call too: it is found by whom its certificate names.
        await using var second = await RoomMeeting.OfAsync(world, "And out again");
        await room.AnsweredAsync(Soon);
        await second.RoomIsInAsync(1, proxy.LogTail);
        Assert.Equal(0, OpenedByTheExchange());
        Assert.Contains("over TLS from verified albion.example", await File.ReadAllTextAsync(proxy.LogPath), StringComparison.Ordinal);
        await callers.SucceedAsync(TimeSpan.FromSeconds(40));
        await room.HangUpAsync();
        await second.RoomIsInAsync(0, proxy.LogTail);
        await Expect.EventuallyAsync(
            async () => await world.Albion.Api.TryGetAsync($"meetings/{booking.Id}/participants") is { } live && live["participants"]!.AsArray().Count == 0 ? live : null,
            Soon, "nobody left in the meeting", world.Albion.Process.LogTail, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Room_DialledWhileNobodyCalledIn_IsReachedOverAConnectionOfOurs()
    {
        var world = trunk.World;
        await using var room = await StartRoomAsync();
        using var leaf = trunk.Authority.Leaf([], [$"sip:{TlsTrunk.Name}"]);
        await using var proxy = await StartProxyAsync(leaf, room.Account.Listen);
        await using var meeting = await RoomMeeting.OfAsync(world, "Dialled first");
        await room.AnsweredAsync(Soon);
        await meeting.RoomIsInAsync(1, proxy.LogTail);
        Assert.Equal(1, OpenedByTheExchange());

        await room.HangUpAsync();
        await meeting.RoomIsInAsync(0, proxy.LogTail);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("foreign")]
    public async Task Client_WithACertificateThatIsNotBelieved_IsClosedWithOneLine_AndTheTrunkGoesOn(string kind)
    {
        using var stranger = new TestAuthority("Stranger", TimeProvider.System.GetUtcNow());
        var authority = kind == "foreign" ? stranger : trunk.Authority;
        using var bad = authority.Leaf([TlsTrunk.Name], days: kind == "expired" ? -0.5 : 30);
        using var good = trunk.Authority.Leaf([TlsTrunk.Name]);
        await using var standing = await ConnectAsync(good, trunk.Authority);
        var mark = trunk.Log.Mark();

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var tls = await ConnectAsync(bad, authority);
            await OptionsAsync(tls);
        });

        var line = await trunk.Log.OneLineAsync(mark, trunk.World.Albion.Party.Core.Host);
        Assert.Contains("[1001] refused.unknown-sender", line, StringComparison.Ordinal);
        Assert.Contains($"certificate.{kind}", line, StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 200", await OptionsAsync(standing), StringComparison.Ordinal);
        await using var again = await ConnectAsync(good, trunk.Authority);
        Assert.StartsWith("SIP/2.0 200", await OptionsAsync(again), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("foreign")]
    [InlineData("other_name")]
    public async Task Server_WithACertificateThatIsNotBelieved_IsNeverSentACall(string kind)
    {
        var world = trunk.World;
        using var stranger = new TestAuthority("Stranger", TimeProvider.System.GetUtcNow());
        var authority = kind == "foreign" ? stranger : trunk.Authority;
        using var bad = authority.Leaf([kind == "other_name" ? "sbc.albion.example" : TlsTrunk.Name], days: kind == "expired" ? -0.5 : 30);
        using var listener = new TcpListener(world.Albion.Party.Core.ToIPEndPoint());
        listener.Start();
        var mark = trunk.Log.Mark();
        var heard = ServeOnceAsync(listener, bad, authority);

        await using var meeting = await RoomMeeting.OfAsync(world, "Who is there");

        var line = await trunk.Log.OneLineAsync(mark, "[1101] sip.unreachable");
        Assert.Contains($"certificate.{kind}", line, StringComparison.Ordinal);
        Assert.Contains(TlsTrunk.Name, line, StringComparison.Ordinal);
        Assert.Equal("", await heard.WithinAsync(Soon, "the connection to be closed"));
    }

    Task<ChildProcess> StartProxyAsync(X509Certificate2 leaf, NetAddress room)
    {
        var party = trunk.World.Albion.Party;
        var files = trunk.Authority.Write(leaf, trunk.Folder, leaf.SerialNumber);
        return Kamailio.StartTlsAsync(party.Core.WithPort(5_060), TlsTrunk.Name, party.SipTls, party.Domain, room, files, trunk.Anchor);
    }

    Task<Phone> StartRoomAsync()
    {
        var party = trunk.World.Albion.Party;
        var account = new PhoneAccount
        {
            Name = "Salon", Address = "salon@albion.example", Listen = party.Phone(7), FirstMediaPort = party.PhoneMediaPort(7), NameServer = party.World.NameServer,
            DigestUser = "salon", DigestSecret = "none", ToneHz = 880, AnswersByItself = true,
        };
        return Phone.StartAsync(account, Directory.CreateDirectory(Path.Combine(trunk.Folder, Guid.NewGuid().ToString("N"))).FullName, preferOwn: true);
    }

    /// <summary>Connections that the exchange opened to the trunk.</summary>
    int OpenedByTheExchange()
    {
        var core = trunk.World.Albion.Party.Core.ToIPEndPoint();
        return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Count(connection => connection.State == TcpState.Established && connection.RemoteEndPoint.Equals(core));
    }

    async Task<SslStream> ConnectAsync(X509Certificate2 leaf, TestAuthority authority)
    {
        var party = trunk.World.Albion.Party;
        var socket = await UnknownSenderTests.ConnectAsync(party.SipTls, party.Core);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        using var bound = new CancellationTokenSource(Soon);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = party.Domain,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                ClientCertificateContext = SslStreamCertificateContext.Create(leaf, authority.Sent, offline: true),
            },
            bound.Token);
        return tls;
    }

    async Task<string> OptionsAsync(SslStream tls)
    {
        using var bound = new CancellationTokenSource(Soon);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(new SipText("OPTIONS", "sip:albion.example", trunk.World.Albion.Party.Core) { Transport = "TLS" }.ToString()), bound.Token);
        var buffer = new byte[2_048];
        var length = await tls.ReadAsync(buffer, bound.Token);
        return length == 0 ? throw new AuthenticationException("closed") : Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <summary>Takes one connection as a TLS server, and gives what was sent on it before it was closed.</summary>
    static async Task<string> ServeOnceAsync(TcpListener listener, X509Certificate2 leaf, TestAuthority authority)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(leaf, authority.Sent, offline: true) });
            var buffer = new byte[2_048];
            return Encoding.ASCII.GetString(buffer, 0, await tls.ReadAsync(buffer));
        }
        catch (Exception closed) when (closed is IOException or AuthenticationException)
        {
            return "";
        }
    }

    /// <summary>A meeting with the room behind the trunk, which is free again after it.</summary>
    sealed class RoomMeeting(DemoWorld world, string id) : IAsyncDisposable
    {
        public static async Task<RoomMeeting> OfAsync(DemoWorld world, string title) =>
            new(world, (await Booking.OfAsync(world, title, request => request["rooms"] = new JsonArray("salon@albion.example"))).Id);

        public Task RoomIsInAsync(int expected, Func<string> seen) => Expect.EventuallyAsync(
            async () => await world.Albion.Api.TryGetAsync($"meetings/{id}/participants") is { } live && In(live) == expected ? live : null,
            Soon, expected == 1 ? "the room to be in" : "the room to be gone", () => $"{seen()}\n{world.Albion.Process.LogTail()}", TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync() =>
            await world.Albion.Api.SendAsync(HttpMethod.Delete, $"meetings/{id}", (JsonObject?)null, ("If-Match", "*"));
    }

    static int In(JsonObject live) => live["participants"]!.AsArray().Count(entry => (string?)entry!["state"] == "In");
}
