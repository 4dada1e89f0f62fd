using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Home servers that stop, come back or are silent for some, and what is more than is agreed or than fits.</summary>
public sealed class OutageTests
{
    /// <summary>A client waits 10 to 15 s before it gives up.</summary>
    const double Patience = 10;

    [Fact]
    public void Home_ThatStopsUnderLoad_MakesNobodyWaitLongerThanAClientDoes()
    {
        using var run = new RoamingRun(1, tries: 6);
        var asked = Load(run, 5);
        run.Homes[0].IsDown = true;
        asked.AddRange(Load(run, 60));
        run.World.Run(Patience);
        asked.ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessAccept);
        run.Homes[1].Asked.Count.ShouldBeGreaterThan(0);

        run.Homes[0].IsDown = false;
        run.World.Run(60); // it is asked whether it is there, three times
        var before = run.Homes[0].Asked.Count;
        Load(run, 5);
        run.World.Run(1);
        run.Homes[0].Asked.Count.ShouldBe(before + 50, "those asked after the first home was back");
        run.Homes[0].Probes.ShouldBeGreaterThan(2);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Home_SilentForOneRealm_IsThereForTheOthers()
    {
        using var run = new RoamingRun(2, tries: 6);
        foreach (var home in run.Homes)
            home.IsSilentFor = user => user.EndsWith("@silent.example", StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            run.Access.Access(run.Hub, $"user{i}@silent.example", SimulatedHomeServer.Password);
            run.World.Run(1);
        }

        var late = run.Access.Access(run.Hub, "late@silent.example", SimulatedHomeServer.Password);
        var other = run.Access.Access(run.Hub, "user@liberty.example", SimulatedHomeServer.Password);
        run.World.Run(0.5);
        late.Code.ShouldBe(RadiusCode.AccessReject, "a realm whose home is silent, at once");
        other.Code.ShouldBe(RadiusCode.AccessAccept, "another realm of the same home");
        run.World.Run(20);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Accounting_OfASilentRealm_DoesNotHoldUpThatOfOthers()
    {
        using var run = new RoamingRun(3);
        foreach (var home in run.Homes)
            home.IsSilentFor = user => user.EndsWith("@silent.example", StringComparison.Ordinal);
        for (var i = 0; i < 200; i++)
            run.Access.Account(run.Accounting, $"user{i}@silent.example", $"silent{i}");
        run.World.Run(120);
        run.Access.Account(run.Accounting, "user@liberty.example", "heard");
        run.World.Run(5);
        run.Arrived.ShouldContain("heard");
    }

    [Fact]
    public void Conversation_WhosePacketsAreLostForAWhile_GoesOnWithItsOwnHome()
    {
        using var run = new RoamingRun(4, tries: 8);
        run.Homes[0].IsDown = true;
        var first = run.Access.Access(run.Hub, "eap3-user@liberty.example", SimulatedHomeServer.Password);
        run.World.Until(() => first.Next is not null, 10, "a challenge of the second home");
        (run.Homes[0].IsDown, run.Homes[1].IsDown) = (false, true);
        run.World.Run(5); // longer than an answer is waited for
        run.Homes[1].IsDown = false;
        run.World.Run(15);
        first.Last.Code.ShouldBe(RadiusCode.AccessAccept, first.Last.Said);
        run.Homes[0].Asked.ShouldBeEmpty("the other home knows nothing of it");
        run.World.Run(130);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Rate_OfTheAgreement_RejectsWhatIsOver()
    {
        using var run = new RoamingRun(5, amend: document => Agree(document, "requestsPerSecond", 10));
        var asked = Enumerable.Range(0, 100).Select(i => run.Access.Access(run.Hub, $"user{i}@liberty.example", SimulatedHomeServer.Password)).ToList();
        run.World.Run(0.5);
        asked.Count(attempt => attempt.Code == RadiusCode.AccessAccept).ShouldBeInRange(10, 20);
        asked.ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessAccept || attempt.Code == RadiusCode.AccessReject);
        run.Exchange.Refusals.ShouldAllBe(reason => reason == RefusalReason.OverRate);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Rate_OfCalls_IsNotTakenByRoaming()
    {
        using var run = new RoamingRun(51, amend: document => document["agreements"]![0]!["aToB"] = JsonNode.Parse("""{"callsPerSecond":1}"""));
        var asked = Enumerable.Range(0, 20).Select(i => run.Access.Access(run.Hub, $"user{i}@liberty.example", SimulatedHomeServer.Password)).ToList();
        run.World.Run(0.5);
        asked.ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessAccept);
    }

    [Fact]
    public void Sessions_AsManyAsAgreed_LetNobodyElseIn_UntilOneIsOver()
    {
        using var run = new RoamingRun(52, amend: document => Agree(document, "maxSessions", 3));
        run.World.Run(1); // they were counted just now
        for (var i = 0; i < 3; i++)
        {
            var first = run.Access.Access(run.Hub, $"user{i}@liberty.example", SimulatedHomeServer.Password);
            run.World.Run(0.2);
            first.Code.ShouldBe(RadiusCode.AccessAccept, $"{i}");
            run.Access.Account(run.Accounting, $"user{i}@liberty.example", $"session{i}");
        }

        Ask("as it was let in").ShouldBe(RadiusCode.AccessReject);
        run.World.Run(20);
        Ask("as it is counted in the store").ShouldBe(RadiusCode.AccessReject);
        run.Exchange.Refusals.ShouldAllBe(reason => reason == RefusalReason.OverLimit);
        run.Exchange.Kill();
        run.Exchange.Restart();
        run.World.Run(10);
        Ask("after a restart").ShouldBe(RadiusCode.AccessReject);
        run.Access.Account(run.Accounting, "user1@liberty.example", "session1", status: 2);
        run.World.Run(10);
        Ask("one is over").ShouldBe(RadiusCode.AccessAccept);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);

        RadiusCode Ask(string when)
        {
            var attempt = run.Access.Access(run.Hub, "another@liberty.example", SimulatedHomeServer.Password);
            run.World.Until(() => attempt.Code != RadiusCode.None, 20, when);
            return attempt.Code;
        }
    }

