using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Roaming.Watch;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Watch;

/// <summary>What waits for somebody who does not read is bounded, and he is told what he missed.</summary>
public sealed class RequestWatcherTests
{
    static readonly RadiusWatchLine _line = new(7, Instant.FromUnixTimeSeconds(0), 0, RadiusWatchStep.Answer, "an answer", ["Class = 3 octets"], IsLast: true);

    [Fact]
    public void Write_MoreThanWaits_TellsHowManyWereLost()
    {
        WatchedName.TryParse("@liberty.example", out var name).ShouldBeTrue();
        var watcher = new RequestWatcher(name!, 0);
        for (var i = 0; i < WatchLimits.WaitingLines + 5; i++)
            watcher.Write(_line);
        for (var i = 0; i < WatchLimits.WaitingLines; i++)
            watcher.Lines.TryRead(out _).ShouldBeTrue();
        watcher.Lines.TryRead(out _).ShouldBeFalse("five had no room");
        watcher.Write(_line);
        watcher.Lines.TryRead(out var lost).ShouldBeTrue();
        (lost!.Step, lost.Text, lost.IsLast).ShouldBe((RadiusWatchStep.Lost, "5 lines were lost: they were not read in time", false));
        watcher.Lines.TryRead(out var next).ShouldBeTrue();
        next.ShouldBe(_line);
    }
}
