using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Roaming.Dynamic;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Net;
using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>An operator follows requests of a user or a realm as they pass: each step, and no secret.</summary>
public sealed class WatchTests
{
    const string Alice = "alice@liberty.example";

    [Fact]
    public void Access_LetIn_IsToldStepByStep()
    {
        using var run = new RoamingRun(51);
        run.Homes[0].Gives = static (ref PacketWriter writer) => writer.TryWrite(AttributeType.FilterId, "staff"u8);
        var watcher = Watch(run.World, run.Exchange, Alice);
        Ask(run, Alice, SimulatedHomeServer.Password).Code.ShouldBe(RadiusCode.AccessAccept);
        Ask(run, "bob@liberty.example", SimulatedHomeServer.Password).Code.ShouldBe(RadiusCode.AccessAccept, "and nobody watches him");
        var lines = Read(watcher);
        Steps(lines).ShouldBe(["Request", "Realm", "Visited", "Agreement", "Server", "Server", "Sent", "Answer", "Returned"]);
        lines.ShouldAllBe(line => line.Conversation == 1);
        lines.Count(line => line.IsLast).ShouldBe(1);
        lines[0].Text.ShouldBe("AccessRequest 0 from nas at " + run.Access.Host.Addresses[0].WithPort(PortOf(lines[0].Text)) + " over UDP");
        lines[0].Attributes.ShouldBe(["Message-Authenticator = present", "User-Name = \"alice@liberty.example\"", "User-Password = <masked>"]);
        Text(lines, RadiusWatchStep.Realm).ShouldBe("realm liberty.example is liberty.example of liberty");
        Text(lines, RadiusWatchStep.Visited).ShouldBe("nas is of albion; without Operator-Name the user is there");
        Text(lines, RadiusWatchStep.Agreement).ShouldBe("agreement albion-liberty version 1 covers roaming from albion");
        lines.Where(line => line.Step == RadiusWatchStep.Server).Select(line => line.Text).ShouldBe(["homes at 10.30.0.1:1812 is alive", "homes at 10.30.0.2:1812 is alive"]);
        Text(lines, RadiusWatchStep.Sent).ShouldStartWith("sent to homes at 10.30.0.1:1812 over UDP under id ");
        lines.Single(line => line.Step == RadiusWatchStep.Sent).Attributes.ShouldBe(["+ Operator-Name = \"1albion.example\"", "+ Proxy-State = 11 octets"]);
        Text(lines, RadiusWatchStep.Answer).ShouldStartWith("AccessAccept from homes at 10.30.0.1:1812 after ");
        lines[^1].Text.ShouldBe("AccessAccept to nas");
        lines[^1].Attributes.ShouldBe(["- Filter-Id = \"staff\"", "- Proxy-State = 11 octets"]);
        ShowsNoSecret(lines);
    }

    [Fact]
    public void Access_WithChallenges_IsOneConversation()
    {
        using var run = new RoamingRun(52);
        var watcher = Watch(run.World, run.Exchange, "@liberty.example");
        Ask(run, "eap2-alice@liberty.example", SimulatedHomeServer.Password).Code.ShouldBe(RadiusCode.AccessAccept);
        var lines = Read(watcher);
        lines.ShouldAllBe(line => line.Conversation == 1);
        lines.Count(line => line.Step == RadiusWatchStep.Request).ShouldBe(3);
        lines.Where(line => line.Step == RadiusWatchStep.Returned).Select(line => (line.Text, line.IsLast)).ShouldBe(
            [("AccessChallenge to nas", false), ("AccessChallenge to nas", false), ("AccessAccept to nas", true)]);
        lines.Count(line => line.Text == "the conversation goes on with homes at 10.30.0.1:1812, which has it").ShouldBe(2);
        lines.SelectMany(line => line.Attributes.Append(line.Text)).ShouldAllBe(text => !text.Contains("alice", StringComparison.OrdinalIgnoreCase));
        ShowsNoSecret(lines);
    }

