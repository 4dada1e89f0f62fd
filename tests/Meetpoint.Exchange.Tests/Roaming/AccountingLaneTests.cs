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

    [Fact]
    public void WithoutRoomInMemory_ItIsReadFromTheStoreLater()
    {
        var kept = new KeptAccounting(1, "1", "albion", "albion.example", []);
        _lane.Add(kept, hasRoom: false);
        _lane.InMemory.ShouldBe(0);
        (_lane.WantsMore, _lane.IsEmpty).ShouldBe((true, false));
        _lane.BeginLoading();
        _lane.Loaded([kept]);
        _lane.Waiting.ShouldBe([kept]);
        _lane.WantsMore.ShouldBeFalse("the store has no more");
    }

    [Fact]
    public void IsEmpty_OnceAllIsAcknowledgedAndForgotten()
    {
        _lane.IsEmpty.ShouldBeTrue();
        Keep(1);
        _lane.Waiting.Dequeue();
        Acknowledge(1);
        _lane.IsEmpty.ShouldBeFalse("it is still to be forgotten");
        _lane.TakeAcknowledged();
        _lane.Forgetting = 1;
        _lane.IsEmpty.ShouldBeFalse("it is just being forgotten");
        _lane.Forgetting = 0;
        _lane.IsEmpty.ShouldBeTrue();
    }

    void Keep(int count)
    {
        for (var id = 1; id <= count; id++)
            _lane.Add(new KeptAccounting(id, "1", "albion", "albion.example", []), hasRoom: true);
    }

    void Acknowledge(params long[] ids)
    {
        foreach (var id in ids)
            _lane.Acknowledge(id);
    }
}
