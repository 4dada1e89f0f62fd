using System.Net.Sockets;
using Shouldly;

namespace Meetpoint.Net.Tests.Streams;

public sealed class SocketStreamTests : StreamContract, IDisposable
{
    readonly LoopHarness _harness = new();

    internal override (INetwork Client, INetwork Server) Networks => (_harness.Network, _harness.Network);

    internal override IEventLoop Loop => _harness.Loop;

    internal override NetAddress[] ServerAddresses => [NetAddress.Parse("127.0.0.1:0"), NetAddress.Parse("[::1]:0")];

    [Fact]
    public async Task Tls_ClientThatSaysNothing_IsClosedAtTheHandshakeLimit()
    {
        var network = new SocketNetwork(new SocketOptions { HandshakeTimeoutMs = 30 });
        using var listener = network.Listen(
            ServerAddresses[0], Identity(TestPki.Bob, (_, _) => true), Loop, _ => new StreamProbe { Loop = Loop });
        using var silent = new TcpClient();
        await silent.ConnectAsync(listener.Local.ToIPEndPoint(), TestContext.Current.CancellationToken);
        (await silent.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public async Task Tls_GarbageInsteadOfAHello_ClosesThatStreamOnly()
    {
        using var listener = (SocketListener)Networks.Server.Listen(
            ServerAddresses[0], Identity(TestPki.Bob, (_, _) => true), Loop, _ => new StreamProbe { Loop = Loop });
        using var rude = new TcpClient();
        await rude.ConnectAsync(listener.Local.ToIPEndPoint(), TestContext.Current.CancellationToken);
        await rude.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var probe = new StreamProbe { Loop = Loop };
        await OnLoop(() => Networks.Client.Connect(listener.Local, Identity(TestPki.Alice, (_, _) => true), null, Loop, probe));
        await Until(() => probe.Opened);
        _harness.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("bob.test", "CN=bob.test")]
    [InlineData("other.test", "CN=alice.test")]
    [InlineData(null, "CN=alice.test")]
    public async Task Tls_CertificateForTheNameThatIsAsked_IsShown(string? asked, string shown)
    {
        var identity = new TlsIdentity
        {
            Certificate = () => TestPki.Alice,
            Chain = () => [TestPki.Intermediate],
            CertificateFor = name => name == "bob.test" ? TestPki.Bob : TestPki.Alice,
            Refuse = (_, _) => null,
            ApplicationProtocols = ["xmpp-server"],
        };
        using var listener = Networks.Server.Listen(ServerAddresses[0], identity, Loop, _ => new StreamProbe { Loop = Loop });
        var probe = new StreamProbe { Loop = Loop };
        await OnLoop(() => Networks.Client.Connect(listener.Local, Identity(TestPki.Alice, (_, _) => true), asked, Loop, probe));
        await Until(() => probe.Opened);
        probe.Stream!.PeerCertificate!.Subject.ShouldBe(shown);
    }

    [Fact]
    public async Task Listen_MoreThanTheLimit_AreClosedAndCounted()
    {
        var network = new SocketNetwork(new SocketOptions { MaxAcceptedStreams = 2 });
        using var listener = (SocketListener)network.Listen(ServerAddresses[0], null, Loop, _ => new StreamProbe { Loop = Loop });
        var probes = Enumerable.Range(0, 3).Select(_ => new StreamProbe { Loop = Loop }).ToArray();
        await OnLoop(() =>
        {
            foreach (var probe in probes)
                network.Connect(listener.Local, null, null, Loop, probe);
        });
        await Until(() => probes.Count(probe => probe.Closed is not null) == 1);
        listener.Refused.ShouldBe(1);

        await OnLoop(() => probes.First(probe => probe.Closed is null).Stream!.Close());
        var next = new StreamProbe { Loop = Loop };
        await Until(() => probes.Count(probe => probe.Closed is not null) == 2);
        await OnLoop(() => network.Connect(listener.Local, null, null, Loop, next));
        await Until(() => next.Opened);
    }

    [Fact]
    public async Task OnBytes_ReceiverThatThrows_LosesItsStreamOnly()
    {
        using var listener = Networks.Server.Listen(ServerAddresses[0], null, Loop, stream => new StreamProbe
        {
            Loop = Loop,
            Answer = (_, _) => throw new InvalidOperationException("receiver"),
        });
        var client = new StreamProbe { Loop = Loop };
        await OnLoop(() => Networks.Client.Connect(listener.Local, null, null, Loop, client));
        await Until(() => client.Opened);
        await OnLoop(() => client.Stream!.Send([1]));
        await Until(() => client.Closed is not null);
        _harness.Errors.ShouldHaveSingleItem().Message.ShouldBe("receiver");
    }

    public void Dispose() => _harness.Dispose();

    internal override async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 200_000; i++)
        {
            if (await _harness.OnLoop(condition))
                return;
            await Task.Yield();
        }

        condition().ShouldBeTrue("never came to be");
    }

    internal override Task OnLoop(Action work) => _harness.OnLoop(work);
}
