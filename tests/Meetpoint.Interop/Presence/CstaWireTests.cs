using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Presence;

/// <summary>uaCSTA on the wire (ECMA TR/87) with SIPp as the gateway of a call control, which holds each message against its scenario.</summary>
[Collection(PresenceCollection.Name)]
public sealed class CstaWireTests(PresenceWorld world)
{
    const string Fay = "fay@albion.example";
    const string Alice = "alice@albion.example";

    [Fact]
    public async Task Line_BySippAsTheGateway_IsSeenFromTheSnapshotToTheEndOfTheSession()
    {
        await using var gateway = await Sipp.AnswerAsync("csta-gateway.xml", world.CstaGateway, calls: 1);
        await using var desk = PresenceAgent.OverUdp(world.Watcher, world.Albion.Party.Trunk);
        var watching = await desk.WatchAsync(Fay, Alice);

        // In a call before the monitor began: the snapshot says so.
        var (talks, _) = await watching.SeesAsync(static one => one.Contains("<rpid:on-the-phone", StringComparison.Ordinal), "Fay on the phone", log: world.Albion.Process.LogTail);
        var seen = watching.Notifications.TakeWhile(one => one.Message != talks).Count();
        Assert.All(watching.Notifications.Take(seen), static one => Assert.DoesNotContain("<basic>open</basic>", one.Message, StringComparison.Ordinal));

        // Held, then over; and once the gateway has ended the session nothing is known of the line.
        await watching.SeesAsync(static one => one.Contains("<basic>open</basic>", StringComparison.Ordinal) && !one.Contains("on-the-phone", StringComparison.Ordinal), "Fay on the hook", seen + 1, world.Albion.Process.LogTail);
        var free = watching.Mark();
        await watching.SeesAsync(static one => !one.Contains("<basic>open</basic>", StringComparison.Ordinal), "Fay unknown", free, world.Albion.Process.LogTail);
        await gateway.SucceedAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(200, Border.SipText.Status(await desk.AskAsync(watching.Within(2, "Expires: 0\r\n"))));
    }
}
