using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Net.Tests.Sockets;

/// <summary>Datagrams that wait for the tick of the protocol that reads them.</summary>
public sealed class DeliverTests
{
    const long Ms = MonotonicTime.Millisecond;

    [Fact]
    public async Task Deliver_WhatCameSinceTheLastTick_ComesInOrderWithTheTimeOfTheKernel()
    {
        using var harness = new LoopHarness();
        var inbox = new Inbox();
        var server = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, inbox);
        var client = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Inbox());
        await harness.OnLoop(() => server.DeliversAtOnce = false);
        // More than one batch of the system call, sent by the end of this turn.
        var sentNs = await harness.OnLoop(() =>
        {
            for (var i = 0; i < 200; i++)
                client.Send([(byte)i], server.Local);
            return harness.Loop.NowNs;
        });
        var cameNs = await harness.OnLoop(() => harness.Loop.NowNs);
        var ticked = LoopHarness.Promise<long>();
        await harness.OnLoop(() => harness.Loop.Timers.Arm(
            new Tick(nowNs =>
            {
                inbox.Received.Count.ShouldBe(0, "nothing is handed over before the tick");
                server.Deliver();
                ticked.SetResult(nowNs);
            }),
            harness.Loop.NowNs + (40 * Ms)));

        (await LoopHarness.Bounded(ticked)).ShouldBeGreaterThanOrEqualTo(cameNs + (40 * Ms));
        harness.Errors.ShouldBeEmpty();
        inbox.Received.Select(item => item.Value).ShouldBe(Enumerable.Range(0, 200).Select(i => (byte)i));
        inbox.Received.ShouldAllBe(item => item.AtNs <= cameNs + (10 * Ms), "when it came, not when the tick took it");
        inbox.Received.ShouldAllBe(item => item.AtNs >= sentNs - (10 * Ms));
        inbox.Received.Select(item => item.AtNs).ShouldBeInOrder();
    }

    [Fact]
    public async Task DeliversAtOnce_SetAgain_HandsOverWhatWaitsAtTheNextTurn()
    {
        using var harness = new LoopHarness();
        var got = LoopHarness.Promise<byte>();
        var inbox = new Inbox { OnReceived = value => got.TrySetResult(value) };
        var server = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, inbox);
        var client = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Inbox());
        await harness.OnLoop(() => server.DeliversAtOnce = false);
        await harness.OnLoop(() => client.Send([42], server.Local));
        await harness.OnLoop(() => inbox.Received.ShouldBeEmpty());
        await harness.OnLoop(() => server.DeliversAtOnce = true);
        (await LoopHarness.Bounded(got)).ShouldBe((byte)42);
    }

    [Fact]
    public async Task Deliver_ReceiverThatClosesTheSocket_HearsNoMore()
    {
        using var harness = new LoopHarness();
        var inbox = new Inbox();
        var server = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, inbox);
        var client = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Inbox());
        inbox.OnReceived = _ => server.Dispose();
        await harness.OnLoop(() =>
        {
            server.DeliversAtOnce = false;
            for (var i = 0; i < 100; i++)
                client.Send([(byte)i], server.Local);
        });
        await harness.OnLoop(() =>
        {
            server.Deliver();
            server.Deliver();
            server.DeliversAtOnce = true;
        });
        inbox.Received.Count.ShouldBe(1);
        harness.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deliver_FromWithinAReceiver_IsRefusedAndTheRestOfTheBatchIsWhatWasSent(bool another)
    {
        using var harness = new LoopHarness();
        var (inbox, otherInbox) = (new Inbox(), new Inbox());
        var server = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, inbox);
        var other = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, otherInbox);
        var client = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, new Inbox());
        inbox.OnReceived = _ => (another ? other : server).Deliver();
        await harness.OnLoop(() =>
        {
            server.DeliversAtOnce = other.DeliversAtOnce = false;
            for (var i = 0; i < 10; i++)
            {
                client.Send([(byte)i], server.Local);
                client.Send([(byte)(100 + i)], other.Local);
            }
        });

        await harness.OnLoop(server.Deliver);
        await harness.OnLoop(other.Deliver);

        harness.Errors.Count.ShouldBe(10, "each such call is told of");
        harness.Errors.ShouldAllBe(error => error is InvalidOperationException);
        inbox.Received.Select(item => item.Value).ShouldBe(Enumerable.Range(0, 10).Select(i => (byte)i));
        otherInbox.Received.Select(item => item.Value).ShouldBe(Enumerable.Range(100, 10).Select(i => (byte)i));
    }

    [Fact]
    public void Deliver_FromWithinAReceiverOfTheVirtualNetwork_IsRefusedAsOnARealLoop()
    {
        var world = new VirtualWorld(1);
        var loop = world.CreateLoop("a");
        var refused = 0;
        var inbox = new Inbox();
        var host = world.Network.AddHost("192.0.2.1");
        var server = host.OpenDatagram(NetAddress.Parse("192.0.2.1:1000"), loop, inbox);
        var client = host.OpenDatagram(NetAddress.Parse("192.0.2.1:2000"), loop, new Inbox());
        inbox.OnReceived = _ =>
        {
            Should.Throw<InvalidOperationException>(server.Deliver);
            refused++;
        };
        loop.Post(() => client.Send([1], server.Local));
        world.RunFor(Ms);
        loop.Post(() => server.DeliversAtOnce = false);
        loop.Post(() => client.Send([2], server.Local));
        world.RunFor(3 * Ms);
        loop.Post(server.Deliver);
        world.RunFor(Ms);

        refused.ShouldBe(2, "at once, and from what waited");
        inbox.Received.Select(item => item.Value).ShouldBe([(byte)1, (byte)2]);
    }

    [Fact]
    public async Task SendAndDeliver_OnceWarm_AllocateNothing()
    {
        const int Windows = 4;
        const int TicksAWindow = 200;
        using var harness = new LoopHarness();
        var counter = new Counter();
        var server = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, counter);
        var client = harness.Network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), harness.Loop, counter);
        var done = LoopHarness.Promise<long>();
        var payload = new byte[172];
        var marks = new long[Windows + 1];
        var ticks = 0;
        Tick? tick = null;
        tick = new Tick(nowNs =>
        {
            server.Deliver();
            if (ticks % TicksAWindow == 0)
                marks[ticks / TicksAWindow] = GC.GetAllocatedBytesForCurrentThread();
            if (ticks++ == Windows * TicksAWindow)
            {
                done.SetResult(counter.Count);
                return;
            }

            for (var i = 0; i < 40; i++)
                client.Send(payload, server.Local);
            harness.Loop.Timers.Arm(tick!, nowNs + Ms);
        });
        await harness.OnLoop(() =>
        {
            server.DeliversAtOnce = false;
            harness.Loop.Timers.Arm(tick, harness.Loop.NowNs + Ms);
        });

        (await LoopHarness.Bounded(done)).ShouldBe(40 * Windows * TicksAWindow);
        // The first window makes what is kept: the slab, the queue, their lists.
        marks.Zip(marks.Skip(1), (from, to) => to - from).Skip(1).ShouldAllBe(bytes => bytes == 0, $"allocated on the loop's thread over {TicksAWindow} ticks of 40 packets");
    }

    [Fact]
    public void Deliver_VirtualNetwork_KeepsOrderAndTheTimeOfArrival()
    {
        var world = new VirtualWorld(1);
        var loop = world.CreateLoop("a");
        var inbox = new Inbox();
        var host = world.Network.AddHost("192.0.2.1");
        var server = host.OpenDatagram(NetAddress.Parse("192.0.2.1:1000"), loop, inbox);
        var client = host.OpenDatagram(NetAddress.Parse("192.0.2.1:2000"), loop, new Inbox());
        loop.Post(() => server.DeliversAtOnce = false);
        for (var i = 0; i < 10; i++)
        {
            var value = (byte)i;
            loop.Post(() => client.Send([value], server.Local));
            world.RunFor(3 * Ms);
        }

        inbox.Received.ShouldBeEmpty();
        loop.Post(server.Deliver);
        world.RunFor(Ms);
        inbox.Received.Select(item => item.Value).ShouldBe(Enumerable.Range(0, 10).Select(i => (byte)i));
        inbox.Received.Zip(inbox.Received.Skip(1), (a, b) => b.AtNs - a.AtNs).ShouldAllBe(gapNs => gapNs == 3 * Ms);
    }

    sealed class Inbox : IDatagramReceiver
    {
        public List<(byte Value, long AtNs)> Received { get; } = [];

        public Action<byte>? OnReceived { get; set; }

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            Received.Add((payload[0], nowNs));
            OnReceived?.Invoke(payload[0]);
        }
    }

    sealed class Counter : IDatagramReceiver
    {
        public int Count { get; set; }

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs) => Count++;
    }

    sealed class Tick(Action<long> onFire) : TimerNode
    {
        protected internal override void Fire(long nowNs) => onFire(nowNs);
    }
}
