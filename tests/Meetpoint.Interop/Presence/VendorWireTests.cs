using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Presence;

/// <summary>The two makers' published wire formats, by hand: a call control that publishes in the draft's namespaces, and a federated watcher with all that its server adds (MS-SIP, MS-PRES).</summary>
[Collection(PresenceCollection.Name)]
public sealed class VendorWireTests(PresenceWorld world)
{
    const string Erin = "erin@albion.example";
    const string Alice = "alice@albion.example";

    static readonly XNamespace _categories = "http://schemas.microsoft.com/2006/09/sip/categories";
    static readonly XNamespace _state = "http://schemas.microsoft.com/2006/09/sip/state";

    [Fact]
    public async Task OffHook_AtTheCallControl_IsOnThePhoneToTheOtherMakersWatcherWithinASecond()
    {
        await using var callControl = PresenceAgent.OverUdp(world.Cisco, world.Albion.Party.Trunk);
        await using var edge = await PresenceAgent.OverTcpAsync(world.Microsoft, world.SipTcp);
        var tag = await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: false));
        var routes = Routes(edge);
        var watching = await edge.WatchAsync(Erin, Alice, Federated(routes));

        // The answer is the first notification.
        Assert.Equal("1", SipText.Header(watching.Answer, "ms-piggyback-cseq"));
        Assert.StartsWith("application/msrtc-event-categories+xml", SipText.Header(watching.Answer, "Content-Type"), StringComparison.Ordinal);
        Assert.StartsWith("active", SipText.Header(watching.Answer, "subscription-state"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ms-benotify", SipText.Header(watching.Answer, "Supported"), StringComparison.Ordinal);
        Assert.Equal((3500, null), StateIn(watching.Answer));
        Assert.Empty(watching.Notifications);

        var lifted = TimeProvider.System.GetTimestamp();
        tag = await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: true), tag);
        var (notify, at) = await watching.SeesAsync(static one => StateIn(one).Token == "on-the-phone", "Erin on the phone", log: world.Albion.Process.LogTail);
        var took = TimeProvider.System.GetElapsedTime(lifted, at);
        Assert.True(took < TimeSpan.FromSeconds(1), $"expected it within a second; instead: {took}");
        Assert.InRange(StateIn(notify).Availability, 6000, 7499);

        // It is a notification that nobody answers, and the route goes back byte for byte.
        Assert.StartsWith("BENOTIFY ", notify, StringComparison.Ordinal);
        Assert.EndsWith(" BENOTIFY", SipText.Header(notify, "CSeq"), StringComparison.Ordinal);
        Assert.Equal(string.Join(',', routes), SipText.Header(notify, "Route")!.Replace(", ", ",", StringComparison.Ordinal));

        var seen = watching.Mark();
        await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: false), tag);
        await watching.SeesAsync(static one => StateIn(one) == (3500, null), "Erin free again", seen, world.Albion.Process.LogTail);

        var end = watching.Within(2, "Expires: 0\r\n" + Federated(routes)) with { Transport = "TCP" };
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

    /// <summary>What a watcher's server adds (MS-PRES section 4.11).</summary>
    static string Federated(IReadOnlyList<string> routes) =>
        string.Concat(routes.Select(route => $"Record-Route: {route}\r\n"))
        + "Accept: application/msrtc-event-categories+xml, application/xpidf+xml, text/xml+msrtc.pidf, application/pidf+xml\r\n"
        + "Supported: ms-benotify\r\nProxy-Require: ms-benotify\r\nSupported: ms-piggyback-first-notify\r\n"
        + "ms-edge-proxy-message-trust: ms-source-type=AutoFederation;ms-ep-fqdn=edge.albion.example;ms-source-verified-user=verified;ms-source-network=federation\r\n";

    /// <summary>Two hops whose parameters only their own server reads: more than a kilobyte, with signs that a rewriter would lose.</summary>
    static IReadOnlyList<string> Routes(PresenceAgent edge)
    {
        var key = new StringBuilder();
        for (var i = 0; key.Length < 1_200; i++)
            key.Append(CultureInfo.InvariantCulture, $"AAEAAb{i:x4}Q%2B/_-{(char)('a' + (i % 26))}=");
        return
        [
            $"<sip:{edge.Local};transport=tcp;opaque=state:F:T:Ci.R{edge.Local.Port};lr;ms-route-sig=ebQ0v~Xk1!*'()aa;ms-key-info={key};MS-Identity=Kept%20As.It-Is>;tag=9A",
            "<sip:pool01.albion.example:5061;transport=tls;ms-fe=fe01.albion.example;lr;ms-received-cid=1F00>",
        ];
    }

    static (int Availability, string? Token) StateIn(string message)
    {
        var state = XDocument.Parse(SipText.BodyOf(message)).Descendants(_categories + "category")
            .Where(category => (string?)category.Attribute("name") == "state").Elements(_state + "state").FirstOrDefault();
        return state is null ? (0, null) : ((int)state.Element(_state + "availability")!, (string?)state.Element(_state + "activity")?.Attribute("token"));
    }
}
