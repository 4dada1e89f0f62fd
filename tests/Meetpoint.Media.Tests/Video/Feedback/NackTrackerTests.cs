using Meetpoint.Media.Video.Feedback;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Feedback;

public sealed class NackTrackerTests
{
    const long Ms = MonotonicTime.Millisecond;

    readonly NackTracker _tracker = new();
    readonly ushort[] _missing = new ushort[64];
    long _nowNs = 7 * MonotonicTime.Second;

    [Fact]
    public void Take_AGapOverTheWrap_IsAskedForOnceItCannotBeReordering()
    {
        Arrive(65533, 65534, 1);
        Take().ShouldBeEmpty("one newer packet may have overtaken");
        Arrive(2, 3);
        Take().ShouldBe([65535, 0]);
        Take().ShouldBeEmpty("asked for already");
    }

    [Fact]
    public void Take_FewPacketsBehindTheGap_AskedForAfterAWhile()
    {
        Arrive(10, 12);
        _nowNs += NackTracker.MinReorderingNs - 1;
        Take().ShouldBeEmpty();
        _nowNs++;
        Take().ShouldBe([11]);
    }

    [Fact]
    public void Take_Unanswered_RepeatedByTheRoundTripAndThenGivenUp()
    {
        _tracker.RoundTripNs = 40 * Ms;
        Arrive(10, 12, 13, 14);
        var asked = new List<long>();
        for (var i = 0; i < 2_000; i++, _nowNs += Ms)
        {
            if (Take().Length > 0)
                asked.Add(_nowNs);
        }

        asked.Count.ShouldBe(NackTracker.MaxAsks);
        asked.Zip(asked.Skip(1), (a, b) => b - a).ShouldAllBe(step => step == 50 * Ms, "a round trip and a quarter");
        _tracker.Missing.ShouldBe(0);
        _tracker.Abandoned.ShouldBe(1);
    }

    [Fact]
    public void Take_LongRoundTrip_GivenUpByAge()
    {
        _tracker.RoundTripNs = 800 * Ms;
        Arrive(10, 12, 13, 14);
        Take().ShouldBe([11]);
        _nowNs += NackTracker.MaxAgeNs;
        Take().ShouldBeEmpty();
        _tracker.Abandoned.ShouldBe(1);
    }

    [Fact]
    public void OnPacket_RetransmissionComes_CountsAsRecoveredAndOnceOnly()
    {
        Arrive(10, 12, 13, 14);
        Take().ShouldBe([11]);
        _nowNs += 100 * Ms;
        _tracker.OnPacket(11, _nowNs).ShouldBeTrue();
        _tracker.OnPacket(11, _nowNs).ShouldBeFalse("a duplicate");
        _tracker.Recovered.ShouldBe(1);
        _tracker.Missing.ShouldBe(0);
    }

    [Fact]
    public void Take_APathThatReorders_IsWaitedForLonger()
    {
        Arrive(10, 12);
        _nowNs += 30 * Ms;
        Take().ShouldBe([11], "nothing is known of the path yet");
        _nowNs += 2 * Ms;
        Arrive(11); // no answer is as quick as that
        Arrive(13, 15, 16, 17, 18);
        _nowNs += 30 * Ms;
        Take().ShouldBeEmpty("others were overtaken for as long");
        _nowNs += 12 * Ms;
        Take().ShouldBe([14]);
    }

    [Fact]
    public void OnPacket_AnOutage_IsNotAskedFor()
    {
        Arrive(10, 12, 13, 14);
        Arrive((ushort)(14 + NackTracker.MaxMissing + 2));
        _nowNs += 50 * Ms;
        Take().ShouldBeEmpty("more is missing than can be mended");
        _tracker.Abandoned.ShouldBe(1 + NackTracker.MaxMissing + 1);
    }

    [Fact]
    public void OnPacket_MoreGapsThanKept_OldestAreGivenUp()
    {
        ushort sequence = 0;
        for (var i = 0; i <= NackTracker.MaxMissing; i++)
            Arrive(sequence += 2);
        _tracker.Missing.ShouldBe(NackTracker.MaxMissing);
        Arrive(sequence += 2);
        _tracker.Missing.ShouldBe(NackTracker.MaxMissing);
        _tracker.Abandoned.ShouldBe(1);
    }

    [Fact]
    public void OnPacket_SenderBeginsAnew_BelievedAtTheSecond()
    {
        Arrive(10, 12);
        _tracker.OnPacket(40_000, _nowNs).ShouldBeFalse();
        _tracker.OnPacket(40_001, _nowNs).ShouldBeTrue();
        _tracker.Missing.ShouldBe(0);
        Arrive(40_003);
        _tracker.Missing.ShouldBe(1);
    }

    [Fact]
    public void ForgetBefore_AWholePicture_NothingOlderIsAskedFor()
    {
        Arrive(10, 12, 14, 16, 17, 18);
        _tracker.ForgetBefore(14);
        Take().ShouldBe([15]);
    }

    [Fact]
    public void Take_SpanTooShort_TheOthersAreGivenNextTime()
    {
        Arrive(10, 15, 16, 17, 18);
        Span<ushort> two = stackalloc ushort[2];
        _tracker.Take(two, _nowNs).ShouldBe(2);
        two.ToArray().ShouldBe([(ushort)11, (ushort)12]);
        Take().ShouldBe([13, 14]);
    }

    void Arrive(params ReadOnlySpan<int> sequences)
    {
        foreach (var sequence in sequences)
            _tracker.OnPacket((ushort)sequence, _nowNs).ShouldBeTrue($"packet {sequence}");
    }

    int[] Take() => [.. _missing.Take(_tracker.Take(_missing, _nowNs)).Select(sequence => (int)sequence)];
}
