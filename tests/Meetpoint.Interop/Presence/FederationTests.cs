using System.Globalization;
using System.Text;
using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Presence;

/// <summary>A partner in the Microsoft style over TLS in which both sides prove themselves: each watches the other's people, the first state comes with the answer, and further ones in BENOTIFY.</summary>
[Collection(PresenceCollection.Name)]
public sealed class FederationTests(PresenceWorld world)
{
    const string Erin = "erin@albion.example";
    const string Alice = "alice@albion.example";
    const string Dana = "dana@" + PresenceWorld.Forth;

    [Fact]
    public async Task Partner_WatchesACustomer_IsToldInTheAnswerAndByBenotifyOverItsOwnConnection()
    {
        await using var callControl = PresenceAgent.OverUdp(world.Cisco, world.Albion.Party.Trunk);
        using var edge = world.Edge();
        await using var partner = await edge.ConnectAsync(world.SipTls);
        var tag = await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: false));
        IReadOnlyList<string> routes = [$"<sip:{PresenceWorld.ForthEdge}:{edge.Local.Port};transport=tls;opaque=state:F;lr;ms-route-sig=ebQ0v>"];
        var watching = await partner.WatchAsync(Erin, Dana, MicrosoftWire.Federated(routes));

        Assert.Equal("1", SipText.Header(watching.Answer, "ms-piggyback-cseq"));
        Assert.Equal((3500, null), MicrosoftWire.StateIn(watching.Answer));
        Assert.Empty(watching.Notifications);

        tag = await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: true), tag);
        var (notify, _) = await watching.SeesAsync(static one => MicrosoftWire.StateIn(one).Token == "on-the-phone", "Erin on the phone", log: world.Albion.Process.LogTail);
        Assert.StartsWith("BENOTIFY ", notify, StringComparison.Ordinal);
        Assert.Equal(routes[0], SipText.Header(notify, "Route"));
        Assert.StartsWith("SIP/2.0/TLS ", SipText.Header(notify, "Via"), StringComparison.Ordinal);

        await callControl.PutAsync(Erin, CiscoLine.Of(Erin, isLifted: false), tag);
        await watching.SeesAsync(static one => MicrosoftWire.StateIn(one) == (3500, null), "Erin free again", watching.Mark(), world.Albion.Process.LogTail);
        var seen = watching.Mark();
        Assert.Equal(200, SipText.Status(await partner.AskAsync(watching.Within(2, "Expires: 0\r\n" + MicrosoftWire.Federated(routes)))));
        await watching.SeesAsync(static one => SipText.Header(one, "Subscription-State")!.StartsWith("terminated", StringComparison.Ordinal), "the end", seen, world.Albion.Process.LogTail);
    }

    [Fact]
    public async Task Customer_WatchesAPartnersUser_SeesTheStateOfTheAnswerAndOfEachBenotify()
    {
        using var edge = world.Edge();
        edge.Listen();
        await using var desk = PresenceAgent.OverUdp(world.Watcher, world.Albion.Party.Trunk);
        var watching = await desk.WatchAsync(Dana, Alice);
        await using var partner = await edge.AcceptAsync(world.Albion.Process.LogTail);

        var subscribe = await partner.HearsAsync("SUBSCRIBE", world.Albion.Process.LogTail);
        Assert.StartsWith($"SUBSCRIBE sip:{Dana} ", subscribe, StringComparison.Ordinal);
        Assert.Contains("ms-piggyback-first-notify", SipText.Header(subscribe, "Supported"), StringComparison.Ordinal);
        Assert.Contains("application/msrtc-event-categories+xml", SipText.Header(subscribe, "Accept"), StringComparison.Ordinal);
        await partner.SendAsync(Granted(subscribe, edge, MicrosoftWire.Aggregate(Dana, 15500, "out-of-office")));
        await watching.SeesAsync(static one => one.Contains("<rpid:away", StringComparison.Ordinal) || one.Contains("out-of-office", StringComparison.Ordinal), "Dana away, as the answer said", log: world.Albion.Process.LogTail);

        var seen = watching.Mark();
        await partner.SendAsync(Benotify(subscribe, edge, 2, MicrosoftWire.Aggregate(Dana, 6500, "on-the-phone")));
        await watching.SeesAsync(static one => one.Contains("<rpid:on-the-phone", StringComparison.Ordinal), "Dana on the phone", seen, world.Albion.Process.LogTail);
        Assert.DoesNotContain(partner.Heard, static heard => heard.Message.StartsWith("SIP/2.0 ", StringComparison.Ordinal));

        Assert.Equal(200, SipText.Status(await desk.AskAsync(watching.Within(2, "Expires: 0\r\n"))));
    }

    /// <summary>The answer that is the first notification too (MS-SIP section 3.4).</summary>
    static string Granted(string subscribe, FederationEdge edge, string body)
    {
        var text = new StringBuilder("SIP/2.0 200 OK\r\n");
        foreach (var line in subscribe.Split("\r\n\r\n")[0].Split("\r\n").Skip(1).Where(static line => line.Split(':')[0] is "Via" or "From" or "To" or "Call-ID" or "CSeq"))
            text.Append(line).Append(line.StartsWith("To:", StringComparison.Ordinal) ? ";tag=dana" : "").Append("\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Contact: <sip:{Dana}:{edge.Local.Port};maddr={edge.Local.Host};transport=tls>\r\nExpires: 600\r\nEvent: presence\r\n");
        text.Append("subscription-state: active;expires=600\r\nms-piggyback-cseq: 1\r\nSupported: ms-benotify, ms-piggyback-first-notify\r\nContent-Type: application/msrtc-event-categories+xml\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        return text.ToString();
    }

    static string Benotify(string subscribe, FederationEdge edge, int sequence, string body) =>
        new SipText("BENOTIFY", SipText.Header(subscribe, "Contact")!.Split('<', '>')[1], edge.Local)
        {
            Transport = "TLS",
            Caller = $"sip:{Dana}",
            FromTag = "dana",
            To = SipText.Header(subscribe, "From")!.Split('<', '>')[1],
            ToTag = SipText.Header(subscribe, "From")!.Split(";tag=")[1].Split(';')[0],
            CallId = SipText.Header(subscribe, "Call-ID"),
            Sequence = sequence,
            More = "Event: presence\r\nSubscription-State: active;expires=600\r\n",
            ContentType = "application/msrtc-event-categories+xml",
            Body = body,
        }.ToString();
}
