using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Tests.Calls;

/// <summary>Calls that an exchange in overload asked to be spared (RFC 7339).</summary>
public sealed class NeighbourThrottleTests
{
    const long Ms = MonotonicTime.Millisecond;

    readonly NeighbourThrottle _throttle = new();
    readonly NeighbourEntry _liberty;
    readonly NeighbourEntry _other;
    long _nowNs = MonotonicTime.Second;

    public NeighbourThrottleTests()
    {
        var world = World.Build(
            new WorldDocument
            {
                Providers = [new Provider { Id = "albion", Name = "Albion", Exchange = "albion.example", Prefixes = ["+44"] }],
                Neighbours = [.. new[] { "liberty", "other" }.Select(id => new Neighbour { Id = id, Provider = "albion", Kind = NeighbourKind.SipTrunk })],
            },
            "albion.example", new LimitBook());
        (_liberty, _other) = (world.FindNeighbour("liberty")!, world.FindNeighbour("other")!);
    }

    [Fact]
    public void Told_ThatPartIsSpared_EvenlyAndOfNobodyElse()
    {
        Told(30, 500, 1);

        Assert.Equal((30, 0), (Spared(_liberty), Spared(_other)));
        Assert.InRange(Enumerable.Range(0, 10).Count(_ => _throttle.Spares(_liberty, _nowNs)), 3, 3);
    }

    [Fact]
    public void Told_IsGoodForItsTimeOnly()
    {
        Told(100, 500, 1);

        _nowNs += 499 * Ms;
        var within = Spared(_liberty);
        _nowNs += Ms;

        Assert.Equal((100, 0), (within, Spared(_liberty)));
    }

    [Fact]
    public void Told_WhatWasOvertaken_ChangesNothing()
    {
        Told(50, 500, 2);
        Told(10, 500, 1);

        Assert.Equal(50, Spared(_liberty));
    }

    [Fact]
    public void Told_ByOneWhoCountsAnew_IsBelievedOnceTheLastWordRanOut()
    {
        Told(50, 500, 1_000);
        _nowNs += 500 * Ms;
        Told(10, 500, 1);

        Assert.Equal(10, Spared(_liberty));
    }

    [Theory]
    [InlineData(0, 500)]
    [InlineData(40, 0)]
    public void Told_ThatItIsOver_AllGoThereAgain(int percent, int validForMs)
    {
        Told(50, 500, 1);
        Told(percent, validForMs, 2);

        Assert.Equal(0, Spared(_liberty));
        Assert.False(_throttle.IsToSpare(_liberty, _nowNs), "it asks for nothing any more");
    }

    void Told(int percent, int validForMs, decimal sequence) => _throttle.Told(_liberty, new OverloadFeedback(percent, validForMs, sequence), _nowNs);

    /// <summary>Of a hundred calls.</summary>
    int Spared(NeighbourEntry neighbour) => Enumerable.Range(0, 100).Count(_ => _throttle.Spares(neighbour, _nowNs));
}
