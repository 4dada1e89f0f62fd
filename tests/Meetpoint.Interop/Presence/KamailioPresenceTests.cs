using Meetpoint.Interop.Border;

namespace Meetpoint.Interop.Presence;

/// <summary>Kamailio with its presence modules as the network of another provider, in both roles.</summary>
[Collection(PresenceCollection.Name)]
public sealed class KamailioPresenceTests(PresenceWorld world)
{
    const string Alice = "alice@albion.example";
    const string Tess = "tess@" + PresenceWorld.Tyne;

    [Fact]
    public async Task Presentity_OfItsPresenceServer_IsSeenHereAndAgainAfterACrash()
    {
        await using var kamailio = await KamailioPresence.StartAsync(world.TyneServer, PresenceWorld.Tyne, world.Albion.Party.Trunk);
        await using var tess = PresenceAgent.OverUdp(world.TynePhone, world.TyneServer);
        await using var desk = PresenceAgent.OverUdp(world.Watcher, world.Albion.Party.Trunk);
        string Log() => $"{kamailio.LogTail()}\n{world.Albion.Process.LogTail()}";
        var tag = await tess.PutAsync(Tess, Pidf.OnThePhone(Tess));

        var watching = await desk.WatchAsync(Tess, Alice);
        await watching.SeesAsync(IsOnThePhone, "what stood before anybody watched", log: Log);
        var seen = watching.Mark();
        tag = await tess.PutAsync(Tess, Pidf.Of(Tess, "<rpid:away/>"), tag);
        await watching.SeesAsync(notify => notify.Contains("<rpid:away", StringComparison.Ordinal), "her away", seen, Log);

        seen = watching.Mark();
        await world.KillAsync(() => tess.PutAsync(Tess, Pidf.Of(Tess, "<rpid:meeting/>"), tag));
        await watching.SeesAsync(notify => notify.Contains("<rpid:meeting", StringComparison.Ordinal), "her in a meeting after the crash", seen, Log);
    }

    [Fact]
    public async Task Watcher_BehindItsProxy_IsNotifiedThroughIt()
    {
        await using var kamailio = await KamailioPresence.StartAsync(world.TyneServer, PresenceWorld.Tyne, world.Albion.Party.Trunk);
        await using var phone = PresenceAgent.OverUdp(world.Publisher, world.Albion.Party.Trunk);
        await using var tess = PresenceAgent.OverUdp(world.TynePhone, world.TyneServer);
        string Log() => $"{kamailio.LogTail()}\n{world.Albion.Process.LogTail()}";

        var watching = await tess.WatchAsync(Alice, Tess);
        var tag = await phone.PutAsync(Alice, Pidf.OnThePhone(Alice));
        var (notify, _) = await watching.SeesAsync(IsOnThePhone, "Alice on the phone", log: Log);
        Assert.Contains($"Via: SIP/2.0/UDP {world.TyneServer.Host}", notify, StringComparison.Ordinal);

        var seen = watching.Mark();
        await phone.PublishAsync(Alice, "", tag, seconds: 0);
        await watching.SeesAsync(one => !IsOnThePhone(one), "nothing known any more", seen, Log);

        // A refresh and the end go the same way.
        var end = watching.Within(2, "Expires: 0\r\n");
        Assert.Equal(200, SipText.Status(await tess.AskAsync(end)));
        await watching.SeesAsync(one => SipText.Header(one, "Subscription-State")!.StartsWith("terminated", StringComparison.Ordinal), "the end", seen, Log);
    }

    static bool IsOnThePhone(string notify) => notify.Contains("<rpid:on-the-phone", StringComparison.Ordinal);
}
