using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Liberty's customers at Albion's hotspots, by way of both exchanges and RADIUS over TLS between them.</summary>
public sealed class BetweenExchangesTests
{
    [Fact]
    public void Customer_OfTheOtherExchange_IsLetInByItsHome()
    {
        using var run = new RoamingPair(1);
        var access = run.Access.Access(run.Hub, "alice@liberty.example", SimulatedHomeServer.Password);
        var wrong = run.Access.Access(run.Hub, "alice@liberty.example", "guess");
        var conversation = run.Access.Access(run.Hub, "eap4-bob@liberty.example", SimulatedHomeServer.Password);
        run.World.Until(() => conversation.Last.Code == RadiusCode.AccessAccept, 5, "Bob's conversation to end");
        access.Code.ShouldBe(RadiusCode.AccessAccept);
        wrong.Code.ShouldBe(RadiusCode.AccessReject);
        access.Said.ShouldBe("AccessAccept alice@liberty.example by its home");
        run.Home.Operators.ShouldBe(["1albion.example"], "Operator-Name as the visited exchange wrote it");
        run.ServersOf(run.Albion, "liberty.example").ShouldBe("to-liberty alive");
        run.Access.Wrong.ShouldBe(0);
        HeldNowhere(run);
    }

    [Fact]
    public void Exchange_ThatIsKilled_IsMetAgain_AndNobodyIsLeftWithoutAnAnswer()
    {
        using var run = new RoamingPair(2);
        Ask(run, 20).ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessAccept);
        run.Liberty.Kill();
        var during = Ask(run, 20, seconds: 12);
        during.ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessReject, "its home is not there");
        run.Liberty.Restart();
        run.World.Run(65);
        Ask(run, 20).ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessAccept);
        run.Albion.Kill();
        run.Albion.Restart();
        Ask(run, 20).ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessAccept, "asked while the connection is being opened");
        HeldNowhere(run);
    }

    [Fact]
    public void Operator_ThatAnExchangeDoesNotSpeakFor_IsRefusedByTheOther()
    {
        using var run = new RoamingPair(3);
        var spoofed = run.Access.Access(run.Hub, "alice@liberty.example", SimulatedHomeServer.Password, (ref PacketWriter writer) => writer.TryWrite(AttributeType.OperatorName, "1columbia.example"u8));
        run.World.Until(() => spoofed.Code == RadiusCode.AccessReject, 5, "a reject");
        run.Albion.Refusals.ShouldBe([RefusalReason.OriginNotAllowed]);

        // Liberty's own world does not know that Albion speaks for Thames.
        run.Albion.Run(() => AddOperator(run.Albion, "thames"));
        var unknown = run.Access.Access(run.Hub, "alice@liberty.example", SimulatedHomeServer.Password, (ref PacketWriter writer) => writer.TryWrite(AttributeType.OperatorName, "1thames.example"u8));
        run.World.Until(() => unknown.Code == RadiusCode.AccessReject, 5, "a reject");
        run.Liberty.Refusals.ShouldBe([RefusalReason.OriginNotAllowed]);
        run.Home.Asked.ShouldBeEmpty();
    }

    [Fact]
    public void Realm_ThatEachExchangeLeadsToTheOther_IsNotAskedBack()
    {
        // Each believes that the other serves Columbia.
        using var run = new RoamingPair(4, (self, document) =>
        {
            var other = self.Id == "albion" ? "liberty" : "albion";
            document["providers"]!.AsArray().Add(JsonNode.Parse(
                $$"""{"id":"columbia","name":"Columbia","domains":["columbia.example"],"exchange":"{{other}}.example","realms":[{"name":"columbia.example"}]}"""));
            foreach (var party in (string[])["albion", "liberty"])
            {
                document["agreements"]!.AsArray().Add(JsonNode.Parse(
                    $$"""{"id":"{{party}}-columbia","parties":["{{party}}","columbia"],"stage":"commercial","services":[{"service":"roaming"}]}"""));
            }
        });
        var lost = run.Access.Access(run.Hub, "alice@columbia.example", SimulatedHomeServer.Password);
        run.World.Until(() => lost.Code == RadiusCode.AccessReject, 5, "a reject");
        run.Liberty.Refusals.ShouldBe([RefusalReason.NoRoute]);
        run.Albion.Refusals.ShouldBeEmpty("Albion passes on what Liberty's exchange has answered");
    }

    [Fact]
    public void Session_IsCountedByBothExchanges_AndAgreedOnce()
    {
        using var run = new RoamingPair(5);
        Tell(run, 1, 0, 0);
        run.World.Run(60);
        Tell(run, 3, 60, 1_000_000);
        run.World.Run(60);
        Tell(run, 2, 120, 3_000_000);
        run.World.Until(() => run.Home.Sessions.Count == 3, 30, "accounting at home");
        run.World.Run(600);
        var (visited, home) = (run.Albion.Usage("albion-liberty").Single(), run.Liberty.Usage("albion-liberty").Single());
        visited.State.ShouldBe(UsageState.Agreed);
        home.State.ShouldBe(UsageState.Agreed);
        home.Id.ShouldBe(visited.Id);
        run.Albion.Faults.ShouldBeEmpty();
        run.Liberty.Faults.ShouldBeEmpty();
    }

    static void Tell(RoamingPair run, uint status, uint seconds, uint octets)
    {
        var told = run.Access.Account(run.Accounting, "alice@liberty.example", "session-1", (ref PacketWriter writer) =>
        {
            if (status == 1)
                return;
            writer.TryWriteInteger(AttributeType.AcctSessionTime, seconds);
            writer.TryWriteInteger(AttributeType.AcctInputOctets, octets);
        }, status);
        run.World.Until(() => told.Code == RadiusCode.AccountingResponse, 10, "accounting to be taken");
    }

    static List<AccessAttempt> Ask(RoamingPair run, int count, double seconds = 3)
    {
        var asked = Enumerable.Range(0, count).Select(i => run.Access.Access(run.Hub, $"user{i}@liberty.example", SimulatedHomeServer.Password)).ToList();
        run.World.Run(seconds);
        return asked;
    }

    static void AddOperator(SimulatedExchange exchange, string id)
    {
        var document = WorldObjects.Document(exchange.Node.Worlds.World.Document);
        document["providers"]!.AsArray().Add(JsonNode.Parse(
            $$"""{"id":"{{id}}","name":"{{id}}","domains":["{{id}}.example"],"exchange":"albion.example","realms":[{"name":"{{id}}.example"}]}"""));
        document["agreements"]!.AsArray().Add(JsonNode.Parse($$"""{"id":"{{id}}-liberty","parties":["{{id}}","liberty"],"stage":"commercial","services":[{"service":"roaming"}]}"""));
        document["neighbours"]!.AsArray().Single(each => (string?)each!["id"] == "nas")!["speaksFor"] = new JsonArray(id);
        exchange.Node.Worlds.ApplyAsync(document, dryRun: false).Done().Faults.ShouldBeEmpty();
    }

    static void HeldNowhere(RoamingPair run)
    {
        run.World.Run(1);
        run.Albion.Node.Admission.CountHeld().ShouldBe(0);
        run.Liberty.Node.Admission.CountHeld().ShouldBe(0);
    }
}