    [Fact]
    public void Access_RefusedHereOrAtHome_SaysByWhom()
    {
        using var run = new RoamingRun(53, amend: document => document["agreements"]!.AsArray().Single(each => (string?)each!["id"] == "albion-liberty")!["stage"] = "draft");
        var watcher = Watch(run.World, run.Exchange, Alice);
        Ask(run, Alice, "wrong").Code.ShouldBe(RadiusCode.AccessReject);
        var lines = Read(watcher);
        Steps(lines).ShouldBe(["Request", "Realm", "Visited", "Refused", "Returned"]);
        Text(lines, RadiusWatchStep.Refused).ShouldContain("refused.");
        lines[^1].Text.ShouldBe("AccessReject to nas, by this exchange itself");
        lines[^1].IsLast.ShouldBeTrue();

        using var other = new RoamingRun(54);
        watcher = Watch(other.World, other.Exchange, Alice);
        Ask(other, Alice, "wrong").Code.ShouldBe(RadiusCode.AccessReject);
        lines = Read(watcher);
        Text(lines, RadiusWatchStep.Answer).ShouldStartWith("AccessReject from homes at 10.30.0.1:1812 after ");
        lines[^1].Text.ShouldBe("AccessReject to nas");
        ShowsNoSecret(lines, "wrong");
    }

    [Fact]
    public void Access_WhoseHomeIsSilent_IsFollowedToTheNext()
    {
        using var run = new RoamingRun(55);
        run.Homes[0].IsDown = true;
        var watcher = Watch(run.World, run.Exchange, Alice);
        var attempt = run.Access.Access(run.Hub, Alice, SimulatedHomeServer.Password);
        run.World.Until(() => attempt.Code != RadiusCode.None, 20, "an answer of the second home");
        var lines = Read(watcher);
        Steps(lines).Where(step => step is not ("Server" or "Repeated")).ShouldBe(["Request", "Realm", "Visited", "Agreement", "Sent", "Silence", "Sent", "Answer", "Returned"]);
        lines.ShouldContain(line => line.Text == "its client repeats it: the same octets go to homes at 10.30.0.1:1812 again");
        Text(lines, RadiusWatchStep.Silence).ShouldStartWith("homes at 10.30.0.1:1812 gave no answer within 4");
        lines.Last(line => line.Step == RadiusWatchStep.Sent).Text.ShouldStartWith("sent to homes at 10.30.0.2:1812 ");
        lines.Single(line => line.Step == RadiusWatchStep.Silence).Milliseconds.ShouldBeInRange(4_000, 4_500);
    }

    [Fact]
    public void Access_OverTwoExchanges_IsSeenAtBoth_AndSoAreItsSessionAndItsEnd()
    {
        using var run = new RoamingPair(56);
        var (here, there) = (Watch(run.World, run.Albion, Alice), Watch(run.World, run.Liberty, "@liberty.example"));
        var attempt = run.Access.Access(run.Hub, Alice, SimulatedHomeServer.Password);
        run.World.Until(() => attempt.Code == RadiusCode.AccessAccept, 10, "access");
        Text(Read(here), RadiusWatchStep.Sent).ShouldContain(" over TLS as radius/1.1 under id ");
        var lines = Read(there);
        lines[0].Text.ShouldContain(" over TLS 1.3 as radius/1.1");
        Text(lines, RadiusWatchStep.Visited).ShouldBe("Operator-Name says albion, for which albion-exchange may speak".Replace("albion-exchange", lines[0].Text.Split(" from ")[1].Split(' ')[0], StringComparison.Ordinal));
        ShowsNoSecret(lines);

        var told = run.Access.Account(run.Accounting, Alice, "one");
        run.World.Until(() => told.Code == RadiusCode.AccountingResponse && run.Home.Sessions.Count == 1, 10, "the session to be known everywhere");
        run.World.Run(1);
        lines = Read(here);
        Steps(lines).ShouldBe(["Request", "Realm", "Visited", "Durable", "Returned", "Sent", "Answer", "Returned"]);
        lines.Select(line => line.IsLast).ShouldBe([false, false, false, false, false, false, false, true]);
        lines[^1].Text.ShouldBe("liberty has it: nothing of it is sent again");
        Read(there).Count(line => line.IsLast).ShouldBe(1);

        run.Dynamic.Sessions.Add("one");
        var row = run.Albion.Store.Read(reader => SessionRows.OfKey(reader, SessionRows.KeyOf("albion", "ap-1", "one")).Select(head => SessionRows.Find(reader, head.Id)!).Single());
        Task<DynamicOutcome>? ended = null;
        run.Albion.Run(() => ended = run.Albion.Node.Radius!.DisconnectAsync(row));
        run.World.Run(1);
        ended!.Done().Result.ShouldBe(DynamicResult.Acknowledged);
        lines = Read(here);
        Steps(lines).ShouldBe(["Sent", "Answer", "Returned"], "the session was seen, so that what names it alone is known to be hers");
        lines[1].Text.ShouldStartWith("DisconnectAck from nas at 10.20.0.1:3799 after ");
    }

