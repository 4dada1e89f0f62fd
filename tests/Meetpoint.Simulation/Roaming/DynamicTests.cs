using Meetpoint.Exchange.Roaming.Dynamic;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Sessions of Liberty's customers at Albion's hotspots that are ended or changed from home: by way of both exchanges, to the access server.</summary>
public sealed class DynamicTests
{
    [Fact]
    public void Session_IsEndedByEitherExchange_AndSaysSo()
    {
        using var run = new RoamingPair(21);
        Begin(run, "one", "two");
        End(run, run.Albion, "one").ShouldBe(new DynamicOutcome(DynamicResult.Acknowledged, ErrorCause.None, "10.20.0.1:3799"));
        End(run, run.Liberty, "two").Result.ShouldBe(DynamicResult.Acknowledged);
        run.Dynamic.Asked.ShouldBe(["DisconnectRequest one", "DisconnectRequest two"]);
        run.Dynamic.Sessions.ShouldBeEmpty();
        Session(run.Albion, "one").Session().End.ShouldBe(SessionEnd.Disconnected);
        Session(run.Albion, "two").Session().End.ShouldBe(SessionEnd.Disconnected);
        Session(run.Liberty, "two").Session().End.ShouldBe(SessionEnd.Disconnected);
    }

    [Fact]
    public void Session_ThatTheAccessServerDoesNotKnow_GoesOn_AndSaysWhy()
    {
        using var run = new RoamingPair(22);
        Begin(run, "one");
        run.Dynamic.Sessions.Clear();
        var outcome = End(run, run.Liberty, "one");
        (outcome.Result, outcome.Cause).ShouldBe((DynamicResult.Refused, ErrorCause.SessionContextNotFound));
        Session(run.Liberty, "one").State.ShouldBe(SessionState.Open);
        run.Dynamic.IsDown = true;
        End(run, run.Albion, "one").Result.ShouldBe(DynamicResult.Unanswered);
        run.Dynamic.Asked.Count.ShouldBe(1, "what it heard while it heard anything");
        Session(run.Albion, "one").State.ShouldBe(SessionState.Open);
    }

    [Fact]
    public void Home_EndsAndChangesItsOwnCustomersSessions_AndNoOthers()
    {
        using var run = new RoamingPair(23);
        Begin(run, "one");
        var change = run.Home.Dynamic(RoamingPair.DynamicOf(run.Liberty), RadiusCode.CoaRequest, "one");
        run.World.Until(() => change.Code != RadiusCode.None, 10, "an answer to CoA");
        change.Code.ShouldBe(RadiusCode.CoaAck);
        var other = run.Home.Dynamic(RoamingPair.DynamicOf(run.Liberty), RadiusCode.DisconnectRequest, "nobodys");
        run.World.Until(() => other.Code != RadiusCode.None, 10, "an answer about nobody's session");
        (other.Code, other.Cause).ShouldBe((RadiusCode.DisconnectNak, 503u));
        var end = run.Home.Dynamic(RoamingPair.DynamicOf(run.Liberty), RadiusCode.DisconnectRequest, "one");
        run.World.Until(() => end.Code != RadiusCode.None, 10, "an answer to Disconnect");
        end.Code.ShouldBe(RadiusCode.DisconnectAck);
        run.Dynamic.Asked.ShouldBe(["CoaRequest one", "DisconnectRequest one"]);
        run.World.Run(1);
        Session(run.Liberty, "one").Session().End.ShouldBe(SessionEnd.Disconnected);
    }

    [Fact]
    public void Session_ThatHasUsedWhatItMay_IsEndedByTheVisitedExchange_Once()
    {
        using var run = new RoamingPair(25, (_, document) => document["agreements"]![0]!["roaming"] = new System.Text.Json.Nodes.JsonObject { ["maxSessionOctets"] = 1_000_000 });
        Begin(run, "one", "two");
        foreach (var (session, octets) in (ReadOnlySpan<(string, uint)>)[("one", 2_000_000), ("two", 999_999)])
        {
            var told = run.Access.Account(run.Accounting, "alice@liberty.example", session, (ref PacketWriter writer) =>
            {
                writer.TryWriteInteger(AttributeType.AcctSessionTime, 60);
                writer.TryWriteInteger(AttributeType.AcctInputOctets, octets);
            }, status: 3);
            run.World.Until(() => told.Code == RadiusCode.AccountingResponse, 10, "the interim to be taken");
        }

        run.World.Until(() => run.Dynamic.Asked.Count > 0, 10, "a Disconnect");
        run.World.Run(5);
        run.Dynamic.Asked.ShouldBe(["DisconnectRequest one"]);
        Session(run.Albion, "one").Session().End.ShouldBe(SessionEnd.Disconnected);
        Session(run.Albion, "two").State.ShouldBe(SessionState.Open);
    }

    [Fact]
    public void Session_AtAnAccessServerWithoutAPlaceForIt_IsSaidToBeOutOfReach()
    {
        using var run = new RoamingPair(24, (_, document) =>
        {
            foreach (var neighbour in document["neighbours"]!.AsArray())
                neighbour!["radius"]!.AsObject().Remove("dynamicServers");
        });
        Begin(run, "one");
        End(run, run.Albion, "one").Result.ShouldBe(DynamicResult.Unreachable);
        var outcome = End(run, run.Liberty, "one");
        (outcome.Result, outcome.Cause).ShouldBe((DynamicResult.Refused, ErrorCause.RequestNotRoutable));
    }

    static void Begin(RoamingPair run, params string[] sessions)
    {
        var told = sessions.Select(session => run.Access.Account(run.Accounting, "alice@liberty.example", session)).ToList();
        run.World.Until(() => told.All(one => one.Code == RadiusCode.AccountingResponse) && run.Home.Sessions.Count == sessions.Length, 10, "the sessions to be known everywhere");
        run.World.Run(1);
        run.Dynamic.Sessions.UnionWith(sessions);
    }

    static DynamicOutcome End(RoamingPair run, SimulatedExchange exchange, string session)
    {
        Task<DynamicOutcome>? outcome = null;
        exchange.Run(() => outcome = exchange.Node.Radius!.DisconnectAsync(Session(exchange, session)));
        run.World.Until(() => outcome!.IsCompleted, 30, "an outcome");
        run.World.Run(1);
        return outcome!.Done();
    }

    static SessionRow Session(SimulatedExchange exchange, string session) =>
        exchange.Store.Read(reader => SessionRows.OfKey(reader, SessionRows.KeyOf("albion", "ap-1", session)).Select(head => SessionRows.Find(reader, head.Id)!).Single());
}
