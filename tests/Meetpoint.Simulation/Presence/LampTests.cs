using System.Text.Json.Nodes;
using Meetpoint.Exchange.Presence;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>A system that tells dialogs in part (RFC 4235 section 4.3): what it said before counts, and what was missed is asked for.</summary>
public sealed class LampTests : IDisposable
{
    readonly SimulatedWorld _world = new(59, new WorldSetup { Systems = true, Users = 2, Rooms = 0, Amend = Amend });
    readonly LampSystem _lamps;
    readonly WatchedUser _seen;

    public LampTests()
    {
        _lamps = new LampSystem(_world, _world.Albion);
        var microsoft = new MicrosoftSystem(_world, _world.Albion);
        _seen = microsoft.Watch("user1@albion.example", "user0@albion.example");
        _world.Until(() => _seen.State.Activity == Activity.Available, 5, () => $"the whole at first: {_seen.Text} {_seen.Reason}");
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Partial_AnotherDialogRings_StaysOnThePhoneUntilItsOwnEnds()
    {
        _lamps.Set("user0", "first", "confirmed");
        Shows(Activity.OnThePhone);
        _lamps.Set("user0", "second", "early");
        _world.Run(1);
        Shows(Activity.OnThePhone);
        _lamps.Set("user0", "first", "terminated");
        Shows(Activity.Ringing);
        _lamps.Set("user0", "second", "terminated");
        Shows(Activity.Available);
        _world.AssertNoFaults();
    }

    [Fact]
    public void Partial_AfterOneThatWasMissed_HasTheWholeAskedFor()
    {
        _lamps.Set("user0", "first", "confirmed");
        Shows(Activity.OnThePhone);
        var whole = _lamps.Whole;
        _lamps.Set("user0", "first", "terminated", isLost: true);
        _lamps.Set("user0", "other", "early");
        Shows(Activity.Ringing);
        _lamps.Whole.ShouldBe(whole + 1, "by one refresh");
        _lamps.Set("user0", "other", "confirmed", isLost: true);
        _lamps.Set("user0", "third", "early");
        _world.Run(1);
        _lamps.Whole.ShouldBe(whole + 1, "it is not asked again at once");
        _world.Until(() => _seen.State.Activity == Activity.OnThePhone, 6, () => $"asked after a while, but: {_seen.Text}");
        _world.AssertNoFaults();
    }

    void Shows(Activity activity) => _world.Until(() => _seen.State.Activity == activity, 4, () => $"{activity}, but: {_seen.Text}");

    static void Amend(SimulatedParty self, JsonObject document)
    {
        document["profiles"] = new JsonArray(new JsonObject { ["id"] = "lamps", ["name"] = "Lamps", ["presence"] = "dialog-info" });
        var system = document["neighbours"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == "cisco")!;
        system["profile"] = "lamps";
        system["presence"] = new JsonObject { ["publish"] = "none", ["messagesPerSecond"] = 0 };
    }
}
