using System.Security.Cryptography.X509Certificates;
using Shouldly;

namespace Meetpoint.Net.Tests.Streams;

/// <summary>What every INetwork must do with streams; run over real sockets and over the virtual network.</summary>
public abstract class StreamContract
{
    /// <summary>The network of the side that connects and of the side that listens.</summary>
    internal abstract (INetwork Client, INetwork Server) Networks { get; }

    internal abstract IEventLoop Loop { get; }

    /// <summary>Where the server listens, one for each family, port 0.</summary>
    internal abstract NetAddress[] ServerAddresses { get; }

    /// <summary>Lets time pass until the condition, asked on the loop, holds; fails when it does not.</summary>
    internal abstract Task Until(Func<bool> condition);

    internal abstract Task OnLoop(Action work);

    [Fact]
    public async Task Plain_EchoInBothFamilies_ComesBackWholeAndInOrder()
    {
        foreach (var address in ServerAddresses)
        {
            var (client, _) = await Open(address, null, null, echo: true);
            var sent = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();
            await OnLoop(() =>
            {
                for (var at = 0; at < sent.Length; at += 10_000)
                    client.Stream!.Send(sent.AsSpan(at, 10_000)).ShouldBeTrue();
            });
            await Until(() => client.Bytes.Count >= sent.Length);
            client.Bytes.ShouldBe(sent);
            client.AlwaysOnLoop.ShouldBeTrue();
            client.Stream!.PeerCertificate.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Tls_BothAccepted_EachSeesTheOtherAndItsChain()
    {
        var seen = new List<string>();
        var (client, server) = await Open(
            ServerAddresses[0], Identity(TestPki.Alice, Note(seen, "client")), Identity(TestPki.Bob, Note(seen, "server")), echo: true);

        await OnLoop(() => client.Stream!.Send(new byte[100_000]).ShouldBeTrue());
        await Until(() => client.Bytes.Count == 100_000);
        client.Stream!.PeerCertificate!.Subject.ShouldBe("CN=bob.test");
        server.Stream!.PeerCertificate!.Subject.ShouldBe("CN=alice.test");
        seen.ShouldBe(["client sees CN=bob.test with CN=intermediate", "server sees CN=alice.test with CN=intermediate"], ignoreOrder: true);
        (client.AlwaysOnLoop && server.AlwaysOnLoop).ShouldBeTrue();
    }

    [Fact]
    public async Task Tls_ServerRefusesTheClient_NothingIsAcceptedAndTheClientHearsClosed()
    {
        var (client, server) = await Begin(
            ServerAddresses[0], Identity(TestPki.Alice, (_, _) => true), Identity(TestPki.Bob, (_, _) => false), echo: false);
        await Until(() => client.Closed is not null);
        server.Stream.ShouldBeNull();
        client.ClosedCount.ShouldBe(1);
        client.Bytes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tls_ClientRefusesTheServer_ItNeverOpensAndTheServerKeepsNothing()
    {
        var (client, server) = await Begin(
            ServerAddresses[0], Identity(TestPki.Alice, (_, _) => false), Identity(TestPki.Bob, (_, _) => true), echo: false);
        await Until(() => client.Closed is not null);
        client.Opened.ShouldBeFalse();
        client.Closed!.ShouldContain("handshake failed");
        // The client's part of a TLS handshake may be done before it judges, so the server may see a stream that ends at once.
        await Until(() => server.Stream is null || server.Closed is not null);
        server.Bytes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Connect_NobodyListens_IsToldOnceAndNotWithinTheCall()
    {
        var closed = NetAddress.None;
        await OnLoop(() =>
        {
            var listener = Networks.Server.Listen(ServerAddresses[0], null, Loop, _ => new StreamProbe { Loop = Loop });
            closed = listener.Local;
            listener.Dispose();
        });
        var client = new StreamProbe { Loop = Loop };
        await OnLoop(() =>
        {
            Networks.Client.Connect(closed, null, null, Loop, client);
            client.Closed.ShouldBeNull();
        });
        await Until(() => client.Closed is not null);
        client.Closed!.ShouldContain("refused", Case.Insensitive);
        client.ClosedCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_AfterSend_TheOtherEndGetsAllBytesFirst(bool tls)
    {
        var (client, server) = await Open(
            ServerAddresses[0],
            tls ? Identity(TestPki.Alice, (_, _) => true) : null,
            tls ? Identity(TestPki.Bob, (_, _) => true) : null,
            echo: false);
        await OnLoop(() =>
        {
            client.Stream!.Send(new byte[200_000]).ShouldBeTrue();
            client.Stream.Close();
            client.Stream.Close();
            client.Stream.Send([1]).ShouldBeFalse();
        });
        await Until(() => server.Closed is not null && client.Closed is not null);
        server.Bytes.Count.ShouldBe(200_000);
        (server.ClosedCount, client.ClosedCount).ShouldBe((1, 1));
        client.Closed.ShouldBe("closed here");
    }

    [Fact]
    public async Task Send_BeyondTheLimit_IsRefusedRatherThanKept()
    {
        var (client, _) = await Open(ServerAddresses[0], null, null, echo: false);
        await OnLoop(() =>
        {
            var taken = 0;
            while (client.Stream!.Send(new byte[65_536]) && taken < 10_000_000)
                taken += 65_536;
            taken.ShouldBe(1 << 20);
        });
    }

    [Fact]
    public async Task StartTls_OnAnOpenStream_SecuresWhatFollows()
    {
        var seen = new List<string>();
        var (client, server) = await Open(ServerAddresses[0], null, null, echo: true);
        await OnLoop(() => client.Stream!.Send([1, 2, 3]).ShouldBeTrue());
        await Until(() => client.Bytes.Count == 3);

        await OnLoop(() =>
        {
            server.Stream!.StartTls(Identity(TestPki.Bob, Note(seen, "server")), null, asServer: true);
            client.Stream!.StartTls(Identity(TestPki.Alice, Note(seen, "client")), "bob.test", asServer: false);
            client.Stream.Send([9]).ShouldBeFalse("nothing goes out in the clear any more");
        });
        await Until(() => server.Opened && client.OpenedCount == 2);
        await OnLoop(() => client.Stream!.Send(new byte[100_000]).ShouldBeTrue());
        await Until(() => client.Bytes.Count == 100_003);
        client.Stream!.PeerCertificate!.Subject.ShouldBe("CN=bob.test");
        server.Stream!.PeerCertificate!.Subject.ShouldBe("CN=alice.test");
        seen.Count.ShouldBe(2);
        await OnLoop(() => client.Stream!.Close());
        await Until(() => client.Closed is not null && server.Closed is not null);
        (client.ClosedCount, server.ClosedCount).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StartTls_OneEndRefuses_BothHearClosed(bool clientRefuses)
    {
        var (client, server) = await Open(ServerAddresses[0], null, null, echo: false);
        await OnLoop(() =>
        {
            server.Stream!.StartTls(Identity(TestPki.Bob, (_, _) => clientRefuses), null, asServer: true);
            client.Stream!.StartTls(Identity(TestPki.Alice, (_, _) => !clientRefuses), "bob.test", asServer: false);
        });
        await Until(() => client.Closed is not null && server.Closed is not null);
        (client.Bytes.Count, server.Bytes.Count).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IsPaused_WhileItIs_NothingMoreIsReadAndNothingIsLost(bool tls)
    {
        var (client, server) = await Open(
            ServerAddresses[0],
            tls ? Identity(TestPki.Alice, (_, _) => true) : null,
            tls ? Identity(TestPki.Bob, (_, _) => true) : null,
            echo: false);
        var other = await Open(ServerAddresses[0].WithPort(0), null, null, echo: false);
        await OnLoop(() =>
        {
            server.Stream!.IsPaused = true;
            client.Stream!.Send(new byte[10_000]).ShouldBeTrue();
            other.Client.Stream!.Send([1]).ShouldBeTrue();
        });
        await Until(() => other.Server.Bytes.Count == 1);
        server.Bytes.Count.ShouldBe(0);
        await OnLoop(() => server.Stream!.IsPaused = false);
        await Until(() => server.Bytes.Count == 10_000);
    }

    internal static TlsIdentity Identity(X509Certificate2 certificate, Func<X509Certificate2?, X509Certificate2Collection, bool> accept) =>
        new() { Certificate = () => certificate, Chain = () => [TestPki.Intermediate], Refuse = (peer, sent) => accept(peer, sent) ? null : "not believed" };

    internal async Task<(StreamProbe Client, StreamProbe Server)> Open(NetAddress at, TlsIdentity? ours, TlsIdentity? theirs, bool echo)
    {
        var (client, server) = await Begin(at, ours, theirs, echo);
        await Until(() => (client.Opened && server.Stream is not null) || client.Closed is not null);
        client.Closed.ShouldBeNull();
        return (client, server);
    }

    internal async Task<(StreamProbe Client, StreamProbe Server)> Begin(NetAddress at, TlsIdentity? ours, TlsIdentity? theirs, bool echo)
    {
        var client = new StreamProbe { Loop = Loop };
        var server = new StreamProbe { Loop = Loop, Answer = echo ? (stream, bytes) => stream.Send(bytes) : null };
        await OnLoop(() =>
        {
            var listener = Networks.Server.Listen(at, theirs, Loop, server.Accepted);
            Networks.Client.Connect(listener.Local, ours, "bob.test", Loop, client);
        });
        return (client, server);
    }

    static Func<X509Certificate2?, X509Certificate2Collection, bool> Note(List<string> seen, string who) => (certificate, chain) =>
    {
        seen.Add($"{who} sees {certificate?.Subject} with {string.Join(",", chain.Select(one => one.Subject))}");
        return true;
    };
}
