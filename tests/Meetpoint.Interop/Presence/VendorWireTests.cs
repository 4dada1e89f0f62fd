using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Presence;

/// <summary>The two makers' published wire formats, by hand: a call control that publishes in the draft's namespaces, and a federated watcher with all that its server adds (MS-SIP, MS-PRES).</summary>
[Collection(PresenceCollection.Name)]
public sealed class VendorWireTests(PresenceWorld world)
{
    const string Erin = "erin@albion.example";
    const string Alice = "alice@albion.example";

    [Fact]
    public async Task OffHook_AtTheCallControl_IsOnThePhoneToTheOtherMakersWatcherWithinASecond()
    {
        await using var callControl = PresenceAgent.OverUdp(world.Cisco, world.Albion.Party.Trunk);
        await using var edge = await PresenceAgent.OverTcpAsync(world.Microsoft, world.SipTcp);
        var tag = await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: false));
        var routes = MicrosoftWire.Routes(edge.Local);
        var watching = await edge.WatchAsync(Erin, Alice, MicrosoftWire.Federated(routes));

        // The answer is the first notification.
        Assert.Equal("1", SipText.Header(watching.Answer, "ms-piggyback-cseq"));
        Assert.StartsWith("application/msrtc-event-categories+xml", SipText.Header(watching.Answer, "Content-Type"), StringComparison.Ordinal);
        Assert.StartsWith("active", SipText.Header(watching.Answer, "subscription-state"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ms-benotify", SipText.Header(watching.Answer, "Supported"), StringComparison.Ordinal);
        Assert.Equal((3500, null), MicrosoftWire.StateIn(watching.Answer));
        Assert.Empty(watching.Notifications);

        var lifted = TimeProvider.System.GetTimestamp();
        tag = await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: true), tag);
        var (notify, at) = await watching.SeesAsync(static one => MicrosoftWire.StateIn(one).Token == "on-the-phone", "Erin on the phone", log: world.Albion.Process.LogTail);
        var took = TimeProvider.System.GetElapsedTime(lifted, at);
        Assert.True(took < TimeSpan.FromSeconds(1), $"expected it within a second; instead: {took}");
        Assert.InRange(MicrosoftWire.StateIn(notify).Availability, 6000, 7499);

        // It is a notification that nobody answers, and the route goes back byte for byte.
        Assert.StartsWith("BENOTIFY ", notify, StringComparison.Ordinal);
        Assert.EndsWith(" BENOTIFY", SipText.Header(notify, "CSeq"), StringComparison.Ordinal);
        Assert.Equal(string.Join(',', routes), SipText.Header(notify, "Route")!.Replace(", ", ",", StringComparison.Ordinal));

        var seen = watching.Mark();
        await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: false), tag);
        await watching.SeesAsync(static one => MicrosoftWire.StateIn(one) == (3500, null), "Erin free again", seen, world.Albion.Process.LogTail);

        var end = watching.Within(2, "Expires: 0\r\n" + MicrosoftWire.Federated(routes)) with { Transport = "TCP" };
        Assert.Equal(200, SipText.Status(await edge.AskAsync(end)));
    }

    [Fact]
    public async Task OffHook_BySippAsBothMakers_FollowsTheirScenarios()
    {
        await using var callControl = await Sipp.ConverseAsync("cisco-publish.xml", world.Cisco, world.Albion.Party.Trunk, isTcp: false, ("address", Erin));
        await using var edge = await Sipp.ConverseAsync("microsoft-watch.xml", world.Microsoft, world.SipTcp, isTcp: true, ("address", Erin), ("watcher", Alice));

        await callControl.SucceedAsync(TimeSpan.FromSeconds(30));
        await edge.SucceedAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Restart_OfTheExchange_LineOffHook_IsShownAgainAndNeverFree()
    {
        await using var callControl = PresenceAgent.OverUdp(world.Cisco, world.Albion.Party.Trunk);
        await using var desk = PresenceAgent.OverUdp(world.Watcher, world.Albion.Party.Trunk);
        await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: true));
        var watching = await desk.WatchAsync(Erin, Alice);
        await watching.SeesAsync(static one => one.Contains("<rpid:on-the-phone", StringComparison.Ordinal), "Erin on the phone", log: world.Albion.Process.LogTail);

        var seen = watching.Mark();
        await world.KillAsync(() => Task.CompletedTask);
        await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: true));
        await watching.SeesAsync(static one => one.Contains("<rpid:on-the-phone", StringComparison.Ordinal), "Erin on the phone after the crash", seen, world.Albion.Process.LogTail);
        Assert.DoesNotContain(
            watching.Notifications.Skip(seen), static one => one.Message.Contains("<basic>open</basic>", StringComparison.Ordinal) && !one.Message.Contains("<rpid:on-the-phone", StringComparison.Ordinal));
    }
}
