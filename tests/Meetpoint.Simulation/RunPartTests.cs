using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>What <see cref="RepeatTests"/> says of two runs that are not the same.</summary>
public sealed class RunPartTests
{
    static readonly string[] _lines = ["1 ns Delivered datagram a b: one", "2 ns Delivered datagram a b: two", "3 ns Delivered datagram b a: three"];

    [Fact]
    public void DifferenceFrom_TheSameLines_IsNull() => RunPart.Of("network", _lines).DifferenceFrom(RunPart.Of("network", _lines)).ShouldBeNull();

    [Fact]
    public void DifferenceFrom_AnotherByte_NamesTheFirstLineAndThePlace()
    {
        var other = RunPart.Of("network", [_lines[0], "2 ns Delivered datagram a b: twin", "4 ns"]);
        RunPart.Of("network", _lines).DifferenceFrom(other)
            .ShouldBe("network, line 2 of 3 and 3: 2 ns Delivered datagram a b: tw\n  then one: o\n  the other: in");
    }

    [Fact]
    public void DifferenceFrom_AnEndBefore_ShowsWhatTheOtherHas()
    {
        var shorter = RunPart.Of("network", _lines[..2]);
        var said = "network, 2 and 3 lines: the same to line 2, after which the other has 3 ns Delivered datagram b a: three";
        shorter.DifferenceFrom(RunPart.Of("network", _lines)).ShouldBe(said);
        RunPart.Of("network", _lines).DifferenceFrom(shorter)!.ShouldContain("after which the one has 3 ns");
    }

    [Fact]
    public void DifferenceFrom_BeyondWhatIsKept_SaysSo()
    {
        var half = new string('x', RunPartWriter.MaxKeptCharacters - 1);
        RunPart.Of("network", [half, "one"]).DifferenceFrom(RunPart.Of("network", [half, "two"]))
            .ShouldBe("network, 2 and 2 lines: the first 1 are the same, and something after them is not");
    }
}