    [Fact]
    public void Watches_AreFewAndEndByThemselves()
    {
        using var run = new RoamingRun(57);
        var watchers = Enumerable.Range(0, WatchLimits.Watchers).Select(_ => Watch(run.World, run.Exchange, Alice)).ToList();
        Begin(run.World, run.Exchange, Alice).ShouldBeNull("one more than may");
        run.Exchange.Run(() => run.Exchange.Node.Radius!.EndWatch(watchers[0]));
        run.World.Run(1);
        Begin(run.World, run.Exchange, Alice).ShouldNotBeNull();
        run.World.Run(590);
        watchers[1].Lines.Completion.IsCompleted.ShouldBeFalse();
        run.World.Run(20);
        watchers[1].Lines.Completion.IsCompleted.ShouldBeTrue("ten minutes are over");
        Begin(run.World, run.Exchange, Alice).ShouldNotBeNull("there is room again");
    }

    static AccessAttempt Ask(RoamingRun run, string user, string password)
    {
        var attempt = run.Access.Access(run.Hub, user, password);
        run.World.Until(() => attempt.Last.Code is not (RadiusCode.None or RadiusCode.AccessChallenge), 10, $"an answer about {user}");
        return attempt.Last;
    }

    static RequestWatcher Watch(SimulatedWorld world, SimulatedExchange exchange, string user) => Begin(world, exchange, user).ShouldNotBeNull();

    static RequestWatcher? Begin(SimulatedWorld world, SimulatedExchange exchange, string user)
    {
        WatchedName.TryParse(user, out var name).ShouldBeTrue();
        Task<RequestWatcher?>? watcher = null;
        exchange.Run(() => watcher = exchange.Node.Radius!.WatchAsync(name!));
        world.Run(0.1);
        return watcher!.Done();
    }

    static List<RadiusWatchLine> Read(RequestWatcher watcher)
    {
        var lines = new List<RadiusWatchLine>();
        while (watcher.Lines.TryRead(out var line))
            lines.Add(line);
        return lines;
    }

    static IEnumerable<string> Steps(IEnumerable<RadiusWatchLine> lines) => lines.Select(line => line.Step.ToString());

    static string Text(IEnumerable<RadiusWatchLine> lines, RadiusWatchStep step) => lines.First(line => line.Step == step).Text;

    static int PortOf(string text) => NetAddress.Parse(text.Split(" at ")[1].Split(' ')[0]).Port;

    static void ShowsNoSecret(IEnumerable<RadiusWatchLine> lines, string secret = SimulatedHomeServer.Password)
    {
        foreach (var text in lines.SelectMany(line => line.Attributes.Append(line.Text)))
        {
            text.ShouldNotContain(secret);
            text.ShouldNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(secret)), Case.Insensitive);
        }
    }
}
