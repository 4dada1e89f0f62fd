using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Presence;
using Meetpoint.Interop.Xmpp;
using Meetpoint.Net;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Interop.Messaging;

/// <summary>What holds for messages with the XMPP server of another provider: words exact both ways, signs of writing both ways, failures told to their sender in her protocol.</summary>
public abstract class XmppMessageContract(PresenceWorld world)
{
    const string Alice = "alice@albion.example";
    const string Words = "Grüße, 你好 — 👩‍👩‍👧 🎉 <b>&amp; \"'";
    const string Escaped = "Grüße, 你好 — 👩‍👩‍👧 🎉 &lt;b&gt;&amp;amp; \"'";

    /// <summary>The exchange and its neighbours.</summary>
    private protected PresenceWorld World => world;

    /// <summary>Where the exchange reaches Alice, and she it.</summary>
    private protected PresenceAgent AlicesPhone() => PresenceAgent.OverUdp(world.World.Alice.Account.Listen, world.Albion.Party.Sip);

    /// <summary>Runs it against one server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="domain">Its domain.</param>
    /// <param name="registers">True where accounts must be made first.</param>
    private protected async Task TalkAsync(XmppNeighbour server, string domain, bool registers = false)
    {
        await using var alice = AlicesPhone();
        await using var trunk = PresenceAgent.OverUdp(world.Publisher, world.Albion.Party.Trunk);
        await using var mia = await XmppUser.SignInAsync(server.Clients, "mia", domain, registers);
        string Log() => $"{server.Log()}\n{world.Albion.Process.LogTail()}";

        await mia.SendAsync($"<message to='{Alice}' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        await alice.HearsAsync(MessagingAgent.IsWriting, "her writing", Log);
        await mia.SendAsync($"<message to='{Alice}' type='chat' id='m1'><body>{Escaped}</body></message>");
        var heard = await alice.HearsAsync(message => SipText.BodyOf(message) == Words, "her words, each byte of them", Log);
        Assert.Contains($"<sip:{mia.Address}>", SipText.Header(heard, "From"), StringComparison.Ordinal);

        Assert.InRange(await trunk.WritesAsync(Alice, mia.Address), 200, 202);
        await mia.HearsAsync(IsWriting, "Alice writing", Log);
        Assert.Equal(202, await trunk.SayAsync(Alice, mia.Address, Words));
        await mia.HearsAsync(stanza => IsFrom(stanza, Alice) && stanza.Element("body")?.Text == Words, "Alice's words", Log);

        await mia.SendAsync("<message to='nobody@albion.example' type='chat' id='m2'><body>lost</body></message>");
        var error = await mia.HearsAsync(stanza => stanza["type"] == "error" && stanza["id"] == "m2", "an error of her own protocol", Log);
        Assert.NotNull(error.Element("error")?.Elements.FirstOrDefault(element => element.Name == "item-not-found"));
        Assert.InRange(await trunk.SayAsync(Alice, $"nobody@{domain}", "lost"), 404, 480);
        Assert.Equal([Words], alice.Words());
        Assert.DoesNotContain(mia.Heard, stanza => stanza["type"] == "error" && stanza["id"] == "m1");
    }

    static bool IsWriting(XmppElement stanza) => IsFrom(stanza, Alice) && stanza.Elements.Any(element => element.Name == "composing");

    static bool IsFrom(XmppElement stanza, string address) => stanza.Name == "message" && stanza["from"]?.Split('/')[0] == address;
}
