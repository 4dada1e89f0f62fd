using Meetpoint.Net;

namespace Meetpoint.Sip.Tests.Transactions;

/// <summary>What is turned away when messages wait too long, in virtual time.</summary>
public sealed class SipOverloadTests
{
    readonly SipOverload _overload = new();
    long _nowNs = MonotonicTime.Second;

    [Fact]
    public void Waiting_ForWholeWindows_TurnsAwayMoreAndMore()
    {
        Windows(4, waitedMs: 250, emptiesOnce: false);
        var early = _overload.Loss;
        Windows(40, waitedMs: 250, emptiesOnce: false);

        Assert.InRange(early, 0.05, 0.6);
        Assert.InRange(_overload.Loss, 0.97, 0.99);
        Assert.InRange(Enumerable.Range(0, 1_000).Count(_ => _overload.Sheds()), 970, 990);
    }

    [Fact]
    public void Burst_ThatEmptiesWithinItsWindow_TurnsNobodyAway()
    {
        Windows(50, waitedMs: 300, emptiesOnce: true);

        Assert.Equal(0, _overload.Loss);
        Assert.False(_overload.Sheds(), "nobody is turned away for a queue that empties");
    }

    [Fact]
    public void Standstill_OfOneWindow_TurnsNobodyAway()
    {
        Windows(5, waitedMs: 1, emptiesOnce: false);
        _nowNs += MonotonicTime.Second;
        Windows(1, waitedMs: 900, emptiesOnce: false);
        Windows(5, waitedMs: 1, emptiesOnce: false);

        Assert.Equal(0, _overload.Loss);
    }

    [Fact]
    public void Overload_ThatIsOver_LetsAllInAgain()
    {
        Windows(40, waitedMs: 250, emptiesOnce: false);
        Windows(80, waitedMs: 1, emptiesOnce: false);

        Assert.Equal(0, _overload.Loss);
    }

    [Fact]
    public void Silence_AfterOverload_CountsAsWindowsWithoutDelay()
    {
        Windows(40, waitedMs: 250, emptiesOnce: false);
        _nowNs += 20 * MonotonicTime.Second;
        Windows(1, waitedMs: 1, emptiesOnce: false);

        Assert.Equal(0, _overload.Loss);
    }

    void Windows(int count, int waitedMs, bool emptiesOnce)
    {
        for (var window = 0; window < count; window++)
        {
            for (var message = 0; message < 11; message++)
            {
                _nowNs += 20 * MonotonicTime.Millisecond;
                _overload.Waited(emptiesOnce && message % 5 == 0 ? 0 : waitedMs * MonotonicTime.Millisecond, _nowNs);
            }
        }
    }
}
