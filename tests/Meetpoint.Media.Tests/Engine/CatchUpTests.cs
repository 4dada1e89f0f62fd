using Meetpoint.Media.Engine;
using Shouldly;

namespace Meetpoint.Media.Tests.Engine;

public sealed class CatchUpTests
{
    [Theory]
    [InlineData(40, 0)]
    [InlineData(80, 30)]
    public void Skip_AfterAStall_MakesUpForASecond(int behind, int skipped)
    {
        var catchUp = new CatchUp();
        catchUp.Skip(0).ShouldBe(0);
        catchUp.Skip(behind).ShouldBe(skipped);
        // Each tick takes 10 ms, in which half of another falls due.
        for (var left = 2 * (behind - skipped); left > 0; left--)
            catchUp.Skip(left / 2).ShouldBe(0, $"with {left / 2} ticks to go");
    }

    [Fact]
    public void Skip_SecondStallWhileCatchingUp_IsMadeUpForToo()
    {
        var catchUp = new CatchUp();
        catchUp.Skip(20).ShouldBe(0);
        catchUp.Skip(19).ShouldBe(0);
        catchUp.Skip(40).ShouldBe(0);
    }

    [Fact]
    public void Skip_LoopThatDoesNotKeepUp_StaysNear()
    {
        var catchUp = new CatchUp();
        var behind = 0.0;
        var furthest = 0.0;
        for (var tick = 0; tick < 1_000; tick++)
        {
            behind -= catchUp.Skip((long)behind);
            furthest = Math.Max(furthest, behind);
            behind += 0.5; // a tick takes 30 ms
        }

        furthest.ShouldBeLessThan(CatchUp.MaxBehind + 1);
    }
}
