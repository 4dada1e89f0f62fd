using Meetpoint.Net;
using Meetpoint.Radius.Exchanges;
using Shouldly;

namespace Meetpoint.Radius.Tests.Exchanges;

public sealed class ServerHealthTests
{
    const long Second = MonotonicTime.Second;
    const int Home = 1;
    const int Away = 2;

    [Fact]
    public void TimedOut_ServerThatAnswersProbes_StaysAliveAndTheRealmIsSuspect()
    {
        var health = new ServerHealth(new ServerHealthOptions(), new Random(1));
        var now = 0L;
        for (var i = 0; i < 3; i++)
        {
            health.TimedOut(Away, now, now += 20 * Second);
            health.State.ShouldBe(ServerState.Suspect);
            health.IsUsable.ShouldBeTrue();
            health.IsProbeDue(now).ShouldBeTrue("a suspect is asked at once");
            health.ProbeAnswered(now += Second);
            health.State.ShouldBe(ServerState.Alive);
        }

        health.IsUsableFor(Home, now).ShouldBeTrue();
        health.IsUsableFor(Away, now).ShouldBeFalse("three times silent, and the server itself answers");
        health.IsUsableFor(Away, now + (30 * Second)).ShouldBeTrue("it is tried again");
        health.Answered(Away, now);
        health.IsUsableFor(Away, now).ShouldBeTrue();
    }

    [Fact]
    public void TimedOut_WhileOthersAreAnswered_IsNotTheServer()
    {
        var health = new ServerHealth(new ServerHealthOptions(), new Random(1));
        health.Answered(Home, 10 * Second);
        health.TimedOut(Away, 5 * Second, 25 * Second);
        health.State.ShouldBe(ServerState.Alive, "it has answered since that request went out");
        health.NextNs.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void Probes_SilentThreeTimes_DeadThenThreeAnswersRevive()
    {
        var health = new ServerHealth(new ServerHealthOptions(), new Random(1));
        health.TimedOut(Home, 0, 20 * Second);
        var probes = 0;
        while (health.State != ServerState.Dead)
        {
            if (health.IsProbeDue(health.NextNs))
                probes++;
            probes.ShouldBeLessThan(10);
        }

        probes.ShouldBe(3);
        health.IsUsable.ShouldBeFalse();
        for (var answers = 1; answers <= 3; answers++)
        {
            var now = health.NextNs;
            while (!health.IsProbeDue(now))
                now = health.NextNs;
            health.ProbeAnswered(now + 1);
            health.State.ShouldBe(answers < 3 ? ServerState.Reviving : ServerState.Alive);
        }
    }

    [Fact]
    public void Probes_SilenceWhileReviving_BeginsAnew()
    {
        var health = new ServerHealth(new ServerHealthOptions { AnswersToAlive = 2 }, new Random(1));
        health.TimedOut(Home, 0, 1);
        while (health.State != ServerState.Dead)
            health.IsProbeDue(health.NextNs);
        Probe();
        health.State.ShouldBe(ServerState.Reviving);
        while (health.State == ServerState.Reviving)
            health.IsProbeDue(health.NextNs);
        health.State.ShouldBe(ServerState.Dead);
        Probe();
        Probe();
        health.State.ShouldBe(ServerState.Alive);

        void Probe()
        {
            while (!health.IsProbeDue(health.NextNs))
                continue;
            health.ProbeAnswered(health.NextNs);
        }
    }

    [Fact]
    public void ServerWithoutProbes_DiesOfItsRequestsAndIsTriedAgain()
    {
        var health = new ServerHealth(new ServerHealthOptions { CanProbe = false }, new Random(1));
        for (var i = 0; i < 4; i++)
            health.TimedOut(Home, i, i + Second);
        health.State.ShouldBe(ServerState.Dead);
        health.IsProbeDue(health.NextNs).ShouldBeFalse("there is nothing to ask by");
        health.State.ShouldBe(ServerState.Suspect);
        health.Answered(Home, 100 * Second);
        health.State.ShouldBe(ServerState.Alive);
    }

    [Fact]
    public void Realms_MoreThanTheLimit_AreNotCounted()
    {
        var health = new ServerHealth(new ServerHealthOptions { MaxRealms = 2 }, new Random(1));
        for (var realm = 0; realm < 5; realm++)
        {
            for (var i = 0; i < 3; i++)
                health.TimedOut(realm, 0, Second);
        }

        Enumerable.Range(0, 5).Count(realm => health.IsUsableFor(realm, 2 * Second)).ShouldBe(3);
    }
}
