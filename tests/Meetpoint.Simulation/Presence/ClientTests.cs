using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Api;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>A client that takes part by the API: it watches across exchanges, and what it says is seen on the other systems and runs out.</summary>
public sealed class ClientTests : IDisposable
{
    readonly SimulatedWorld _world = new(53, new WorldSetup { Systems = true, Users = 3, Rooms = 0 });
    readonly CiscoSystem _cisco;
    readonly MicrosoftSystem _microsoft;
    readonly PresenceFeed _feed;
    int _woken;

    public ClientTests()
    {
        _cisco = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
        _ = new MicrosoftSystem(_world, _world.Liberty);
        _ = new CiscoSystem(_world, _world.Liberty);
        _feed = new PresenceFeed(_world.Liberty.Node.Presence, new ApiCaller("key", "liberty"), "user1@liberty.example", () => _woken++);
        _world.Run(1);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Watch_CustomerOfAnotherExchange_IsAskedForInTheWatchersNameAndToldTheLastState()
    {
        Take("""{"watch":"user0@albion.example","id":1}""").ShouldBeNull();
        _world.Run(3);
        Collect().ShouldHaveSingleItem()["presence"]!["state"]!["activity"]!.GetValue<string>().ShouldBe("available", "the phone is on the hook");
        _world.Albion.Run(() => _world.Albion.Node.Presence.Context.Hub.Find("user0@albion.example")!.Views.ShouldContain(view => view.Audience.Exchange == "liberty.example"));
        _woken = 0;
        _cisco.Lift("user0", true);
        _world.Run(1);
        _microsoft.Set("user0", 9500);
        _world.Run(1);
        _woken.ShouldBe(1, "it is due once, however much changes");
        Collect().ShouldHaveSingleItem()["presence"]!["state"]!["activity"]!.GetValue<string>().ShouldBe("do-not-disturb");
        Take("""{"unwatch":"user0@albion.example","id":2}""")!["type"]!.GetValue<string>().ShouldBe("unwatched");
        _cisco.Lift("user0", false);
        _world.Run(3);
        Collect().ShouldBeEmpty();
        _world.AssertNoFaults();
    }

    [Fact]
    public void Say_StateOfAClient_IsSeenInThePhonesSystemAndRunsOutToUnknown()
    {
        var presence = _world.Albion.Node.Presence;
        var seen = _cisco.Watch("user1@albion.example", "user2@albion.example");
        _world.Run(2);
        var target = presence.Context.Directory.Find("user2@albion.example")!;
        _world.Albion.Run(() => presence.Clients.Say(target, new ReportedState { Device = "desktop", State = new PresenceState(Activity.InMeeting), Kind = SourceKind.Calendar }, 30).ShouldNotBeNull());
        _world.Until(() => seen.State.Activity == Activity.InMeeting, 1, () => $"in a meeting: {seen.Text}");
        _world.Run(20);
        _world.Albion.Run(() => presence.Clients.Say(target, new ReportedState { Device = "desktop", State = new PresenceState(Activity.InMeeting), Kind = SourceKind.Calendar }, 30).ShouldNotBeNull());
        _world.Run(20);
        seen.State.Activity.ShouldBe(Activity.InMeeting, "it was said again in time");
        _world.Run(15);
        _world.Albion.Run(() => presence.Context.Hub.Find("user2@albion.example")!.Sources.ShouldContain(source => source.LostSince != null && source.Neighbour == null));
        seen.State.Activity.ShouldBe(Activity.Unknown, $"of the person nothing is known, though one machine is on: {seen.Text}");
        _world.Albion.Run(() => presence.Clients.TakeBack(target, "desktop").ShouldBeTrue());
        _world.Until(() => seen.State.Activity != Activity.InMeeting, 1, () => $"taken back: {seen.Text}");
    }

    JsonObject? Take(string frame)
    {
        JsonObject? answer = null;
        _world.Liberty.Run(() => _feed.TryTake(JsonNode.Parse(frame)!.AsObject(), out answer).ShouldBeTrue());
        return answer;
    }

    List<JsonNode> Collect()
    {
        var frames = new List<byte[]>();
        _world.Liberty.Run(() => _feed.Collect(frames, 100));
        return [.. frames.Select(frame => JsonNode.Parse(frame)!)];
    }
}
