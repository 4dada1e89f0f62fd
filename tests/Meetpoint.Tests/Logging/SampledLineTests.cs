using Meetpoint.Logging;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Tests.Logging;

public sealed class SampledLineTests
{
    readonly VirtualWorld _world = new(1);
    readonly List<string> _written = [];
    readonly SampledLine<int, string> _line;

    public SampledLineTests() => _line = new(_world.Time, (kind, last, count) => _written.Add($"{kind} {last} {count}"));

    [Fact]
    public void Add_First_IsWrittenAtOnce()
    {
        _line.Add(400, "a");

        Assert.Equal(["400 a 1"], _written);
    }

    [Fact]
    public void Add_WithinTheSecond_IsWrittenTogetherAtItsEnd()
    {
        foreach (var what in (string[])["a", "b", "c"])
            _line.Add(400, what);

        _world.RunFor(MonotonicTime.Second * 3 / 2);

        Assert.Equal(["400 a 1", "400 c 2"], _written);
    }

    [Fact]
    public void Add_AfterAQuietSecond_IsWrittenAtOnce()
    {
        _line.Add(400, "a");
        _world.RunFor(MonotonicTime.Second * 3 / 2);

        _line.Add(400, "b");

        Assert.Equal(["400 a 1", "400 b 1"], _written);
    }

    [Fact]
    public void Add_OfAnotherKind_IsNotHiddenByTheFirst()
    {
        _line.Add(400, "a");

        _line.Add(431, "b");

        Assert.Equal(["400 a 1", "431 b 1"], _written);
    }
}
