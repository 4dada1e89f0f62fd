using Meetpoint.Net;

namespace Meetpoint.Sip.Tests.Transactions;

/// <summary>When new calls wait, how many, and what part is turned away, in virtual time.</summary>
public sealed class SipOverloadTests
{
    const long Ms = MonotonicTime.Millisecond;

    readonly SipOverload _overload = new();
    long _nowNs = MonotonicTime.Second;

    [Fact]
    public void MessageInTime_NobodyWaits()
    {
        _overload.Waited(SipOverload.LateNs, _nowNs);

        Assert.False(_overload.IsLate, "20 ms are in time");
    }

    [Fact]
    public void MessageThatWaited_NewCallsWaitForAWhile()
    {
        _overload.Waited(SipOverload.LateNs + 1, _nowNs);
        _overload.Waited(0, _nowNs + SipOverload.LateForNs - 1);
        var within = _overload.IsLate;
        _overload.Waited(0, _nowNs + SipOverload.LateForNs);

        Assert.True(within, "they wait for 200 ms after it");
        Assert.False(_overload.IsLate, "and no longer");
    }

    [Fact]
    public void Room_OfAQueueThatStands_FollowsWhatIsServed()
    {
        Second(10, served: 1_000, shed: 0);
        var fast = _overload.Room;
        Second(10, served: 400, shed: 0);

        Assert.InRange(fast, 140, 150); // 1,000 a second for 150 ms
        Assert.InRange(_overload.Room, 58, 60);
    }

    [Fact]
    public void Room_HasItsEnds()
    {
        Second(10, served: 4, shed: 4);
        var slow = _overload.Room;
        Second(10, served: 100_000, shed: 0);

        Assert.Equal((SipOverload.MinWaiting, SipOverload.MaxWaiting), (slow, _overload.Room));
    }

    [Fact]
    public void Room_OfAQueueThatEmptied_IsAllThereIs()
    {
        Second(10, served: 400, shed: 400);
        var standing = _overload.Room;
        Second(1, served: 400, shed: 0, ranDry: true);

        Assert.InRange(standing, 58, 60);
        Assert.Equal(SipOverload.MaxWaiting, _overload.Room);
    }

    [Fact]
    public void Room_AfterAMomentOfStandstill_IsStillAllThereIs()
    {
        Second(1, served: 4, shed: 0, ranDry: true);
        _nowNs += MonotonicTime.Second;
        for (var i = 0; i < 700; i++)
            _overload.Served();
        _overload.Waited(900 * Ms, _nowNs);

        Assert.Equal(SipOverload.MaxWaiting, _overload.Room);
    }

    [Fact]
    public void Loss_IsThePartTurnedAway_AndNoneWhenItIsOver()
    {
        Second(5, served: 1_000, shed: 4_000);
        var loss = _overload.Loss;
        Second(5, served: 100, shed: 0, ranDry: true);

        Assert.InRange(loss, 0.79, 0.81);
        Assert.Equal((0, 20_000), (_overload.Loss, _overload.ShedCount));
    }

    [Fact]
    public void Loss_AfterSilence_IsOver()
    {
        Second(5, served: 1_000, shed: 4_000);
        _nowNs += 20 * MonotonicTime.Second;
        _overload.Waited(0, _nowNs);

        Assert.Equal(0, _overload.Loss);
    }

    [Fact]
    public void Pass_NoMessageComesAnyMore_ItIsOverAllTheSame()
    {
        Second(5, served: 1_000, shed: 4_000);
        _overload.Waited(SipOverload.LateNs + 1, _nowNs);
        for (var i = 0; i < 2; i++)
            _overload.Pass(_nowNs += 500 * Ms);

        Assert.Equal((false, 0, 0), (_overload.IsLate, _overload.Loss, _overload.Feedback.Percent));
    }

    /// <summary>Seconds of 4 windows, each with its part.</summary>
    void Second(int seconds, int served, int shed, bool ranDry = false)
    {
        for (var window = 0; window < seconds * 4; window++)
        {
            for (var i = 0; i < served / 4; i++)
                _overload.Served();
            for (var i = 0; i < shed / 4; i++)
                _overload.Shed();
            if (ranDry)
                _overload.RanDry();
            _nowNs += 250 * Ms;
            _overload.Waited(0, _nowNs);
        }
    }
}