    static void Agree(JsonObject document, string name, int value) =>
        document["agreements"]!.AsArray().Single(agreement => (string?)agreement!["id"] == "albion-liberty")!["roaming"] = new JsonObject { [name] = value };

    [Fact]
    public void Conversations_ThatAreLeft_HoldNothingInTheEnd()
    {
        using var run = new RoamingRun(6);
        var asked = Enumerable.Range(0, 100).Select(i => run.Access.Access(run.Hub, $"eap9-user{i}@liberty.example", SimulatedHomeServer.Password)).ToList();
        run.World.Until(() => asked.All(attempt => attempt.Code == RadiusCode.AccessChallenge), 1, "challenges");
        run.Exchange.Node.Admission.CountHeld().ShouldBe(100);
        foreach (var home in run.Homes)
            home.IsDown = true;
        run.World.Run(200);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Requests_MoreThanServersCanBeAsked_AreRejectedAtOnce()
    {
        const int Ids = 2 * 16_384; // of both servers
        using var run = new RoamingRun(7, tries: 1);
        foreach (var home in run.Homes)
            home.IsDown = true;
        var asked = Enumerable.Range(0, Ids + 100).Select(i => run.Access.Access(run.Hub, $"user{i}@liberty.example", SimulatedHomeServer.Password)).ToList();
        run.World.Run(0.5);
        asked.Count(attempt => attempt.Code == RadiusCode.AccessReject).ShouldBe(100);
        run.World.Run(20);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
    }

    [Fact]
    public void Servers_ThatAreTakenOutOfTheWorld_LeaveNothingBehind()
    {
        using var run = new RoamingRun(8, tries: 10);
        foreach (var home in run.Homes)
            home.IsDown = true;
        var begun = run.Access.Access(run.Hub, "eap3-user@liberty.example", SimulatedHomeServer.Password);
        var asked = Enumerable.Range(0, 100).Select(i => run.Access.Access(run.Hub, $"user{i}@liberty.example", SimulatedHomeServer.Password)).ToList();
        for (var i = 0; i < 200; i++)
            run.Access.Account(run.Accounting, $"user{i}@liberty.example", $"session{i}");
        run.World.Run(1);
        run.Move(new SimulatedHomeServer(run.World, "10.30.0.3", RoamingRun.HomeSecret), "10.30.0.3");
        run.World.Run(40);
        asked.ShouldAllBe(attempt => attempt.Code == RadiusCode.AccessAccept);
        begun.Last.Code.ShouldBe(RadiusCode.AccessAccept);
        run.Arrived.Distinct().Count().ShouldBe(200);
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0);
        run.World.AssertNoFaults();
    }

    [Fact]
    public void Accounting_WithoutRoomForWhatIsAdded_IsNotAcknowledged()
    {
        using var run = new RoamingRun(9);
        var full = run.Access.Account(run.Accounting, "user@liberty.example", "full", static (ref PacketWriter writer) =>
        {
            while (writer.Length < RadiusPacket.MaxLength - 255)
                writer.TryWrite(AttributeType.ProxyState, new byte[253]);
            writer.TryWrite(AttributeType.ProxyState, new byte[RadiusPacket.MaxLength - writer.Length - 2]);
        });
        full.Packet.Length.ShouldBe(RadiusPacket.MaxLength);
        var many = run.Access.Account(run.Accounting, "user@liberty.example", "many", static (ref PacketWriter writer) =>
        {
            for (var i = 0; i < RadiusPacket.MaxAttributes - 4; i++)
                writer.TryWrite(AttributeType.ProxyState, [1]);
        });
        run.World.Run(5);
        (full.Code, many.Code).ShouldBe((RadiusCode.None, RadiusCode.None));
        run.Access.Account(run.Accounting, "user@liberty.example", "next");
        run.World.Run(5);
        run.Arrived.ShouldBe(["next"]);
        run.Exchange.Faults.ShouldAllBe(fault => fault.Contains("cannot be carried on", StringComparison.Ordinal));
    }

    [Fact]
    public void Reject_OfAPacketFullOfProxyState_GivesAllOfItBack()
    {
        using var run = new RoamingRun(10, amend: document => document["agreements"] = new JsonArray());
        var full = run.Access.Access(run.Hub, "user@liberty.example", SimulatedHomeServer.Password, static (ref PacketWriter writer) =>
        {
            while (writer.Length < RadiusPacket.MaxLength - 255)
                writer.TryWrite(AttributeType.ProxyState, new byte[253]);
            writer.TryWrite(AttributeType.ProxyState, new byte[RadiusPacket.MaxLength - writer.Length - 2]);
        });
        run.World.Run(1);
        full.Code.ShouldBe(RadiusCode.AccessReject);
        run.Access.Wrong.ShouldBe(0);
    }

    static List<AccessAttempt> Load(RoamingRun run, double seconds)
    {
        var asked = new List<AccessAttempt>();
        for (var i = 0; i < seconds * 10; i++)
        {
            asked.Add(run.Access.Access(run.Hub, $"user{i}@liberty.example", SimulatedHomeServer.Password));
            run.World.Run(0.1);
        }

        return asked;
    }
}
