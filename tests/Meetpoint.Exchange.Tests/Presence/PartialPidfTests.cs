using System.Text;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

public sealed class PartialPidfTests
{
    static readonly DeviceState Desk = PresenceSamples.Device(new(Activity.Available), SourceKind.Phone, "desk");
    static readonly DeviceState Pad = PresenceSamples.Device(new(Activity.Away, note: "out"), SourceKind.Client, "pad @ home");

    [Fact]
    public void TryApply_WholeAndEveryChange_IsWhatTheWholeWouldSay()
    {
        DeviceState[][] course =
        [
            [Desk, Pad],
            [Desk with { State = new(Activity.OnThePhone) }, Pad],
            [Desk with { State = new(Activity.OnThePhone) }, Pad, PresenceSamples.Device(new(Activity.InMeeting), SourceKind.Conference, "room")],
            [Pad with { State = new(Activity.Lunch, PresenceSamples.Since, "back at two") }],
            [],
            [Desk],
        ];
        var document = new PartialPidfDocument();
        PresenceShown? before = null;
        foreach (var (step, devices) in course.Index())
        {
            var shown = PresenceSamples.Shown(Composition.Of(devices), devices) with { Version = (uint)step + 1 };
            var body = before is null ? PartialPidfWriter.WriteFull(shown) : PartialPidfWriter.WriteDiff(before, shown)!;
            document.TryApply(body, out var report, out var fault).ShouldBeTrue(fault);
            var whole = PresenceSamples.Read(PidfDialect.Standard, PidfDialect.Standard.Write(shown));
            report!.States.OrderBy(state => state.Device).ShouldBe(whole.States.OrderBy(state => state.Device), $"step {step}");
            document.Version.ShouldBe((uint)step + 1);
            before = shown;
        }
    }

    [Fact]
    public void WriteDiff_NothingChanged_IsNothing()
    {
        var shown = PresenceSamples.Shown(Pad.State, Desk, Pad);
        PartialPidfWriter.WriteDiff(shown, shown with { Version = 8, Now = PresenceSamples.Now + NodaTime.Duration.FromSeconds(1) }).ShouldBeNull();
    }

    [Fact]
    public void WriteDiff_OneOfManyChanged_IsSmall()
    {
        var devices = Enumerable.Range(0, 20).Select(i => PresenceSamples.Device(new(Activity.Away), device: $"d{i}")).ToArray();
        var before = PresenceSamples.Shown(devices[0].State, devices);
        var after = before with { Devices = [devices[0] with { State = new(Activity.Away, note: "x") }, .. devices[1..]], Version = 8 };
        PartialPidfWriter.WriteDiff(before, after)!.Length.ShouldBeLessThan(PartialPidfWriter.WriteFull(after).Length / 4);
    }

    [Theory]
    [InlineData(3, "<p:replace sel=\"*/tuple[@id='desk']\"><tuple id='desk'/></p:replace>")] // version 2 was lost
    [InlineData(2, "<p:replace sel=\"*/tuple[@id='none']\"><tuple id='none'/></p:replace>")]
    [InlineData(2, "<p:remove sel=\"*/tuple[1]\"/>")]
    [InlineData(2, "<p:remove sel=\"*/tuple[@id='\"/>")]
    [InlineData(2, "<p:frobnicate sel=\"*\"/>")]
    public void TryApply_ChangeThatCannotBeMade_AsksForTheWhole(uint version, string change)
    {
        var document = new PartialPidfDocument();
        document.TryApply(PartialPidfWriter.WriteFull(PresenceSamples.Shown(Desk.State, Desk) with { Version = 1 }), out _, out _).ShouldBeTrue();
        document.TryApply(Diff(version, change), out _, out _).ShouldBeFalse();
        document.TryApply(Diff(2, ""), out _, out _).ShouldBeFalse("nothing is known until the whole comes");
    }

    [Fact]
    public void TryApply_ReplacedBasicStatus_IsTaken()
    {
        var document = new PartialPidfDocument();
        document.TryApply("""<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@b"><tuple id="t"><status><basic>open</basic></status></tuple></presence>"""u8, out _, out _)
            .ShouldBeTrue();
        document.TryApply(Diff(1, "<p:replace sel=\"*/tuple[@id='t']/status/basic/text()\">closed</p:replace>"), out var report, out var fault).ShouldBeTrue(fault);
        report!.States.ShouldHaveSingleItem().State.Activity.ShouldBe(Activity.Offline);
    }

    [Fact]
    public void TryApply_ChangesWithoutEnd_AsksForTheWhole()
    {
        var document = new PartialPidfDocument();
        document.TryApply(PartialPidfWriter.WriteFull(PresenceSamples.Shown(Desk.State, Desk) with { Version = 1 }), out _, out _).ShouldBeTrue();
        var applied = 0;
        while (document.TryApply(Diff((uint)applied + 2, $"<p:replace sel=\"*/tuple[@id='desk']\"><tuple id='desk'><note>{new string('x', 9000)}</note></tuple></p:replace>"), out _, out _))
            applied++;
        applied.ShouldBeInRange(20, 40);
    }

    static byte[] Diff(uint version, string change) => Encoding.UTF8.GetBytes(
        $"<p:pidf-diff xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf-diff' entity='sip:a@b' version='{version}'>{change}</p:pidf-diff>");
}
