using System.Text.Json.Nodes;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>The messages a second that a neighbour takes hold too where many of its people, or of its watchers, are concerned at once.</summary>
public sealed class PaceTests : IDisposable
{
    const int Users = 12;
    const int PerSecond = 2;

    readonly WorldSetup _setup = new() { Systems = true, Users = Users, Rooms = 0, Amend = (_, document) => Slow(document, "microsoft", "to-albion") };
    readonly SimulatedWorld _world;
    readonly CiscoSystem _cisco;
    readonly MicrosoftSystem _microsoft;

    public PaceTests()
    {
        _world = new SimulatedWorld(67, _setup);
        _cisco = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
        _ = new CiscoSystem(_world, _world.Liberty);
        _ = new MicrosoftSystem(_world, _world.Liberty);
        _world.Run(2);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Restart_ManyOfASystemAreWatched_TheyAreAskedForAtItsPace()
    {
        for (var i = 0; i < Users; i++)
            _cisco.Watch("user0@albion.example", $"user{i}@albion.example");
        _world.Run(30);
        AtMostPerSecond(_microsoft.AskedNs);
        _microsoft.AskedNs.Count.ShouldBe(Users);
        _microsoft.AskedNs.Clear();
        _world.Albion.Kill();
        _world.Run(5);
        _world.Albion.Restart();
        _world.Run(30);
        _microsoft.AskedNs.Count.ShouldBe(Users, "everyone who is watched is asked for again");
        AtMostPerSecond(_microsoft.AskedNs);
        _world.AssertNoFaults();
    }

    [Fact]
    public void World_ShowsLessOfMany_TheirWatchersHearAtTheirNeighboursPace()
    {
        var watched = Enumerable.Range(0, Users).Select(i => _cisco.Watch("user0@albion.example", $"user{i}@liberty.example")).ToList();
        _world.Run(40);
        watched.ForEach(one => one.ToldNs.Clear());
        var less = SimulatedDocuments.Of(_world.Liberty.Party, _world.Parties, _setup with
        {
            Amend = (self, document) =>
            {
                _setup.Amend!(self, document);
                document["agreements"]![0]!["presence"]!["shownByB"] = "free-busy";
                document["agreements"]![0]!["version"] = 2;
            },
        });
        _world.Liberty.Run(() => _ = _world.Liberty.Node.Worlds.ApplyAsync(less, dryRun: false));
        _world.Run(40);
        var told = watched.SelectMany(one => one.ToldNs).Order().ToList();
        told.Count.ShouldBeGreaterThanOrEqualTo(Users, "each of them is shown less");
        AtMostPerSecond(told);
        _world.AssertNoFaults();
    }

    static void AtMostPerSecond(List<long> times)
    {
        for (var i = PerSecond; i < times.Count; i++)
            (times[i] - times[i - PerSecond]).ShouldBeGreaterThanOrEqualTo(MonotonicTime.Second * 95 / 100, $"{PerSecond} a second, but message {i} of {times.Count} came sooner");
    }

    static void Slow(JsonObject document, params string[] neighbours)
    {
        foreach (var neighbour in document["neighbours"]!.AsArray().Where(one => neighbours.Contains(one!["id"]!.GetValue<string>())))
        {
            if (neighbour!["presence"] is not JsonObject presence)
                neighbour["presence"] = presence = [];
            presence["messagesPerSecond"] = PerSecond;
        }
    }
}
