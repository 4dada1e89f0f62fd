using System.Text;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

public sealed class DialectChoiceTests
{
    [Fact]
    public void Choose_MicrosoftStyle_FollowsItsOwnOrder()
    {
        PresenceDialects.Choose(["application/pidf+xml, text/xml+msrtc.pidf, application/msrtc-event-categories+xml"], DialectStyle.Microsoft)
            .ShouldBe(CategoriesDialect.Instance);
        PresenceDialects.Choose(["application/xpidf+xml, text/xml+msrtc.pidf, application/pidf+xml"], DialectStyle.Microsoft).ShouldBe(MsrtcPidfDialect.Instance);
        PresenceDialects.Choose(["application/xpidf+xml", "application/pidf+xml"], DialectStyle.Microsoft).ShouldBe(PidfDialect.Standard);
        PresenceDialects.Choose([], DialectStyle.Microsoft).ShouldBe(PidfDialect.Standard);
    }

    [Theory]
    [InlineData("", DialectStyle.Standard, "application/pidf+xml")]
    [InlineData("*/*", DialectStyle.Microsoft, "application/msrtc-event-categories+xml")]
    [InlineData("application/*", DialectStyle.Standard, "application/pidf+xml")]
    [InlineData("application/cpim-pidf+xml", DialectStyle.Cisco, "application/cpim-pidf+xml")]
    [InlineData("APPLICATION/PIDF+XML;q=0.8, application/xpidf+xml", DialectStyle.Standard, "application/pidf+xml")]
    [InlineData("application/pidf+xml;q=0, application/xpidf+xml", DialectStyle.Standard, "application/xpidf+xml")]
    [InlineData("application/simple-message-summary", DialectStyle.Standard, null)]
    public void Choose_AcceptOfAWatcher_TakesWhatItKnows(string accept, DialectStyle style, string? expected) =>
        PresenceDialects.Choose(accept.Length == 0 ? [] : [accept], style)?.MediaType.ShouldBe(expected);

    [Fact]
    public void Choose_NothingKnown_IsNone() => PresenceDialects.Choose(["text/plain"], DialectStyle.Standard).ShouldBeNull();

    [Fact]
    public void ForContentType_Pidf_IsReadInTheStyleOfTheNeighbour()
    {
        PresenceDialects.ForContentType("Application/PIDF+XML; charset=UTF-8", DialectStyle.Cisco).ShouldBe(PidfDialect.Cisco);
        PresenceDialects.ForContentType("application/pidf+xml", DialectStyle.Exchange).ShouldBe(PidfDialect.Exchange);
        PresenceDialects.ForContentType("application/pidf+xml", DialectStyle.Microsoft).ShouldBe(PidfDialect.Standard);
        PresenceDialects.ForContentType("text/plain", DialectStyle.Microsoft).ShouldBeNull();
    }

    [Fact]
    public void TryRead_SourceFromWhoIsNoExchange_IsNotBelieved()
    {
        var device = PresenceSamples.Device(new(Activity.OnThePhone, PresenceSamples.Since), SourceKind.Phone) with { Path = ["north"] };
        var document = PidfDialect.Exchange.Write(PresenceSamples.Shown(device.State, device));
        PresenceSamples.Read(PidfDialect.Standard, document).States.ShouldHaveSingleItem().Source.ShouldBeNull();
        PresenceSamples.Read(PidfDialect.Exchange, document).States.ShouldHaveSingleItem().Source.ShouldBe(new StateSource("north/pbx", 3, ["north"]));
    }

    [Fact]
    public void TryRead_LostDeviceOfAnExchange_IsUnknownToAPlainReader()
    {
        var device = PresenceSamples.Device(new(Activity.OnThePhone, note: "in a call"), SourceKind.Phone, isLost: true);
        var document = PidfDialect.Exchange.Write(PresenceSamples.Shown(PresenceState.Unknown, device));
        PresenceSamples.Read(PidfDialect.Standard, document).States.ShouldHaveSingleItem().State.Activity.ShouldBe(Activity.Unknown);
        var told = PresenceSamples.Read(PidfDialect.Exchange, document).States.ShouldHaveSingleItem();
        told.IsLost.ShouldBeTrue();
        told.State.ShouldBe(device.State);
        Encoding.UTF8.GetString(PidfDialect.Standard.Write(PresenceSamples.Shown(PresenceState.Unknown, device))).ShouldNotContain("<tuple");
    }
}
