using Meetpoint.Xmpp;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Interop.Xmpp;

/// <summary>A Prosody that is not what it was: another certificate, another start, other demands.</summary>
public sealed class ChangedProsodyTests
{
    const string Domain = "liberty.example.net";
    const string Own = "al@" + XmppNetwork.OwnDomain;

    [Fact]
    public async Task Certificate_ThatItRequires_IsShownAndTaken()
    {
        await using var network = new XmppNetwork { Admitted = XmppProof.Certificate };
        await using var neighbour = await Prosody.StartAsync(network.Settings(true, isStranger: false, Domain));
        await network.StartAsync();
        await using var user = await XmppUser.SignInAsync(neighbour.Clients, "lib", Domain);
        await network.SendAsync(XmppNetwork.Message(Own, user.Address, "proven"));
        await user.HearsAsync(one => NeighbourContract.Body(one) == "proven", "our message", () => $"{network.Log()}\n{neighbour.Log()}");
    }

    [Fact]
    public async Task Neighbour_Restarted_GetsWhatIsSentMeanwhile()
    {
        await using var network = new XmppNetwork();
        var settings = network.Settings(false, isStranger: false, Domain);
        await network.StartAsync();
        await using (var first = await Prosody.StartAsync(settings))
        {
            await using var user = await XmppUser.SignInAsync(first.Clients, "lib", Domain);
            await network.SendAsync(XmppNetwork.Message(Own, user.Address, "before"));
            await user.HearsAsync(one => NeighbourContract.Body(one) == "before", "the first message", () => $"{network.Log()}\n{first.Log()}");
        }

        // Two users of one domain: a request to nobody in particular is answered by the server as soon as it is back.
        await network.SendAsync(new XmppStanza(XmppStanzaKind.Iq, XmppNetwork.Address(Own + "/phone"), XmppNetwork.Address(Domain), "get", "p1")
            .Add(new XmppElement("ping", XmppNamespaces.Ping)));
        await using var second = await Prosody.StartAsync(settings);
        await network.HearsAsync(stanza => stanza.Id == "p1", "the answer to what was asked while it was away", second.Log, seconds: 40);
    }

    [Fact]
    public async Task Certificate_OfAStranger_IsRefusedBothWays()
    {
        await using var network = new XmppNetwork() { Admitted = XmppProof.Certificate };
        await using var neighbour = await Prosody.StartAsync(network.Settings(false, isStranger: true, Domain));
        await network.StartAsync();
        await using var user = await XmppUser.SignInAsync(neighbour.Clients, "lib", Domain);

        await network.SendAsync(XmppNetwork.Message(Own, user.Address, "never"));
        await network.SeesAsync(XmppEventKind.CertificateRefused, "", neighbour.Log);
        await user.SendAsync($"<message to='{Own}' type='chat' id='m1'><body>never</body></message>");
        await user.HearsAsync(one => one["type"] == "error" && one["id"] == "m1", "the error for a message that went nowhere", () => $"{network.Log()}\n{neighbour.Log()}", seconds: 40);
        Assert.Empty(network.Heard);
        Assert.Equal(XmppCondition.RemoteServerTimeout, Assert.Single(network.Undelivered).Condition);
    }
}
