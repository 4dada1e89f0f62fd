using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Presence;

public sealed class XmppPresenceTests
{
    [Theory]
    [InlineData(null, null, null, Activity.Available, null)]
    [InlineData("", "chat", "talk to me", Activity.Available, "talk to me")]
    [InlineData(null, "away", null, Activity.Away, null)]
    [InlineData(null, "xa", "gone for the day", Activity.Away, "gone for the day")]
    [InlineData(null, "xa", "Out of office: until Monday", Activity.OutOfOffice, "until Monday")]
    [InlineData(null, "dnd", null, Activity.DoNotDisturb, null)]
    [InlineData(null, "dnd", "On the phone", Activity.OnThePhone, null)]
    [InlineData(null, "dnd", "On the phone with Bob", Activity.DoNotDisturb, "On the phone with Bob")]
    [InlineData(null, null, "On the phone", Activity.Available, "On the phone")]
    [InlineData(null, "frobnicating", null, Activity.Available, null)]
    [InlineData("unavailable", "dnd", "bye", Activity.Offline, "bye")]
    [InlineData("unavailable", null, "Presence unknown", Activity.Unknown, null)]
    public void ToState_OfAnyClient_IsWhatItMeans(string? type, string? show, string? status, Activity activity, string? note) =>
        new XmppPresence(type, show, status).ToState().ShouldBe(new PresenceState(activity, note: note));

    [Theory]
    [InlineData("subscribe")]
    [InlineData("probe")]
    [InlineData("error")]
    public void ToState_TypeThatSaysNoState_IsNone(string type) => new XmppPresence(type, null, null).ToState().ShouldBeNull();

    [Fact]
    public void Of_DoNotDisturb_IsTheOnlyBareDnd() => Enum.GetValues<Activity>()
        .Where(activity => XmppPresence.Of(new(activity)) is { Show: "dnd", Status: null }).ShouldBe([Activity.DoNotDisturb]);
}
