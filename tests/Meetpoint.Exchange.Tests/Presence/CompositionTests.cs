using Meetpoint.Exchange.Presence;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

public sealed class CompositionTests
{
    static readonly Instant Earlier = Instant.FromUtc(2026, 11, 22, 9, 0);
    static readonly Instant Later = Instant.FromUtc(2026, 11, 22, 9, 5);

    [Theory]
    [InlineData(Activity.OnThePhone, Activity.OnThePhone)]
    [InlineData(Activity.Available, Activity.Away)]
    [InlineData(Activity.Ringing, Activity.Ringing)]
    public void Of_PhoneBesideAClientThatIsAway_PhoneCountsOnlyOffTheHook(Activity phone, Activity expected) =>
        Composition.Of([Device(phone, SourceKind.Phone), Device(Activity.Away, SourceKind.Client)]).Activity.ShouldBe(expected);

    [Fact]
    public void Of_ManualAwayWhileRinging_StaysAway() =>
        Composition.Of([Device(Activity.Ringing, SourceKind.Phone), Device(Activity.Away, SourceKind.Manual)]).Activity.ShouldBe(Activity.Away);

    [Fact]
    public void Of_ManualOffline_HidesTheCall() =>
        Composition.Of([Device(Activity.OnThePhone, SourceKind.Phone), Device(Activity.Offline, SourceKind.Manual)]).Activity.ShouldBe(Activity.Offline);

    [Fact]
    public void Of_LostPhoneThatWasInACall_HidesTheClientThatIsFree() =>
        Composition.Of([Device(Activity.OnThePhone, SourceKind.Phone) with { IsLost = true }, Device(Activity.Available, SourceKind.Client)])
            .ShouldBe(PresenceState.Unknown);

    [Fact]
    public void Of_LostPhoneThatWasInACall_LeavesTheClientThatIsAway() =>
        Composition.Of([Device(Activity.OnThePhone, SourceKind.Phone) with { IsLost = true }, Device(Activity.Away, SourceKind.Client)])
            .Activity.ShouldBe(Activity.Away);

    [Fact]
    public void Of_NoteOfAnotherDevice_StandsWhileThePhoneDecides() =>
        Composition.Of([Device(Activity.OnThePhone, SourceKind.Phone), Device(Activity.Available, SourceKind.Client, "back at two")])
            .ShouldBe(new PresenceState(Activity.OnThePhone, note: "back at two"));

    [Fact]
    public void Of_TwoNotes_TakesTheLater() => Composition.Of(
    [
        Device(Activity.OnThePhone, SourceKind.Phone),
        Device(Activity.Available, SourceKind.Client, "old") with { Device = "c1", State = new(Activity.Available, Earlier, "old") },
        Device(Activity.Available, SourceKind.Client, "new") with { Device = "c2", State = new(Activity.Away, Later, "new") },
    ]).Note.ShouldBe("new");

    [Fact]
    public void Of_TwoOfOneRank_TakesTheLater() => Composition.Of(
    [
        Device(Activity.Lunch, SourceKind.Client) with { Device = "c1", State = new(Activity.Lunch, Later) },
        Device(Activity.BeRightBack, SourceKind.Client) with { Device = "c2", State = new(Activity.BeRightBack, Earlier) },
    ]).Activity.ShouldBe(Activity.Lunch);

    static DeviceState Device(Activity activity, SourceKind kind, string? note = null) =>
        new() { Origin = "north/pbx", Device = kind.ToString(), Version = 1, Kind = kind, State = new(activity, note: note) };
}
