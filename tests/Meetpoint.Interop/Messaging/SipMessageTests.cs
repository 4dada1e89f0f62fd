using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Presence;

namespace Meetpoint.Interop.Messaging;

/// <summary>Real SIP peers and messages: Kamailio between a provider's phones and the exchange, and Linphone as a phone.</summary>
[Collection(PresenceCollection.Name)]
public sealed class SipMessageTests(PresenceWorld world)
{
    const string Alice = "alice@albion.example";
    const string Tess = "tess@" + PresenceWorld.Tyne;
    const string Words = "Grüße, 你好 — 🎉";

    [Fact]
    public async Task Kamailio_BetweenThePhoneAndTheExchange_RelaysMessagesBothWays()
    {
        await using var kamailio = await Kamailio.StartBetweenAsync(world.TyneServer, world.TynePhone, world.Albion.Party.Trunk, "udp");
        await using var tess = PresenceAgent.OverUdp(world.TynePhone, world.TyneServer);
        await using var alice = PresenceAgent.OverUdp(world.World.Alice.Account.Listen, world.Albion.Party.Sip);
        await using var trunk = PresenceAgent.OverUdp(world.Publisher, world.Albion.Party.Trunk);
        string Log() => $"{kamailio.LogTail()}\n{world.Albion.Process.LogTail()}";

        Assert.Equal(200, await trunk.SayAsync(Alice, Tess, Words));
        var heard = await tess.HearsAsync(message => SipText.BodyOf(message) == Words, "Alice's words", Log);
        Assert.Contains($"Via: SIP/2.0/UDP {world.TyneServer.Host}", heard, StringComparison.Ordinal);

        Assert.Equal(200, await tess.WritesAsync(Tess, Alice));
        Assert.Equal(200, await tess.SayAsync(Tess, Alice, Words));
        Assert.Equal([Words], alice.Words());
        Assert.Contains(alice.Messages(), MessagingAgent.IsWriting);
        Assert.Equal(404, await tess.SayAsync(Tess, "nobody@albion.example", "lost"));
    }

    [Fact]
    public async Task Linphone_WritingAndBeingWrittenTo_HasEachWordExact()
    {
        var account = world.World.Alice.Account;
        await using var written = await LinphonePhone.StartAsync(Alice, account.Listen, world.Albion.Party.Sip, account.FirstMediaPort, toneHz: 440);
        await using var writing = await LinphonePhone.StartAsync("tess@albion.example", world.Watcher, world.Albion.Party.Trunk, account.FirstMediaPort + 20, toneHz: 440);

        writing.Say($"sip:{Alice}", Words);

        await Expect.EventuallyAsync(() => Task.FromResult(written.HasHeard(Words) ? "yes" : null), BorderWorld.Soon, "Linphone to show the other's words", written.Log);
    }
}
