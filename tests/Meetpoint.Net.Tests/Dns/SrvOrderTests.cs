using Meetpoint.Net.Dns;
using Shouldly;

namespace Meetpoint.Net.Tests.Dns;

public sealed class SrvOrderTests
{
    [Fact]
    public void Order_Priorities_ComeBeforeWeights()
    {
        SrvRecord[] records = [Srv(20, 100, "c"), Srv(10, 0, "a"), Srv(10, 0, "b")];
        var names = SrvOrder.Order(records, new Random(1)).Select(record => record.Target).ToArray();
        names[2].ShouldBe("c");
        names.ShouldBe(["a", "b", "c"], ignoreOrder: true);
    }

    [Fact]
    public void Order_Weights_DrawInProportion()
    {
        SrvRecord[] records = [Srv(1, 10, "light"), Srv(1, 90, "heavy"), Srv(1, 0, "zero")];
        var random = new Random(42);
        var first = Enumerable.Range(0, 10_000).Select(_ => SrvOrder.Order(records, random)[0].Target).CountBy(name => name).ToDictionary();
        first["heavy"].ShouldBeInRange(8_600, 9_200);
        first["light"].ShouldBeInRange(800, 1_200);
        first["zero"].ShouldBeInRange(30, 200);
    }

    static SrvRecord Srv(ushort priority, ushort weight, string target) => new("x", 1, priority, weight, 5060, target);
}
