using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Net.Tests.Sockets;

public sealed class UdpSocketTests
{
    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.9:0")]
    [InlineData("[::1]:0")]
    public async Task Send_EchoOverLoopback_ComesBackWhole(string local)
    {
        using var harness = new LoopHarness();
        var address = NetAddress.Parse(local);
        var got = LoopHarness.Promise<(byte[] Payload, NetAddress From)>();
        var server = harness.Network.OpenDatagram(address, harness.Loop, new Echo());
        var client = harness.Network.OpenDatagram(address, harness.Loop, new Catcher(got));
        var payload = Enumerable.Range(0, 9000).Select(i => (byte)(i * 31)).ToArray();

        await harness.OnLoop(() => client.Send(payload, server.Local));

        var (echoed, from) = await LoopHarness.Bounded(got);
        echoed.ShouldBe(payload);
        from.ShouldBe(server.Local);
    }

    [Fact]
    public async Task Send_DualStackSocket_ReachesAnIPv4PeerAndSeesIPv4Addresses()
    {
        using var harness = new LoopHarness();
        var got = LoopHarness.Promise<(byte[] Payload, NetAddress From)>();
        var dual = harness.Network.OpenDatagram(
            NetAddress.Parse("[::]:0"), harness.Loop, new Echo(), new SocketOptions { DualStack = true });
        var client = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Catcher(got));

        await harness.OnLoop(() => client.Send([1, 2, 3], NetAddress.Parse("127.0.0.1:0").WithPort(dual.Local.Port)));

        var (_, from) = await LoopHarness.Bounded(got);
        from.ShouldBe(NetAddress.Parse("127.0.0.1:0").WithPort(dual.Local.Port));
    }

    [Fact]
    public async Task Send_ToAClosedPortAndAWrongFamily_IsCountedAndTheSocketLives()
    {
        using var harness = new LoopHarness();
        var got = LoopHarness.Promise<(byte[] Payload, NetAddress From)>();
        var echo = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Echo());
        var closed = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Echo());
        closed.Dispose();
        var client = (UdpSocket)harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Catcher(got));
        await harness.OnLoop(() =>
        {
            for (var i = 0; i < 100; i++)
                client.Send([9], closed.Local);
            client.Send([9], NetAddress.Parse("[2001:db8::1]:9"));
            client.Send([7], echo.Local);
        });

        (await LoopHarness.Bounded(got)).Payload.ShouldBe([7]);
        client.Counters.DroppedUnsendable.ShouldBe(1);
        client.Counters.Sent.ShouldBe(101);
    }

    [Fact]
    public void OpenDatagram_AddressInUse_SaysWhich()
    {
        using var harness = new LoopHarness();
        var first = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Echo());
        Should.Throw<IOException>(() => harness.Network.OpenDatagram(first.Local, harness.Loop, new Echo()))
            .Message.ShouldContain(first.Local.ToString());
    }

    [Fact]
    public async Task OnDatagram_ReceiverThatThrows_LosesNoOtherDatagram()
    {
        using var harness = new LoopHarness();
        var done = LoopHarness.Promise<int>();
        var server = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Thrower(done));
        var client = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Echo());
        await harness.OnLoop(() =>
        {
            for (var i = 1; i <= 10; i++)
                client.Send([(byte)i], server.Local);
        });

        (await LoopHarness.Bounded(done)).ShouldBe(55);
        harness.Errors.Count.ShouldBe(10);
    }

    [Fact]
    public async Task SendAndReceive_OnceWarm_AllocateNothingPerPacket()
    {
        using var harness = new LoopHarness();
        var done = LoopHarness.Promise<long>();
        var server = harness.Network.OpenDatagram(NetAddress.Parse("[::1]:0"), harness.Loop, new Echo());
        var counter = new PingPong(warm: 2000, measured: 20_000, done);
        var client = harness.Network.OpenDatagram(NetAddress.Parse("[::1]:0"), harness.Loop, counter);
        await harness.OnLoop(() =>
        {
            for (var i = 0; i < 32; i++)
                client.Send(new byte[172], server.Local);
        });

        (await LoopHarness.Bounded(done)).ShouldBe(0, "bytes allocated on the loop's thread over 20,000 packets there and back");
    }

    sealed class Echo : IDatagramReceiver
    {
        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs) => socket.Send(payload, from);
    }

    sealed class Catcher(TaskCompletionSource<(byte[] Payload, NetAddress From)> got) : IDatagramReceiver
    {
        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs) =>
            got.TrySetResult((payload.ToArray(), from));
    }

    sealed class Thrower(TaskCompletionSource<int> done) : IDatagramReceiver
    {
        int _sum;
        int _count;

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            _sum += payload[0];
            if (++_count == 10)
                done.TrySetResult(_sum);
            throw new InvalidOperationException("receiver");
        }
    }

    sealed class PingPong(int warm, int measured, TaskCompletionSource<long> done) : IDatagramReceiver
    {
        int _count;
        long _before;

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            _count++;
            if (_count == warm)
                _before = Allocations.Begin();
            if (_count == warm + measured)
                done.TrySetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
            socket.Send(payload, from);
        }
    }
}
