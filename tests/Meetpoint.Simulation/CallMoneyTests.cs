using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>What calls across two exchanges cost: measured by the caller's side, countersigned by the other.</summary>
public sealed class CallMoneyTests : IDisposable
{
    const string Agreement = "albion-liberty";
    const string Month = "2026-01";
    const int SessionSeconds = 90;

    readonly SimulatedWorld _world = new(41, new WorldSetup { Calls = true, SessionSeconds = SessionSeconds });
    readonly SimulatedPhone _alice;
    readonly SimulatedPhone _bob;

    public CallMoneyTests() => (_alice, _bob) = (_world.Phone(_world.Albion, 0, 440), _world.Phone(_world.Liberty, 0, 880));

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Call_Answered_IsOnBothStatementsAtOnePrice()
    {
        TalkFor(61);
        _bob.HangUp();
        _world.Until(() => _alice.Ended is not null, 5, "the BYE");
        _world.Run(4);

        foreach (var exchange in _world.Exchanges)
        {
            var call = exchange.Usage(Agreement).ShouldHaveSingleItem();
            (call.State, call.Unit, call.MeasuredBy).ShouldBe((UsageState.Agreed, ChargeUnit.CallMinute, "albion.example"), $"{exchange.Name}: {call}");
            (call.Party, call.Called).ShouldBe(("user0@albion.example", "user0@liberty.example"));
            call.BillableMs.ShouldBeInRange(61_000, 61_500);
        }

        var ours = _world.Albion.Node.Settlements.Statements.Build(Agreement, Month)!;
        var leg = ours.Legs.ShouldHaveSingleItem();
        (leg.Payer, leg.Payee, leg.Total.ToString()).ShouldBe(("albion", "liberty", "EUR 0.031"), "62 begun seconds at 0.03 a minute");
        ours.Digest().ShouldBe(_world.Liberty.Node.Settlements.Statements.Build(Agreement, Month)!.Digest());
        _world.AssertNoFaults();
    }

    [Fact]
    public void Call_LostBye_IsBilledToTheLastProofOfLife()
    {
        TalkFor(200);
        var gone = _world.Now;
        _alice.Vanish();
        _bob.Vanish();
        _world.Run(SessionSeconds + 32 + 20);

        foreach (var exchange in _world.Exchanges)
        {
            exchange.Node.Grants.Open.ShouldBe(0, exchange.Name);
            var call = exchange.Usage(Agreement).ShouldHaveSingleItem();
            call.State.ShouldBe(UsageState.Agreed, $"{exchange.Name}: {call}");
            call.Ended.ShouldBeInRange(gone - Duration.FromSeconds(SessionSeconds), gone + Duration.FromSeconds(2), "a sign of life, and not when it was found out");
            call.BillableMs.ShouldBe((long)(call.Ended - call.Started).TotalMilliseconds);
        }

        var figures = _world.Albion.Node.Calls.Statistics.Figures(new Interval(gone - Duration.FromHours(1), _world.Now)).ShouldHaveSingleItem();
        (figures.Partner, figures.Direction, figures.Answered).ShouldBe(("to-liberty", CallDirection.Outgoing, 1));
        figures.AcdSeconds!.Value.ShouldBeInRange(200 - SessionSeconds, 203);
    }

    [Fact]
    public void Call_BusyOrGivenUp_CostsNothing()
    {
        _bob.Answers = false;
        _alice.Call("user0@liberty.example");
        _world.Until(() => _alice.RefusedWith == 486, 5, "busy");
        _alice.Call("user1@liberty.example"); // nobody is there
        _world.Run(3);
        _alice.HangUp();
        _world.Run(40);

        _world.Albion.Usage(Agreement).ShouldBeEmpty();
        _world.Liberty.Usage(Agreement).ShouldBeEmpty();
        var figures = _world.Albion.Node.Calls.Statistics.Figures(new Interval(_world.Now - Duration.FromHours(1), _world.Now)).ShouldHaveSingleItem();
        (figures.Seizures, figures.Answered, figures.Destination).ShouldBe((2, 0, "liberty.example"));
        figures.Causes[17].ShouldBe(1, "busy is told across");
    }

    void TalkFor(double seconds)
    {
        _alice.Call("user0@liberty.example");
        _world.Until(() => _alice.IsIn && _bob.IsIn, 5, () => $"answer, it is {_alice.RefusedWith}");
        _world.Run(seconds);
    }
}
