using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Presence;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>What holds of composition for every set of devices.</summary>
public sealed class CompositionProperties
{
    const int MaxDevices = 7;

    static readonly Gen<DeviceState> Device =
        from activity in Gen.Elements(Enum.GetValues<Activity>())
        from kind in Gen.Elements(Enum.GetValues<SourceKind>())
        from origin in Gen.Elements("a/pbx", "a/uc", "b/x")
        from name in Gen.Elements("1", "2", "3")
        from minute in Gen.Choose(-1, 3)
        from note in Gen.Elements<string?>(null, null, "out", "in")
        from lost in Gen.Choose(0, 3)
        select new DeviceState
        {
            Origin = origin, Device = name, Version = 1, Kind = kind, IsLost = lost == 0,
            State = new(activity, minute < 0 ? null : Instant.FromUtc(2026, 11, 22, 9, minute), note),
        };

    static readonly Arbitrary<List<DeviceState>> Sets = (
        from devices in Gen.ListOf(Device, MaxDevices)
        from count in Gen.Choose(0, MaxDevices)
        select devices.Take(count).DistinctBy(device => (device.Origin, device.Device)).ToList()).ToArbitrary();

    static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(3000);

    [Fact]
    public void Of_AnyOrderOfArrival_IsTheSame() => Prop.ForAll(Sets, Gen.Choose(0, int.MaxValue).ToArbitrary(), (set, seed) =>
    {
        var shuffled = set.ToArray();
        new Random(seed).Shuffle(shuffled);
        return Composition.Of(shuffled) == Composition.Of(set.ToArray());
    }).Check(Thorough);

    [Fact]
    public void Of_WhatItMade_IsItself() => Prop.ForAll(Sets, set =>
    {
        var once = Composition.Of(set.ToArray());
        return Composition.Of([new DeviceState { Origin = "x/y", Device = "all", Version = 1, Kind = SourceKind.Aggregate, State = once }]).LooksLike(once)
            || once.Activity == Activity.Unknown;
    }).Check(Thorough);

    [Fact]
    public void Of_TheSameSaidTwice_IsTheSame() => Prop.ForAll(Sets, set =>
        Composition.Of([.. set, .. set]) == Composition.Of(set.ToArray())).Check(Thorough);

    [Fact]
    public void Of_SourcesLostOneAfterTheOther_NeverBecomesMoreAvailable() => Prop.ForAll(Sets, Gen.Choose(0, int.MaxValue).ToArbitrary(), (set, seed) =>
    {
        var devices = set.ToArray();
        var order = Enumerable.Range(0, devices.Length).ToArray();
        new Random(seed).Shuffle(order);
        var before = Composition.Of(devices);
        foreach (var lost in order)
        {
            devices[lost] = devices[lost] with { IsLost = true };
            var after = Composition.Of(devices);
            if (after.Availability < before.Availability)
                return false;
            before = after;
        }

        return Composition.Of(devices).Activity == Activity.Unknown;
    }).Check(Thorough);

    [Fact]
    public void Of_SourceThatIsLost_ShowsNothingMoreAvailableThanItSaidLast() => Prop.ForAll(Sets, set =>
    {
        var devices = set.ToArray();
        var shown = Composition.Of(devices);
        foreach (var decided in devices.Where(device => !device.IsLost && device.State.Activity == shown.Activity).ToList())
        {
            var after = Composition.Of([.. devices.Select(device => device == decided ? device with { IsLost = true } : device)]);
            if (after.Activity != Activity.Unknown && after.Availability < shown.Availability)
                return false;
        }

        return true;
    }).Check(Thorough);

    [Fact]
    public void Of_NothingThatLives_IsUnknown() => Composition.Of([]).ShouldBe(PresenceState.Unknown);
}
