using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Net.Tests.Virtual;

public sealed class VirtualWorldTests
{
    const long Ms = MonotonicTime.Millisecond;

    [Fact]
    public void Run_SameSeed_SameTraceAndAnotherSeedAnother()
    {
        var first = Trace(7);
        first.Count.ShouldBeGreaterThan(100);
        Trace(7).ShouldBe(first);
        Trace(8).ShouldNotBe(first);
    }

    [Fact]
    public void RunUntil_TimerFarAway_ComesThereAtOnceAndStopsTheClock()
    {
        var world = new VirtualWorld(1);
        var loop = world.CreateLoop("a");
        long firedNs = 0;
        loop.Post(() => loop.Timers.Arm(new Call(now => firedNs = now), 3_600 * MonotonicTime.Second));

        world.RunUntil(() => firedNs != 0, 7_200 * MonotonicTime.Second).ShouldBeTrue();
        firedNs.ShouldBe(3_600 * MonotonicTime.Second);
        world.Time.GetUtcNow().ShouldBe(new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void RunUntil_ConditionThatNeverHolds_GivesFalseAtTheLimit()
    {
        var world = new VirtualWorld(1);
        world.RunUntil(() => false, 5 * Ms).ShouldBeFalse();
        world.NowNs.ShouldBe(5 * Ms);
    }

    [Fact]
    public void Run_WorkThatNeverEnds_IsFoundOut()
    {
        var world = new VirtualWorld(1);
        var loop = world.CreateLoop("a");
        void Again() => loop.Post(Again);
        loop.Post(Again);
        Should.Throw<InvalidOperationException>(() => world.RunFor(Ms)).Message.ShouldContain("seed 1");
    }

    [Fact]
    public async Task CreateTimer_TaskDelay_RunsInVirtualTime()
    {
        var world = new VirtualWorld(1);
        var delay = Task.Delay(TimeSpan.FromHours(1), world.Time, TestContext.Current.CancellationToken);
        world.RunFor(3_599 * MonotonicTime.Second);
        delay.IsCompleted.ShouldBeFalse();
        world.RunFor(MonotonicTime.Second);
        delay.IsCompleted.ShouldBeTrue();
        await delay;
    }

    [Fact]
    public void Post_FromAnotherThread_FailsTheRun()
    {
        var world = new VirtualWorld(1);
        var loop = world.CreateLoop("one");
        loop.Post(() =>
        {
            var other = new Thread(() => Should.Throw<InvalidOperationException>(() => loop.Post(() => { })));
            other.Start();
            other.Join();
        });
        Should.Throw<InvalidOperationException>(() => world.RunFor(Ms)).Message.ShouldContain("another thread");
    }

    [Fact]
    public void Cut_Datagrams_AreLostUntilHealed()
    {
        var world = new VirtualWorld(1);
        var (a, b) = (world.Network.AddHost("10.0.0.1", "2001:db8::1"), world.Network.AddHost("10.0.0.2", "2001:db8::2"));
        var loop = world.CreateLoop("both");
        var received = new List<byte>();
        b.OpenDatagram(NetAddress.Parse("[::]:5060"), loop, new Collect(received));
        var sender = a.OpenDatagram(NetAddress.Parse("0.0.0.0:5060"), loop, new Collect([]));
        var prefix = AddressPrefix.Parse("10.0.0.2/32");

        world.Network.Cut(AddressPrefix.Parse("10.0.0.0/31"), prefix);
        sender.Send([1], NetAddress.Parse("10.0.0.2:5060"));
        sender.Send([2], NetAddress.Parse("[2001:db8::2]:5060"));
        world.RunFor(10 * Ms);
        received.ShouldBe([2]);

        world.Network.Heal(AddressPrefix.Parse("10.0.0.0/31"), prefix);
        sender.Send([3], NetAddress.Parse("10.0.0.2:5060"));
        world.RunFor(10 * Ms);
        received.ShouldBe([2, 3]);
    }

    static List<VirtualTraceEntry> Trace(int seed)
    {
        var world = new VirtualWorld(seed);
        var trace = new List<VirtualTraceEntry>();
        world.Network.Trace = trace.Add;
        world.Network.DefaultConditions = new LinkConditions
        {
            JitterNs = 20 * Ms, Loss = 0.1, Duplication = 0.1, Reordering = 0.1,
        };
        var hosts = Enumerable.Range(1, 4).Select(i => world.Network.AddHost($"10.0.0.{i}")).ToArray();
        foreach (var host in hosts)
        {
            var loop = world.CreateLoop(host.Addresses[0].Host);
            var socket = host.OpenDatagram(host.Addresses[0].WithPort(5060), loop, new Bounce());
            loop.Post(() =>
            {
                foreach (var other in hosts)
                    socket.Send(new byte[30], other.Addresses[0].WithPort(5060));
            });
        }

        world.RunFor(2 * MonotonicTime.Second);
        return trace;
    }

    sealed class Bounce : IDatagramReceiver
    {
        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            if (payload.Length > 1)
                socket.Send(payload[1..], from);
        }
    }

    sealed class Collect(List<byte> received) : IDatagramReceiver
    {
        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs) => received.Add(payload[0]);
    }

    sealed class Call(Action<long> work) : TimerNode
    {
        protected internal override void Fire(long nowNs) => work(nowNs);
    }
}
