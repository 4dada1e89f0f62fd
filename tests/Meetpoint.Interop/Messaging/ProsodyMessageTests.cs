using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Presence;
using Meetpoint.Interop.Xmpp;

namespace Meetpoint.Interop.Messaging;

/// <summary>Prosody as the XMPP server of another provider.</summary>
[Collection(PresenceCollection.Name)]
public sealed class ProsodyMessageTests(PresenceWorld world) : XmppMessageContract(world)
{
    const string Erin = "erin@albion.example";

    [Theory]
    [InlineData(PresenceWorld.Thames)]
    [InlineData(PresenceWorld.Severn)]
    public async Task Messages_BothWays_AreExactAndFailuresAreToldToTheirSender(string domain)
    {
        await using var prosody = await World.StartProsodyAsync(domain);
        await TalkAsync(prosody, domain);
    }

    [Fact]
    public async Task Messages_KeptByAnExchangeThatIsKilled_AreEachDeliveredOnceWhenSheRegisters()
    {
        await using var prosody = await World.StartProsodyAsync(PresenceWorld.Thames);
        await using var mia = await XmppUser.SignInAsync(prosody.Clients, "mia", PresenceWorld.Thames);
        await using var trunk = PresenceAgent.OverUdp(World.Publisher, World.Albion.Party.Trunk);
        string Log() => $"{prosody.Log()}\n{World.Albion.Process.LogTail()}";

        // Nobody hears of it in XMPP that a message is kept; the API says so.
        await mia.SendAsync($"<message to='{Erin}' type='chat' id='k1'><body>one 🎉</body></message>");
        await WaitingAsync(1);
        Assert.Equal(202, await trunk.SayAsync("alice@albion.example", Erin, "two 🎉"));
        await World.KillAsync(() => Task.CompletedTask);

        await using (var erin = PresenceAgent.OverUdp(World.Albion.Party.Phone(7), World.Albion.Party.Sip))
        {
            await erin.RegisterAsync(Erin);
            await erin.HearsAsync(message => SipText.BodyOf(message) == "two 🎉", "what was kept before the crash", Log);
            Assert.Equal(["one 🎉", "two 🎉"], erin.Words());
            await WaitingAsync(0);
            await World.KillAsync(() => Task.CompletedTask);
            await erin.RegisterAsync(Erin);
            Assert.Equal(200, await trunk.SayAsync("alice@albion.example", Erin, "three"));
            Assert.Equal(["one 🎉", "two 🎉", "three"], erin.Words());
        }

        Assert.DoesNotContain(mia.Heard, stanza => stanza["type"] == "error");

        async Task WaitingAsync(int count) => await Expect.EventuallyAsync(
            async () => (await World.Albion.Api.GetAsync($"messages?user={Erin}"))["items"]!.AsArray().Count == count ? "so" : null, BorderWorld.Soon, $"{count} messages to wait", Log);
    }
}
