using System.Text;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Who was let in, and is reported at once, late or never.</summary>
public sealed class AcceptedTests
{
    const string Station = "02-00-00-00-00-01";

    [Fact]
    public void Start_AfterTheAccept_TakesUpWhatItGave()
    {
        using var run = new RoamingRun(21);
        Home(run);
        LetIn(run);
        run.Exchange.Node.Roaming.Waiting.ShouldBe(1);
        Sessions(run).ShouldBeEmpty("it is in memory alone");
        Start(run);
        var session = Sessions(run).ShouldHaveSingleItem();
        session.State.ShouldBe(SessionState.Open);
        AssertTerms(session);
        session.Hotspot.ShouldBe("06-00-00-00-00-01:Liberty", "the Start has none: the request had");
        run.Exchange.Node.Roaming.Waiting.ShouldBe(0);
        run.World.Run(120);
        Sessions(run).Count.ShouldBe(1);
        run.World.AssertNoFaults();
    }

    [Fact]
    public void Accept_ThatNothingIsReportedOf_IsAStateOfItsOwn_AndALateStartTakesItUp()
    {
        using var run = new RoamingRun(22);
        Home(run);
        LetIn(run);
        run.World.Run(55);
        Sessions(run).ShouldBeEmpty();
        LetIn(run); // who proves himself anew is let in once
        run.World.Run(10);
        var accepted = Sessions(run).ShouldHaveSingleItem();
        (accepted.State, accepted.AccountId, accepted.Visited, accepted.Home, accepted.Realm).ShouldBe((SessionState.Accepted, "", "albion", "liberty", "liberty.example"));
        run.Exchange.Node.Roaming.Waiting.ShouldBe(0);
        Start(run);
        var open = Sessions(run).ShouldHaveSingleItem();
        open.State.ShouldBe(SessionState.Open);
        AssertTerms(open);
        run.World.AssertNoFaults();
    }

    [Fact]
    public void Exchange_ThatIsKilled_ForgetsWhoWasLetIn_AndTakesTheStartAllTheSame()
    {
        using var run = new RoamingRun(23);
        Home(run);
        LetIn(run);
        run.Exchange.Kill();
        run.Exchange.Restart();
        run.World.Run(2);
        Start(run);
        var session = Sessions(run).ShouldHaveSingleItem().Session();
        (session.State, session.Terms.Class, session.Terms.Links.Length).ShouldBe((SessionState.Open, null, 1));
        run.World.AssertNoFaults();
    }

    [Fact]
    public void OwnCustomers_AndRejects_AreNoSessions()
    {
        using var run = new RoamingRun(24);
        Home(run);
        run.Access.Access(run.Hub, "user@liberty.example", "guessed", Where);
        run.World.Run(1);
        run.Exchange.Node.Roaming.Waiting.ShouldBe(0);
    }

    static void Home(RoamingRun run)
    {
        foreach (var home in run.Homes)
        {
            home.More = static (ref PacketWriter writer) =>
            {
                writer.TryWrite(AttributeType.Class, [0xAB, 0xCD]);
                writer.TryWrite(AttributeType.ChargeableUserIdentity, "pseudonym-7"u8);
                writer.TryWriteInteger(AttributeType.SessionTimeout, 7_200);
                writer.TryWriteInteger((AttributeType)85, 600);
            };
        }
    }

    static void Where(ref PacketWriter writer)
    {
        writer.TryWrite(AttributeType.NasIdentifier, "ap-1"u8);
        writer.TryWrite(AttributeType.CallingStationId, Encoding.ASCII.GetBytes(Station));
        writer.TryWrite(AttributeType.CalledStationId, "06-00-00-00-00-01:Liberty"u8);
    }

    static void LetIn(RoamingRun run)
    {
        var attempt = run.Access.Access(run.Hub, "user@liberty.example", SimulatedHomeServer.Password, Where);
        run.World.Run(1);
        attempt.Code.ShouldBe(RadiusCode.AccessAccept);
    }

    static void Start(RoamingRun run)
    {
        var attempt = run.Access.Account(run.Accounting, "user@liberty.example", "session-1", static (ref PacketWriter writer) =>
        {
            writer.TryWrite(AttributeType.CallingStationId, Encoding.ASCII.GetBytes(Station.ToLowerInvariant()));
            writer.TryWrite(AttributeType.Class, [0xAB, 0xCD]);
        });
        run.World.Run(1);
        attempt.Code.ShouldBe(RadiusCode.AccountingResponse);
    }

    static void AssertTerms(SessionRow row)
    {
        var terms = row.Session().Terms;
        (terms.Class, terms.Cui, terms.InterimSeconds, terms.SessionSeconds).ShouldBe(("abcd", "pseudonym-7", 600, 7_200));
        terms.Links.ShouldHaveSingleItem().Agreement.ShouldBe("albion-liberty");
        row.Session().Accepted.ShouldNotBeNull();
    }

    static IReadOnlyList<SessionRow> Sessions(RoamingRun run) => run.Exchange.Store.Read(reader => SessionRows.List(reader, new SessionFilter(), null, 10));
}
