using Meetpoint.Exchange.Presence;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Presence;

/// <summary>A Cisco-style call control and a Microsoft-style system, each of which sees the other's users, at one exchange and across two.</summary>
public sealed class BothWaysTests : IDisposable
{
    readonly SimulatedWorld _world = new(41, new WorldSetup { Systems = true, Users = 4, Rooms = 0 });
    readonly CiscoSystem _cisco;
    readonly MicrosoftSystem _microsoft;
    readonly MicrosoftSystem _far;

    public BothWaysTests()
    {
        _cisco = new CiscoSystem(_world, _world.Albion);
        _microsoft = new MicrosoftSystem(_world, _world.Albion);
        _far = new MicrosoftSystem(_world, _world.Liberty);
        _ = new CiscoSystem(_world, _world.Liberty);
        _world.Run(2);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Lift_WatchedFromTheOtherSystem_IsSeenInItsDialectWithinASecond()
    {
        var seen = _microsoft.Watch("user1@albion.example", "user0@albion.example");
        _world.Until(() => seen.State.Activity == Activity.Available, 2, () => $"user0 is on the hook, but: {seen.Text} {seen.Reason}");
        _cisco.Lift("user0", true);
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text}");
        seen.Text.ShouldContain("on-the-phone");
        _cisco.Lift("user0", false);
        _world.Until(() => seen.State.Activity == Activity.Available, 3, () => $"free again, but: {seen.Text}");
    }

    [Fact]
    public void SetAway_WatchedFromThePhoneSide_IsSeen()
    {
        var seen = _cisco.Watch("user0@albion.example", "user1@albion.example");
        _microsoft.Set("user1", 15500);
        _world.Until(() => seen.State.Activity == Activity.Away, 1, () => $"away, but: {seen.Text} {seen.Reason}");
        _microsoft.Set("user1", 3500);
        _world.Until(() => seen.State.Activity == Activity.Available, 1, () => $"free, but: {seen.Text}");
    }

    [Fact]
    public void Lift_WatchedAtAnotherProvider_IsSeenThere()
    {
        var seen = _far.Watch("user2@liberty.example", "user0@albion.example");
        _world.Run(3);
        _cisco.Lift("user0", true);
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 1, () => $"on the phone, but: {seen.Text} {seen.Reason}");
        _microsoft.Set("user0", 9500);
        _world.Until(() => seen.State.Activity == Activity.DoNotDisturb, 1, () => $"not to be disturbed, but: {seen.Text}");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Lift_OwnUserOfTheOtherSystem_IsPutIntoHerOwnPresentityAndTakenBack()
    {
        _microsoft.PhoneStates("user0").ShouldBe(0);
        _cisco.Lift("user0", true);
        _world.Until(() => _microsoft.Aggregate("user0") == 6500, 1, () => $"her colleagues see her busy, but {_microsoft.Aggregate("user0")}");
        _world.Run(900);
        _microsoft.PhoneStates("user0").ShouldBe(1, "it is refreshed for as long as she talks");
        _cisco.Lift("user0", false);
        _world.Until(() => _microsoft.PhoneStates("user0") == 0, 3, () => "cleared when she hangs up");
        _microsoft.Set("user0", 15500);
        _world.Until(() => _cisco.Published("user0").Contains("away", StringComparison.Ordinal), 1, () => $"away is put into the phone's system, but: {_cisco.Published("user0")}");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Kill_WhileOnThePhone_NobodyIsShownMoreAvailable()
    {
        var seen = _far.Watch("user2@liberty.example", "user0@albion.example");
        _cisco.Lift("user0", true);
        _microsoft.Set("user0", 9500);
        _world.Until(() => seen.State.Activity == Activity.DoNotDisturb, 3, () => $"not to be disturbed, but: {seen.Text} {seen.Reason}");
        seen.Shown.Clear();
        _world.Albion.Kill();
        _world.Run(20);
        _world.Albion.Restart();
        _world.Run(3_700);
        seen.State.Activity.ShouldBe(Activity.DoNotDisturb, seen.Text);
        seen.Shown.ShouldAllBe(activity => activity == Activity.Unknown || activity == Activity.DoNotDisturb);
    }

    [Fact]
    public void Restart_OfTheWatchersExchange_SubscriptionGoesOn()
    {
        var seen = _far.Watch("user2@liberty.example", "user0@albion.example");
        _world.Until(() => seen.Report is not null, 3, "shown something");
        _world.Liberty.Kill();
        _world.Run(5);
        _world.Liberty.Restart();
        _world.Run(10);
        _cisco.Lift("user0", true);
        _world.Until(() => seen.State.Activity == Activity.OnThePhone, 5, () => $"on the phone, but: {seen.Text} {seen.Reason}");
        seen.Ended.ShouldBe(0, "the subscription is the same");
    }
}
