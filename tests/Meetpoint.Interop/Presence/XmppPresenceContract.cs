using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Xmpp;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Interop.Presence;

/// <summary>What holds for presence with the XMPP server of another provider: its users and the SIP users of this exchange see each other, also over a crash of the exchange.</summary>
public abstract class XmppPresenceContract(PresenceWorld world)
{
    const string Alice = "alice@albion.example";

    /// <summary>The exchange and its neighbours.</summary>
    private protected PresenceWorld World => world;

    /// <summary>Runs it against one server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="domain">Its domain.</param>
    /// <param name="registers">True where accounts must be made first.</param>
    private protected async Task SeesBothWaysOverACrashAsync(XmppNeighbour server, string domain, bool registers = false)
    {
        await using var phone = PresenceAgent.OverUdp(world.Publisher, world.Albion.Party.Trunk);
        await using var desk = PresenceAgent.OverUdp(world.Watcher, world.Albion.Party.Trunk);
        await using var rosa = await XmppUser.SignInAsync(server.Clients, "rosa", domain, registers);
        string Log() => $"{server.Log()}\n{world.Albion.Process.LogTail()}";

        // She watches Alice, whose phone is lifted.
        await rosa.SendAsync($"<presence to='{Alice}' type='subscribe'/>");
        await rosa.HearsAsync(heard => heard["type"] == "subscribed" && Bare(heard) == Alice, "leave to watch Alice", Log);
        var tag = await phone.PutAsync(Alice, Pidf.OnThePhone(Alice));
        await ShownAsync(rosa, 0, IsOnThePhone, "Alice on the phone", Log);

        // Alice watches her, who sets away.
        var watching = await desk.WatchAsync(rosa.Address, Alice);
        await rosa.HearsAsync(heard => heard["type"] == "subscribe" && Bare(heard) == Alice, "Alice's request", Log);
        await rosa.SendAsync($"<presence to='{Alice}' type='subscribed'/><presence><show>away</show><status>Be right back</status></presence>");
        await watching.SeesAsync(body => body.Contains("<rpid:away", StringComparison.Ordinal), "her away", log: Log);

        // The exchange dies, and she goes into a meeting before it is back.
        var (heard, seen) = (rosa.Heard.Count, watching.Mark());
        await world.KillAsync(() => rosa.SendAsync("<presence><show>dnd</show><status>In a meeting</status></presence>"));
        await watching.SeesAsync(body => body.Contains("<rpid:meeting", StringComparison.Ordinal), "her in a meeting after the crash", seen, Log);
        Assert.DoesNotContain(watching.Notifications.Skip(seen), one => IsPlainlyOpen(one.Message));

        // The phone refreshes what nobody knows any more, and says it again.
        Assert.Equal(412, SipText.Status(await phone.PublishAsync(Alice, "", tag)));
        tag = await phone.PutAsync(Alice, Pidf.OnThePhone(Alice));
        await ShownAsync(rosa, heard, IsOnThePhone, "Alice on the phone after the crash", Log);
        Assert.DoesNotContain(rosa.Heard.Skip(heard), IsAvailable);

        heard = rosa.Heard.Count;
        await phone.PutAsync(Alice, Pidf.Available(Alice), tag);
        await ShownAsync(rosa, heard, IsAvailable, "Alice free again", Log);
        seen = watching.Mark();
        await rosa.DisposeAsync();
        await watching.SeesAsync(body => body.Contains("<basic>closed</basic>", StringComparison.Ordinal), "her offline", seen, Log);
    }

    static Task<XmppElement> ShownAsync(XmppUser user, int mark, Func<XmppElement, bool> fits, string expected, Func<string> log) => Expect.EventuallyAsync(
        () => Task.FromResult(user.Heard.Skip(mark).FirstOrDefault(fits)), BorderWorld.Soon, expected, () => $"{string.Join('\n', user.Heard)}\n{log()}");

    static bool IsOnThePhone(XmppElement heard) =>
        heard.Name == "presence" && Bare(heard) == Alice && heard.Element("show")?.Text == "dnd" && heard.Element("status")?.Text == "On the phone";

    static bool IsAvailable(XmppElement heard) => heard.Name == "presence" && Bare(heard) == Alice && heard["type"] is null && heard.Element("show") is null;

    /// <summary>A state that says more than that nothing is known.</summary>
    static bool IsPlainlyOpen(string notify) => notify.Contains("<basic>open</basic>", StringComparison.Ordinal)
        && !notify.Contains("<rpid:meeting", StringComparison.Ordinal) && !notify.Contains("<rpid:away", StringComparison.Ordinal);

    static string? Bare(XmppElement heard) => heard["from"]?.Split('/')[0];
}
