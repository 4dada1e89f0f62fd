using Meetpoint.Exchange.Interconnect;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

public sealed class LimitTests
{
    [Fact]
    public async Task Admit_EightThreads_NeverExceedTheLimitAndReleaseOnce()
    {
        const int Limit = 5;
        var admission = Worlds.Admission(Worlds.WithAgreement(agreement => agreement with { AToB = new DirectionLimits { Ports = Limit } }));
        var open = 0;
        var most = 0;
        var granted = 0;
        var released = 0;
        using var start = new Barrier(8);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var i = 0; i < 20_000; i++)
                {
                    var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Participant, Now = Worlds.Now, NowNs = i };
                    if (!admission.Admit(in request, out var grant, out var refusal))
                    {
                        refusal.Reason.ShouldBe(RefusalReason.OverLimit);
                        continue;
                    }

                    Interlocked.Increment(ref granted);
                    var now = Interlocked.Increment(ref open);
                    for (var seen = Volatile.Read(ref most); now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Volatile.Read(ref most))
                    {
                    }

                    Interlocked.Decrement(ref open);
                    for (var again = 0; again < 2; again++)
                    {
                        if (grant.Release())
                            Interlocked.Increment(ref released);
                    }
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        most.ShouldBeInRange(1, Limit);
        released.ShouldBe(granted, "each grant is released once, however often it is tried");
        admission.CountHeld().ShouldBe(0);
        admission.World.FindAgreement("albion", "liberty", Worlds.Now)!.Limits.InUse.Ports.ShouldBe(0);
    }

    [Fact]
    public void Apply_NewWorld_KeepsWhatIsInUse()
    {
        var limits = new LimitBook();
        var admission = Worlds.Admission(limits: limits);
        var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Meeting, Now = Worlds.Now, NowNs = 0 };
        admission.Admit(in request, out var first, out _).ShouldBeTrue();
        admission.Apply(World.Build(Worlds.WithAgreement(a => a with { Version = 2, AToB = new DirectionLimits { Meetings = 1 } }), "albion.example", limits));
        admission.Admit(in request, out _, out var refusal).ShouldBeFalse("the one open meeting is counted under the new limit");
        refusal.Limit.ShouldBe(LimitKind.Meetings);
        first.Release();
        admission.Admit(in request, out _, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false, RefusalReason.LimitUnknown)]
    [InlineData(true, RefusalReason.None)]
    public async Task Admit_StoreOfLimitsAway_FailsAsTheAgreementSays(bool failOpen, RefusalReason expected)
    {
        var source = new AwaySource();
        var limits = new LimitBook(source);
        var admission = Worlds.Admission(Worlds.WithAgreement(agreement => agreement with { FailOpen = failOpen }), limits);
        (await limits.RenewAsync(0)).ShouldBeOfType<IOException>();
        Admit(admission, 1).ShouldBe(expected);
        source.IsBack = true;
        (await limits.RenewAsync(2)).ShouldBeNull();
        Admit(admission, 3).ShouldBe(RefusalReason.None);
        Admit(admission, 200).ShouldBe(expected, "the lease has ended");
    }

    static RefusalReason Admit(Admission admission, long nowNs)
    {
        var request = new AdmissionRequest { IsOwn = true, Origin = "albion", Target = "room@liberty.example", Kind = GrantKind.Participant, Now = Worlds.Now, NowNs = nowNs };
        if (admission.Admit(in request, out var grant, out var refusal))
            grant.Release();
        return refusal.Reason;
    }

    sealed class AwaySource : ISliceSource
    {
        public bool IsBack { get; set; }

        public SliceLease Initial(SliceKey key, DirectionLimits limits) => new(new DirectionLimits { Meetings = 0, Ports = 0, CallsPerSecond = 0 }, long.MinValue);

        public ValueTask RenewAsync(IEnumerable<LimitSlice> slices, long nowNs)
        {
            if (!IsBack)
                return ValueTask.FromException(new IOException("away"));
            foreach (var slice in slices)
                slice.Accept(new SliceLease(slice.Limits, 100));
            return ValueTask.CompletedTask;
        }

        public ValueTask LeaveAsync() => ValueTask.CompletedTask;
    }
}
