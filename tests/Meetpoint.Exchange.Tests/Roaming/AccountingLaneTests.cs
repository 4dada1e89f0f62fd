using Meetpoint.Exchange.Roaming.Accounting;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming;

/// <summary>What the home has is forgotten in ranges, and nothing that it has not.</summary>
public sealed class AccountingLaneTests
{
    readonly AccountingLane _lane = new("albion", "albion.example", isAllLoaded: true);

    [Fact]
    public void Acknowledged_InOrder_IsOneRange()
    {
        Keep(10);
        Acknowledge(1, 2, 3, 5);
        _lane.TakeAcknowledged().ShouldBe([(1, 3)], "4 is under way");
        Acknowledge(4, 6);
        _lane.TakeAcknowledged().ShouldBe([(4, 6)]);
        _lane.TakeAcknowledged().ShouldBeEmpty();
    }

    [Fact]
    public void OneThatIsNeverAcknowledged_HoldsUpSoManyAndNoMore()
    {
        Keep(AccountingLane.MaxInMemory);
        Acknowledge([.. Enumerable.Range(2, 4 * AccountingLane.Window).Select(id => (long)id)]);
        _lane.TakeAcknowledged().ShouldBeEmpty("the first may be acknowledged at any moment");
        Acknowledge((4 * AccountingLane.Window) + 2);
        _lane.TakeAcknowledged().ShouldBe([(2, (4 * AccountingLane.Window) + 2)]);
        Acknowledge(1);
        _lane.TakeAcknowledged().ShouldBe([(1, 1)]);
    }

    [Fact]
    public void WhatCouldNotBeForgotten_IsTakenAgain()
    {
        Keep(3);
        Acknowledge(1, 2);
        _lane.NotForgotten(_lane.TakeAcknowledged());
        _lane.TakeAcknowledged().ShouldBe([(1, 2)]);
    }

    void Keep(int count)
    {
        for (var id = 1; id <= count; id++)
            _lane.Add(new KeptAccounting(id, "1", "albion", "albion.example", []));
    }

    void Acknowledge(params long[] ids)
    {
        foreach (var id in ids)
            _lane.Acknowledge(id);
    }
}
