using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Api;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>What an exchange says of what it believes, who is told, and why not.</summary>
public sealed class PictureTests : IDisposable
{
    const string User0 = "user0@albion.example";

    readonly SimulatedWorld _world = new(43, new WorldSetup { Systems = true, Users = 3, Rooms = 0 });
    readonly CiscoSystem _cisco;
    readonly MicrosoftSystem _microsoft;
    readonly MicrosoftSystem _far;

    public PictureTests()
    {
        _cisco = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
        _far = new MicrosoftSystem(_world, _world.Liberty);
        _world.Run(2);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Explanation_OfWatchedUser_HasSourcesWatchersAndWhatIsNotToldBack()
    {
        var seen = _far.Watch("user2@liberty.example", User0);
        var near = _microsoft.Watch("user1@albion.example", User0);
        _world.Run(2);
        _cisco.Lift("user0", true);
        _world.Until(() => seen.State.Activity == Activity.OnThePhone && near.State.Activity == Activity.OnThePhone, 2, () => $"both see it: {seen.Text} {near.Text}");
        _world.Run(1);
        var picture = Explain().Picture;
        picture.State.Activity.ShouldBe(Activity.OnThePhone);
        picture.Sources.Where(source => source.Kind == PresenceSourceKind.Subscription).Select(source => $"{source.Neighbour} {source.Standing}").Order()
            .ShouldBe(["cisco active", "microsoft active"]);
        picture.Watchers.Select(watcher => $"{watcher.Watcher} {watcher.Neighbour} {watcher.Shown.Activity}").Order()
            .ShouldBe(["user1@albion.example microsoft OnThePhone", "user2@liberty.example to-liberty OnThePhone"]);
        var far = picture.Watchers.Single(watcher => watcher.Neighbour == "to-liberty");
        (far.Status, far.Unanswered, far.Via).ShouldBe((200, 0, "sip"));
        far.Notified.ShouldNotBeNull().ShouldBeGreaterThan(_world.Now - NodaTime.Duration.FromSeconds(3));
        far.RemainingSeconds.ShouldNotBeNull().ShouldBeInRange(3_000, 3_600);
        picture.Watchers.Single(watcher => watcher.Neighbour == "microsoft").LeftOut.ShouldContain(left => left.Why.StartsWith("microsoft says it itself"));
        picture.Published.Select(into => into.Neighbour).Order().ShouldBe(["cisco", "microsoft"]);
    }

    [Fact]
    public void Explanation_OfHangUp_HasWhatWasHeldAndThenTold()
    {
        var seen = _far.Watch("user2@liberty.example", User0);
        _world.Run(2);
        _cisco.Lift("user0", true);
        _world.Run(2);
        _cisco.Lift("user0", false);
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free again: {seen.Text}");
        var kinds = Explain("user2@liberty.example").Decisions.Select(decision => (decision.Kind, decision.After)).ToList();
        kinds.IndexOf((DecisionKind.Told, Activity.OnThePhone)).ShouldBeGreaterThanOrEqualTo(0, string.Join(", ", kinds));
        kinds.IndexOf((DecisionKind.Held, null)).ShouldBeGreaterThan(kinds.IndexOf((DecisionKind.Told, Activity.OnThePhone)));
        kinds.LastIndexOf((DecisionKind.Told, Activity.Available)).ShouldBeGreaterThan(kinds.IndexOf((DecisionKind.Held, null)));
        kinds.Select(kind => kind.Kind).ShouldContain(DecisionKind.Watched);
    }

    [Fact]
    public void Explanation_OfAWatcherCutOff_CountsUnansweredNotifications()
    {
        var seen = _far.Watch("user2@liberty.example", User0);
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"on the hook: {seen.Text}");
        _world.Cut(_world.Albion, _world.Liberty, true);
        _cisco.Lift("user0", true);
        _world.Run(200);
        var explained = Explain("user2@liberty.example");
        var watcher = explained.Picture.Watchers.ShouldHaveSingleItem(string.Join('\n', explained.Decisions.Select(decision => $"{decision.At} {decision.Text}")));
        (watcher.Unanswered, watcher.Status).ShouldBe((watcher.Unanswered, 408));
        watcher.Unanswered.ShouldBeGreaterThan(1, "a lost NOTIFY ends nothing, and is tried again");
    }

    [Fact]
    public void Verdict_OfStrangersAndStrayNames_SaysWhy()
    {
        Explain("bob@nowhere.example").Verdict!.Reason.ShouldBe("unknown-sender");
        var verdict = Explain("user2@liberty.example").Verdict!;
        (verdict.Reason, verdict.IsWatching, verdict.Level).ShouldBe((null, false, Meetpoint.Exchange.Interconnect.PresenceLevel.Note));
    }

    PresenceExplanationView Explain(string? watcher = null)
    {
        PresenceExplanationView? view = null;
        _world.Albion.Run(() =>
        {
            var presence = _world.Albion.Node.Presence;
            view = new PresenceExplanation(presence).Of(presence.Context.Directory.Find(User0)!, watcher);
        });
        return view!;
    }
}
