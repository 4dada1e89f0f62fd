using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Lists;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>Lists that have an address (RFC 4662): watched by one subscription, which follows the world and outlives the process.</summary>
public sealed class StoredListTests : IDisposable
{
    const string Team = "team@albion.example";
    const string Accept = "application/pidf+xml, application/rlmi+xml, multipart/related";

    readonly SimulatedWorld _world = new(61, new WorldSetup { Systems = true, Users = 4, Rooms = 0, Amend = Amend });
    readonly CiscoSystem _cisco;
    readonly MicrosoftSystem _microsoft;

    public StoredListTests()
    {
        _cisco = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
        _world.Run(2);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Subscribe_ToAList_BringsItsMembersAndThenWhatChanges()
    {
        var list = Subscribe("user3@albion.example");
        list.Last.Uri.ShouldBe("sip:" + Team);
        list.Last.Resources.Select(one => (one.Uri, one.State, one.Name)).ShouldBe(
        [
            ("sip:user0@albion.example", "active", "User 0 of Albion Telecom"), ("sip:user1@albion.example", "active", "User 1 of Albion Telecom"),
            ("sip:nobody@nowhere.example", null, null),
        ]);
        _world.Run(2);
        _cisco.Lift("user0", true);
        _world.Until(() => list.Texts[^1].Contains("on-the-phone", StringComparison.Ordinal), 2, () => list.Texts[^1]);
        list.Last.IsFull.ShouldBeFalse();
        list.Last.Resources.Select(one => one.Uri).ShouldBe(["sip:user0@albion.example"]);
        list.Documents.Select(document => document.Version).ShouldBe(Enumerable.Range(0, list.Documents.Count).Select(version => (uint)version));
        _world.Albion.Run(() => Members("user0@albion.example").Single().Watchers(_world.Now, 0).Single().Watcher.ShouldBe("user3@albion.example", "who watches by a list is seen as a watcher"));
        _world.AssertNoFaults();
    }

    [Fact]
    public void Subscribe_WithoutEventlist_IsTold421AndStrangers403()
    {
        var plain = new Heard(_microsoft, "user3@albion.example", Accept, supported: null);
        _world.Until(() => plain.Ended is not null, 3, "refused");
        plain.Ended.ShouldStartWith("421");
        new MicrosoftSystem(_world, _world.Liberty).Watch("user2@liberty.example", Team);
        var asked = () => _world.Liberty.Node.Presence.Upstreams.Of(Team).Select(upstream => upstream.Standing).SingleOrDefault();
        _world.Until(() => asked()?.StartsWith("403", StringComparison.Ordinal) == true, 5, () => $"for customers of others, but: {asked()}");
        Change(team => team with { Allow = ["liberty"] });
        _world.Until(() => asked()?.StartsWith("421", StringComparison.Ordinal) == true, 300, () => $"they may, and would have to understand lists, but: {asked()}");
    }

    [Fact]
    public void World_MembersComeAndGo_AndTheListEndsWithItsRecord()
    {
        var list = Subscribe("user3@albion.example");
        Change(team => team with { Members = [.. team.Members, "user2@albion.example"] });
        _world.Until(() => list.Last.Resources.Any(one => one.Uri == "sip:user2@albion.example"), 2, () => list.Texts[^1]);
        list.Last.IsFull.ShouldBeFalse("who comes is told alone");
        Change(team => team with { Members = ["user1@albion.example", "user2@albion.example"] });
        _world.Until(() => list.Last.IsFull, 2, () => list.Texts[^1]);
        list.Last.Resources.Select(one => one.Uri).Order().ShouldBe(["sip:user1@albion.example", "sip:user2@albion.example"]);
        _world.Albion.Run(() => Members("user0@albion.example").ShouldBeEmpty("she is watched by nobody's list"));
        Change(null);
        _world.Until(() => list.Ended is not null, 2, "the list is gone");
        list.Ended.ShouldBe("200 noresource");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Restart_SubscriptionToAList_GoesOn()
    {
        var list = Subscribe("user3@albion.example");
        var before = list.Last.Version;
        _world.Albion.Kill();
        _world.Run(5);
        _world.Albion.Restart();
        _world.Run(10);
        _cisco.Lift("user1", true);
        _world.Until(() => list.Texts[^1].Contains("on-the-phone", StringComparison.Ordinal), 5, () => list.Texts[^1]);
        list.Ended.ShouldBeNull("the subscription is the same");
        list.Documents.First(document => document.Version > before).IsFull.ShouldBeTrue("after the restart the whole comes first");
        list.Refresh();
        var count = list.Documents.Count;
        _world.Until(() => list.Documents.Count > count, 2, "and it is refreshed as before");
        list.Last.IsFull.ShouldBeTrue();
        list.End();
        _world.Run(5);
        _world.Albion.Run(() => _world.Albion.Node.Presence.Load().Subscriptions.ShouldBeEmpty("nothing is left in the store"));
    }

    [Fact]
    public void List_OfMoreThanOneMessageHolds_IsToldInSeveral()
    {
        Change(team => team with { Members = [.. Enumerable.Range(0, PresenceList.MaxMembers).Select(i => $"someone{i}@albion.example")] });
        var list = Subscribe("user3@albion.example");
        _world.Run(10);
        list.Documents[0].IsFull.ShouldBeTrue();
        list.Documents[0].Resources.Count.ShouldBe(PresenceList.MaxMembers, "the first has everyone");
        list.Texts.ShouldAllBe(text => text.Length < 64_000, "each fits a datagram");
        list.Documents.SelectMany(document => document.Resources).Where(one => one.ContentId is not null).Select(one => one.Uri).Distinct().Count().ShouldBe(PresenceList.MaxMembers);
    }

    [Fact]
    public void Subscribe_ToTheDialogsOfAList_BringsLamps()
    {
        var lamps = new Heard(_microsoft, "user3@albion.example", "application/dialog-info+xml, application/rlmi+xml, multipart/related", "eventlist", "dialog");
        _world.Until(() => lamps.Documents.Count > 0, 3, () => $"{lamps.Ended}");
        _cisco.Lift("user1", true);
        _world.Until(() => lamps.Texts[^1].Contains("confirmed", StringComparison.Ordinal), 3, () => lamps.Texts[^1]);
    }

    Heard Subscribe(string watcher)
    {
        var list = new Heard(_microsoft, watcher, Accept, "eventlist");
        _world.Until(() => list.Documents.Count > 0, 3, () => $"a first document: {list.Ended}");
        list.Documents[0].IsFull.ShouldBeTrue();
        return list;
    }

    IEnumerable<ListMember> Members(string address) => _world.Albion.Node.Presence.Context.Hub.Find(address)?.Views.SelectMany(view => view.Watchers).OfType<ListMember>() ?? [];

    void Change(Func<PresenceList, PresenceList>? change)
    {
        _world.Albion.Run(() => _ = _world.Albion.Node.Worlds.EditAsync(
            document => new WorldCheck(document with { PresenceLists = change is null ? [] : [change(document.PresenceLists[0])] }, []), dryRun: false));
        _world.Run(0.1);
    }

    static void Amend(SimulatedParty self, JsonObject document)
    {
        if (self.Id == "albion")
        {
            document["presenceLists"] = new JsonArray(new JsonObject
            {
                ["id"] = "team", ["provider"] = "albion", ["name"] = "Team", ["address"] = Team,
                ["members"] = new JsonArray("user0@albion.example", "user1@albion.example", "nobody@nowhere.example"),
            });
        }
    }

    /// <summary>A subscription to the list, with what came.</summary>
    sealed class Heard : ISubscriber
    {
        readonly VendorSystem _system;
        SubscriberSubscription? _subscription;

        public Heard(VendorSystem system, string watcher, string accept, string? supported, string package = "presence")
        {
            _system = system;
            system.Change("nobody", () => _subscription = system.Subscribe(
                new SubscribeOptions
                {
                    Target = SipUri.Parse("sip:" + Team), From = new NameAddress($"sip:{watcher}"), Event = package, Accept = accept,
                    Headers = supported is null ? [] : [("Supported", supported)], Route = system.Route, ContactUser = "watcher",
                }, this));
        }

        public List<RlmiList> Documents { get; } = [];

        public List<string> Texts { get; } = [];

        public RlmiList Last => Documents[^1];

        public string? Ended { get; private set; }

        public void Refresh() => _system.Change("nobody", _subscription!.Refresh);

        public void End() => _system.Change("nobody", _subscription!.End);

        public void OnNotify(SubscriberSubscription subscription, SipMessage notify)
        {
            if (notify.Body.IsEmpty)
                return;
            MultipartRelated.TryRead(notify.Text(SipHeader.Content_Type)!, notify.Body.ToArray(), out var parts, out var fault).ShouldBeTrue(fault);
            RlmiList.TryRead(parts![0].Body.Span, out var list, out fault).ShouldBeTrue(fault);
            Documents.Add(list!);
            Texts.Add(Encoding.UTF8.GetString(notify.Body));
        }

        public void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds) => Ended = $"{status} {reason}";
    }
}
