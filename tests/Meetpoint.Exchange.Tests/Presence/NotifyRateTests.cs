using Meetpoint.Exchange.Presence.Sip;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Rates of notifications (RFC 6446): what an Event header asks for, and how long is waited where an average is wanted.</summary>
public sealed class NotifyRateTests
{
    const long Start = 1_000 * MonotonicTime.Second;

    [Theory]
    [InlineData("presence", null)]
    [InlineData("presence;max-rate=0.5", ";max-rate=0.5")]
    [InlineData("presence;adaptive-min-rate=0.05", ";adaptive-min-rate=0.05")]
    [InlineData("presence;adaptive-min-rate=7;min-rate=7", ";min-rate=0.2;adaptive-min-rate=0.2")]
    [InlineData("presence;adaptive-min-rate=0.1;max-rate=0.02", ";max-rate=0.02;adaptive-min-rate=0.02")]
    [InlineData("presence;adaptive-min-rate=0.05;min-rate=0.1;max-rate=1", ";max-rate=1;min-rate=0.05;adaptive-min-rate=0.05")]
    [InlineData("presence;min-rate=0.1;max-rate=0.05", ";max-rate=0.05;min-rate=0.05")]
    [InlineData("presence;Adaptive-Min-Rate=0.01;min-rate=0.001", ";min-rate=0.001;adaptive-min-rate=0.01")]
    [InlineData("presence;adaptive-min-rate=0", null)]
    [InlineData("presence;adaptive-min-rate=100", null)]
    [InlineData("presence;adaptive-min-rate=-1;min-rate=x;max-rate=", null)]
    public void Of_EventHeader_IsWhatIsKeptTo(string value, string? parameters) => NotifyRates.Of(value).Parameters.ShouldBe(parameters);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 10)]
    [InlineData(35, 35)]
    [InlineData(5_000, 100)]
    public void Interval_GrowsWithWhatWasTold_ByTheEquation(int told, double seconds)
    {
        var interval = new AdaptiveInterval(0.1); // a period of 100 s
        for (var i = 0; i < told; i++)
            interval.Told(Start);
        ((double)interval.IntervalNs(Start) / MonotonicTime.Second).ShouldBe(seconds, 0.001);
    }

    [Fact]
    public void Interval_AfterABurst_ShrinksAsItLeavesThePeriod()
    {
        var interval = new AdaptiveInterval(0.1);
        for (var i = 0; i < 20; i++)
            interval.Told(Start + (i * MonotonicTime.Second));
        At(19).ShouldBe(20, 0.001);
        At(109).ShouldBe(10, 0.001, "half of them are older than a period");
        At(119).ShouldBe(0);

        double At(int second) => (double)interval.IntervalNs(Start + (second * MonotonicTime.Second)) / MonotonicTime.Second;
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.01)]
    [InlineData(0.0001)]
    public void Interval_WhereNothingElseIsTold_ComesToTheRate(double rate)
    {
        var interval = new AdaptiveInterval(rate);
        var nowNs = Start;
        var times = new List<long>();
        for (var i = 0; i < 1_000; i++)
        {
            interval.Told(nowNs);
            times.Add(nowNs);
            nowNs += Math.Max(1, interval.IntervalNs(nowNs));
        }

        var average = (times.Count - 101) / ((double)(times[^1] - times[100]) / MonotonicTime.Second);
        (average / rate).ShouldBe(1, 0.1);
    }
}
