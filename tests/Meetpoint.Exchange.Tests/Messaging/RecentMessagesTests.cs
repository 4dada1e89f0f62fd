using Meetpoint.Exchange.Messaging;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Messaging;

public sealed class RecentMessagesTests
{
    readonly RecentMessages _recent = new();
    readonly List<MessageOutcome> _heard = [];

    [Fact]
    public void TryJoin_WhileTheFirstIsOnItsWay_HearsWhatBecomesOfIt()
    {
        _recent.TryJoin("k", 0, _heard.Add).ShouldBeFalse();
        _recent.TryJoin("k", 1, _heard.Add).ShouldBeTrue();

        _recent.End("k", MessageOutcome.Delivered, _heard.Add);

        _heard.ShouldBe([MessageOutcome.Delivered, MessageOutcome.Delivered]);
    }

    [Fact]
    public void TryJoin_AfterItWasTaken_HearsSoUntilItIsForgotten()
    {
        _recent.TryJoin("k", 0, static _ => { });
        _recent.End("k", MessageOutcome.Kept, static _ => { });

        _recent.TryJoin("k", MessageLimits.RecentNs - 1, _heard.Add).ShouldBeTrue();
        _heard.ShouldBe([MessageOutcome.Kept]);
        _recent.TryJoin("k", MessageLimits.RecentNs, _heard.Add).ShouldBeFalse();
    }

    [Fact]
    public void TryJoin_AfterNobodyTookIt_IsANewMessage()
    {
        _recent.TryJoin("k", 0, _heard.Add);
        _recent.End("k", MessageOutcome.Absent, _heard.Add);

        _recent.TryJoin("k", 1, _heard.Add).ShouldBeFalse();
        _heard.ShouldBe([MessageOutcome.Absent]);
    }

    [Fact]
    public void TryJoin_OfMoreThanAreRemembered_ForgetsTheOldest()
    {
        for (var i = 0; i <= MessageLimits.MaxRecent + 1; i++)
        {
            _recent.TryJoin($"{i}", i, static _ => { });
            _recent.End($"{i}", MessageOutcome.Delivered, static _ => { });
        }

        _recent.TryJoin("0", 0, static _ => { }).ShouldBeFalse();
        _recent.TryJoin($"{MessageLimits.MaxRecent}", 0, static _ => { }).ShouldBeTrue();
    }
}
