using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Net.Tests.Timers;

public sealed class TimerWheelTests
{
    const long Ms = MonotonicTime.Millisecond;

    [Fact]
    public void Advance_TimersOfOneMillisecond_FireByNanosecondThenByArming()
    {
        var wheel = new TimerWheel(0);
        var fired = new List<string>();
        wheel.Arm(new Probe("c", fired), (5 * Ms) + 900);
        wheel.Arm(new Probe("a", fired), (5 * Ms) + 100);
        wheel.Arm(new Probe("d", fired), (5 * Ms) + 900);
        wheel.Arm(new Probe("b", fired), (5 * Ms) + 500);

        wheel.Advance((5 * Ms) + 500);
        fired.ShouldBe(["a", "b"]);
        wheel.NextDueNs.ShouldBe((5 * Ms) + 900);

        wheel.Advance((5 * Ms) + 900);
        fired.ShouldBe(["a", "b", "c", "d"]);
        wheel.NextDueNs.ShouldBe(long.MaxValue);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(1L)]
    [InlineData(63 * Ms)]
    [InlineData(64 * Ms)]
    [InlineData(4095 * Ms)]
    [InlineData(4096 * Ms)]
    [InlineData(86_400_000 * Ms)]
    [InlineData(long.MaxValue)]
    public void Advance_OneTimerAtAnyDistance_FiresThenAndNotBefore(long dueNs)
    {
        var wheel = new TimerWheel(0);
        var fired = new List<string>();
        wheel.Arm(new Probe("x", fired), dueNs);
        wheel.NextDueNs.ShouldBe(dueNs);
        if (dueNs > 0)
        {
            wheel.Advance(dueNs - 1);
            fired.ShouldBeEmpty();
        }

        wheel.Advance(dueNs);
        fired.ShouldBe(["x"]);
        wheel.Count.ShouldBe(0);
    }

    [Fact]
    public void Advance_TimerThatArmsItselfInThePast_FiresOncePerAdvance()
    {
        var wheel = new TimerWheel(0);
        var count = 0;
        Probe again = null!;
        again = new Probe("again", [], _ => wheel.Arm(again, ++count));
        wheel.Arm(again, 0);

        wheel.Advance(10 * Ms);
        count.ShouldBe(1);
        wheel.NextDueNs.ShouldBeLessThanOrEqualTo(10 * Ms);
        wheel.Advance(10 * Ms);
        count.ShouldBe(2);
    }

    [Fact]
    public void Advance_TimerThatThrows_LeavesTheRestForTheNextAdvance()
    {
        var wheel = new TimerWheel(0);
        var fired = new List<string>();
        wheel.Arm(new Probe("bad", [], _ => throw new InvalidOperationException("bad")), 1);
        wheel.Arm(new Probe("good", fired), 2);

        Should.Throw<InvalidOperationException>(() => wheel.Advance(Ms));
        wheel.Count.ShouldBe(1);
        wheel.Advance(Ms);
        fired.ShouldBe(["good"]);
    }

    [Fact]
    public void ArmAndCancel_OnceWarm_AllocateNothing()
    {
        var wheel = new TimerWheel(0);
        var timers = new Idle[1000];
        for (var i = 0; i < timers.Length; i++)
            timers[i] = new Idle();
        Cycle(wheel, timers, 0);

        var before = Allocations.Begin();
        for (var round = 1; round <= 20; round++)
            Cycle(wheel, timers, round * 100 * Ms);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    static void Cycle(TimerWheel wheel, Idle[] timers, long nowNs)
    {
        for (var i = 0; i < timers.Length; i++)
            wheel.Arm(timers[i], nowNs + (i * 7919L % (200 * Ms)));
        for (var i = 0; i < timers.Length; i += 3)
            wheel.Cancel(timers[i]);
        wheel.Advance(nowNs + (99 * Ms));
    }

    sealed class Idle : TimerNode
    {
        protected internal override void Fire(long nowNs)
        {
        }
    }

    sealed class Probe(string name, List<string> fired, Action<long>? then = null) : TimerNode
    {
        protected internal override void Fire(long nowNs)
        {
            fired.Add(name);
            then?.Invoke(nowNs);
        }
    }
}
