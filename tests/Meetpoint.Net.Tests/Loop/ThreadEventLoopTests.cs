using Shouldly;

namespace Meetpoint.Net.Tests.Loop;

public sealed class ThreadEventLoopTests
{
    [Fact]
    public async Task Post_FromManyThreads_RunsAllOnTheLoopInOrderOfEachThread()
    {
        using var harness = new LoopHarness();
        const int threads = 4, perThread = 2000;
        var seen = new int[threads];
        var wrong = 0;
        var senders = Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < perThread; i++)
            {
                var number = i;
                harness.Loop.Post(() =>
                {
                    if (seen[thread]++ != number || !harness.Loop.IsCurrent)
                        wrong++;
                });
            }
        })).ToArray();
        await Task.WhenAll(senders);

        var total = await harness.OnLoop(() => seen.Sum());
        total.ShouldBe(threads * perThread);
        wrong.ShouldBe(0);
        harness.Loop.IsCurrent.ShouldBeFalse();
    }

    [Fact]
    public async Task Post_WorkThatThrows_GoesToTheHandlerAndTheLoopLives()
    {
        using var harness = new LoopHarness();
        harness.Loop.Post(() => throw new InvalidOperationException("work"));
        await harness.OnLoop(() => harness.Loop.Timers.Arm(new Thrower(), 0));

        (await harness.OnLoop(() => 42)).ShouldBe(42);
        (await harness.OnLoop(() => 43)).ShouldBe(43);
        harness.Errors.Select(error => error.Message).ShouldBe(["work", "timer"]);
    }

    [Fact]
    public async Task Held_TurnOfTwoSeconds_IsTold()
    {
        var time = new JumpingTime();
        var told = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loop = new ThreadEventLoop("held", time, static _ => { }, onHeld: told.SetResult);
        loop.Post(() => time.Jump(TimeSpan.FromSeconds(2)));

        (await told.Task.WaitAsync(TestContext.Current.CancellationToken)).ShouldBeGreaterThanOrEqualTo(2 * MonotonicTime.Second);
    }

    [Fact]
    public async Task TryPost_FullQueue_IsRefusedAndNothingElseIsLost()
    {
        using var harness = new LoopHarness(maxPosted: 4);
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var ran = 0;
        harness.Loop.Post(() =>
        {
            entered.Set();
            gate.Wait();
        });
        entered.Wait(TestContext.Current.CancellationToken);
        for (var i = 0; i < 4; i++)
            harness.Loop.TryPost(() => ran++).ShouldBeTrue();
        harness.Loop.TryPost(() => ran++).ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => harness.Loop.Post(() => ran++));
        gate.Set();

        var last = LoopHarness.Promise<int>();
        while (!harness.Loop.TryPost(() => last.TrySetResult(ran)))
            await Task.Yield();
        (await LoopHarness.Bounded(last)).ShouldBe(4);
    }

    [Fact]
    public async Task Timers_Periodic20Ms_AreNeverEarlyAndLoseNoTick()
    {
        using var harness = new LoopHarness();
        var done = LoopHarness.Promise<bool>();
        var ticker = new Ticker(harness.Loop, done);
        await harness.OnLoop(() => ticker.Start());
        (await LoopHarness.Bounded(done)).ShouldBeTrue("a tick fired before it was due");
    }

    [Fact]
    public void Dispose_WithPostsUnderWay_EndsAndTakesLaterPostsInSilence()
    {
        var harness = new LoopHarness();
        harness.Loop.Post(() => harness.Loop.Post(() => { }));
        harness.Dispose();
        harness.Loop.TryPost(() => throw new InvalidOperationException()).ShouldBeTrue();
        harness.Errors.ShouldBeEmpty();
    }

    sealed class Thrower : TimerNode
    {
        protected internal override void Fire(long nowNs) => throw new InvalidOperationException("timer");
    }

    sealed class Ticker(ThreadEventLoop loop, TaskCompletionSource<bool> done) : TimerNode
    {
        int _ticks;

        internal void Start() => loop.Timers.Arm(this, loop.NowNs + (20 * MonotonicTime.Millisecond));

        protected internal override void Fire(long nowNs)
        {
            if (nowNs < DueNs)
                done.TrySetResult(false);
            if (++_ticks == 10)
                done.TrySetResult(true);
            else
                loop.Timers.Arm(this, DueNs + (20 * MonotonicTime.Millisecond));
        }
    }

    /// <summary>The system's time, and what was jumped.</summary>
    sealed class JumpingTime : TimeProvider
    {
        long _jumped;

        public override long TimestampFrequency => System.TimestampFrequency;

        public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _jumped);

        public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
