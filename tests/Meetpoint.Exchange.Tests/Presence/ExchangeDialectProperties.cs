using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

/// <summary>Between exchanges nothing of a device state is lost, whatever it is.</summary>
public sealed class ExchangeDialectProperties
{
    static readonly Gen<string> Word = Gen.Elements("a", "9", "pbx", "line 1", "ünï", "漢字", "😀", "<&\"'>", "_x0041_", "a:b", " lead", "trail ", "tab\tnew\nline\r\n");

    static readonly Gen<DeviceState> Device =
        from origin in Word
        from name in Word
        from number in Gen.Choose(0, int.MaxValue)
        from activity in Gen.Elements(Enum.GetValues<Activity>())
        from availability in Gen.Elements(Enum.GetValues<Availability>())
        from kind in Gen.Elements(Enum.GetValues<SourceKind>())
        from capabilities in Gen.Choose(0, 15)
        from flags in Gen.Choose(0, 7)
        from note in Word
        from path in Gen.ListOf(Word, 3)
        select new DeviceState
        {
            Origin = origin,
            Device = name,
            Version = (ulong)number << 33 | 5,
            Kind = kind,
            Capabilities = (Capabilities)capabilities,
            IsLost = (flags & 1) != 0,
            Path = [.. path],
            State = new PresenceState(activity, (flags & 2) != 0 ? Instant.FromUnixTimeTicks(number * 12345L) : null, (flags & 4) != 0 ? note : null)
                with { Availability = availability },
        };

    [Fact]
    public void WrittenAndRead_AnyDevices_AreTheSame() =>
        Prop.ForAll(Gen.ListOf(Device, 4).ToArbitrary(), list =>
        {
            var devices = list.DistinctBy(device => (device.Origin, device.Device)).ToArray();
            var user = Composition.Of(devices);
            var report = PresenceSamples.Read(PidfDialect.Exchange, PidfDialect.Exchange.Write(PresenceSamples.Shown(user, devices)));
            report.Entity.ShouldBe("sip:alice@albion.example");
            report.States.Count.ShouldBe(devices.Length);
            foreach (var (device, state) in devices.Zip(report.States))
            {
                state.Source.ShouldBe(new StateSource(device.Origin, device.Version, device.Path));
                (state.Device, state.State, state.Kind, state.Capabilities, state.IsLost)
                    .ShouldBe((device.Device, device.State, device.Kind, device.Capabilities, device.IsLost));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void WrittenAndReadByAPlainReader_LivingDevices_KeepTheirActivity() =>
        Prop.ForAll(Device.ToArbitrary(), device =>
        {
            var report = PresenceSamples.Read(PidfDialect.Standard, PidfDialect.Exchange.Write(PresenceSamples.Shown(device.State, device with { IsLost = false })));
            report.States[0].State.Activity.ShouldBeOneOf(device.State.Activity,
                device.State.Availability == Availability.Offline ? Activity.Offline : device.State.Activity,
                device.State.Availability == Availability.Idle && device.State.Activity == Activity.Available ? Activity.Idle : device.State.Activity);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
