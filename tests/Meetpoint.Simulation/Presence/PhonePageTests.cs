using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Lists;
using Meetpoint.Exchange.Presence.Pages;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>Pages that phones fetch: states are there with the first fetch, and members are watched for as long as the page is fetched.</summary>
public sealed class PhonePageTests : IDisposable
{
    static readonly PhonePage Page = new("ppg_1", "user2@albion.example", "team");

    readonly SimulatedWorld _world = new(67, new WorldSetup { Systems = true, Users = 3, Rooms = 0, Amend = Amend });
    readonly CiscoSystem _cisco;
    readonly MicrosoftSystem _microsoft;

    public PhonePageTests()
    {
        _cisco = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
        _ = new CiscoSystem(_world, _world.Liberty);
        _ = new MicrosoftSystem(_world, _world.Liberty);
        _world.Run(2);
    }

    PhonePages Pages => _world.Albion.Node.Presence.Pages;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Fetch_First_WaitsForTheStatesOfOtherSystems()
    {
        _microsoft.Set("user0", 15500);
        var page = Fetch(within: 2);
        page.Title.ShouldBe("Team");
        page.People.Select(person => (person.Name, person.State.Activity, person.Number)).ShouldBe(
        [
            ("User 0 of Albion Telecom", Activity.Away, "+442070000000"), ("User 1 of Albion Telecom", Activity.Available, "user1@albion.example"),
            ("user0@liberty.example", Activity.Available, "user0@liberty.example"),
        ], "away is read on a phone");
        page.Now.Zone.Id.ShouldBe("Europe/Berlin");
        _cisco.Lift("user1", true);
        _world.Run(1);
        Fetch(within: 0.01).People[1].State.Activity.ShouldBe(Activity.OnThePhone, "the next is shown at once what is known");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Fetch_WhileASystemIsAway_ShowsTheRestInTime()
    {
        _world.Cut(_world.Albion, _world.Liberty, true);
        var page = Fetch(within: (PhonePageWatch.FirstWaitNs / (double)MonotonicTime.Second) + 0.1);
        page.People.Select(person => person.State.Activity).ShouldBe([Activity.Available, Activity.Available, Activity.Unknown]);
    }

    [Fact]
    public void Watch_NotFetchedAnyMore_EndsAndBeginsAnew()
    {
        Fetch(within: 2);
        _world.Run(120);
        Fetch(within: 0.01);
        _world.Run(120);
        _world.Albion.Run(() => Watchers().ShouldBe(1, "it was fetched in between"));
        _world.Run(70);
        _world.Albion.Run(() => Watchers().ShouldBe(0, "nobody is asked for on behalf of a phone that fetches no more"));
        _world.Albion.Run(() => Pages.Count.ShouldBe(0));
        _cisco.Lift("user0", true);
        _world.Run(2);
        Fetch(within: 2).People[0].State.Activity.ShouldBe(Activity.OnThePhone);
        _world.Albion.Run(() => Pages.Close(Page.Id));
        _world.Albion.Run(() => Watchers().ShouldBe(0, "revoked"));
    }

    [Fact]
    public void World_ShowsLess_PageDoesToo()
    {
        Fetch(within: 2);
        Change(document => document with
        {
            Agreements = [.. document.Agreements.Select(agreement => agreement with { Version = agreement.Version + 1, Presence = agreement.Presence with { ShownByB = PresenceLevel.Nothing } })],
            PresenceLists = [document.PresenceLists[0] with { Members = [.. document.PresenceLists[0].Members.Skip(1)] }],
        });
        Fetch(within: 0.01).People.Select(person => (person.Address, person.State.Activity)).ShouldBe([("user1@albion.example", Activity.Available), ("user0@liberty.example", Activity.Unknown)]);
        Change(document => document with { PresenceLists = [] });
        PhonePageShown? shown = null;
        var isTold = false;
        _world.Albion.Run(() => Pages.Show(Page, page => (shown, isTold) = (page, true)).ShouldBeTrue());
        (isTold, shown).ShouldBe((true, null), "the list is gone");
    }

    PhonePageShown Fetch(double within)
    {
        PhonePageShown? shown = null;
        _world.Albion.Run(() => Pages.Show(Page, page => shown = page).ShouldBeTrue());
        _world.Until(() => shown is not null, within, "shown");
        return shown!;
    }

    int Watchers() => _world.Albion.Node.Presence.Context.Hub.Find("user0@albion.example")?.Views.SelectMany(view => view.Watchers).OfType<ListMember>().Count() ?? 0;

    void Change(Func<WorldDocument, WorldDocument> change)
    {
        _world.Albion.Run(() => _ = _world.Albion.Node.Worlds.EditAsync(document => new WorldCheck(change(document), []), dryRun: false));
        _world.Run(0.1);
    }

    static void Amend(SimulatedParty self, JsonObject document)
    {
        if (self.Id != "albion")
            return;
        document["users"]![2]!["timeZone"] = "Europe/Berlin";
        document["endpoints"]![0]!["number"] = "+442070000000";
        document["presenceLists"] = new JsonArray(new JsonObject
        {
            ["id"] = "team", ["provider"] = "albion", ["name"] = "Team", ["address"] = "team@albion.example",
            ["members"] = new JsonArray("user0@albion.example", "user1@albion.example", "user0@liberty.example"),
        });
    }
}
