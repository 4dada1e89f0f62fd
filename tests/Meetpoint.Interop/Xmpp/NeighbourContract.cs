using Meetpoint.Demo;
using Meetpoint.Xmpp;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Interop.Xmpp;

/// <summary>What holds between our server and any real one.</summary>
public abstract class NeighbourContract : IAsyncLifetime
{
    private protected const string Domain = "liberty.example.net";
    private protected const string SecondDomain = "room.liberty.example.net";
    private protected const string Own = "al@" + XmppNetwork.OwnDomain;

    /// <summary>True where accounts must be made first.</summary>
    private protected virtual bool Registers => false;

    private protected abstract XmppNetwork Network { get; }

    private protected abstract XmppNeighbour Neighbour { get; }

    public ValueTask InitializeAsync()
    {
        Network.Admitted = XmppProof.Any;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_BothWays_Arrive(bool byCertificate)
    {
        var (network, neighbour) = (Network, Neighbour);
        await network.StartAsync();
        network.Admitted = byCertificate ? XmppProof.Certificate : XmppProof.Dialback;
        await using var user = await XmppUser.SignInAsync(neighbour.Clients, "lib", Domain, Registers);

        await user.SendAsync($"<message to='{Own}' type='chat'><body>from there &amp; back</body></message>");
        var heard = await network.HearsAsync(stanza => stanza.Text("body") is not null, "the user's message", neighbour.Log);
        Assert.Equal("from there & back", heard.Stanza.Text("body"));
        Assert.Equal("lib@liberty.example.net/desk", heard.Stanza.From.ToString());
        Assert.Equal(byCertificate ? XmppProof.Certificate : XmppProof.Dialback, heard.Proof);
        Assert.True(heard.IsSecure);

        for (var i = 0; i < 20; i++)
            await network.SendAsync(XmppNetwork.Message(Own + "/phone", user.Address, $"answer {i}"));
        await user.HearsAsync(one => Body(one) == "answer 19", "our last message", () => $"{network.Log()}\n{neighbour.Log()}");
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"answer {i}"), user.Heard.Select(Body).OfType<string>().Where(body => body.StartsWith("answer", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Presence_SubscribedBothWays_IsSeenBothWays()
    {
        var (network, neighbour) = (Network, Neighbour);
        await network.StartAsync();
        await using var user = await XmppUser.SignInAsync(neighbour.Clients, "ida", Domain, Registers);

        await network.SendAsync(new XmppStanza(XmppStanzaKind.Presence, XmppNetwork.Address(Own), XmppNetwork.Address(user.Address), "subscribe"));
        await user.HearsAsync(one => one["type"] == "subscribe", "our request", () => $"{network.Log()}\n{neighbour.Log()}");
        await user.SendAsync($"<presence to='{Own}' type='subscribed'/><presence to='{Own}' type='subscribe'/>");
        await network.HearsAsync(stanza => stanza.Type == "subscribe", "the user's request", neighbour.Log);
        await network.SendAsync(new XmppStanza(XmppStanzaKind.Presence, XmppNetwork.Address(Own), XmppNetwork.Address(user.Address), "subscribed"));
        await user.SendAsync("<presence><show>away</show><status>in the garden</status></presence>");
        var seen = await network.HearsAsync(stanza => stanza.Text("show") == "away", "the user's presence", neighbour.Log);
        Assert.Equal("in the garden", seen.Stanza.Text("status"));

        await network.SendAsync(new XmppStanza(XmppStanzaKind.Presence, XmppNetwork.Address(Own + "/phone"), XmppNetwork.Address(user.Address))
            .Add("show", "dnd").Add("status", "on the phone"));
        var shown = await user.HearsAsync(one => Child(one, "show") == "dnd", "our presence", () => $"{network.Log()}\n{neighbour.Log()}");
        Assert.Equal("on the phone", Child(shown, "status"));
    }

    [Fact]
    public async Task TwoDomainsOnBothSides_EachPair_IsProvenForItself()
    {
        var (network, neighbour) = (Network, Neighbour);
        await network.StartAsync(options => options with { IsMultiplexing = true });
        await using var one = await XmppUser.SignInAsync(neighbour.Clients, "lib", Domain, Registers);
        await using var two = await XmppUser.SignInAsync(neighbour.Clients, "roy", SecondDomain, Registers);
        var log = () => $"{network.Log()}\n{neighbour.Log()}";

        foreach (var own in (string[])[XmppNetwork.OwnDomain, XmppNetwork.OwnSecondDomain])
        {
            foreach (var user in (XmppUser[])[one, two])
            {
                await network.SendAsync(XmppNetwork.Message($"al@{own}", user.Address, $"{own} to {user.Domain}"));
                await user.HearsAsync(heard => Body(heard) == $"{own} to {user.Domain}", $"{own} to {user.Domain}", log);
                await user.SendAsync($"<message to='al@{own}'><body>{user.Domain} to {own}</body></message>");
                await network.HearsAsync(heard => heard.Text("body") == $"{user.Domain} to {own}" && heard.From.Domain == user.Domain && heard.To.Domain == own, $"{user.Domain} to {own}", neighbour.Log);
            }
        }
    }

    [Fact]
    public async Task Stanza_BeyondOurLimit_EndsTheStreamAndNotTheServer()
    {
        var (network, neighbour) = (Network, Neighbour);
        await network.StartAsync(options => options with { Limits = new XmlLimits { MaxStanzaBytes = 20_000 } });
        await using var user = await XmppUser.SignInAsync(neighbour.Clients, "lib", Domain, Registers);

        await user.SendAsync($"<message to='{Own}'><body>{new string('x', 30_000)}</body></message>");
        await network.SeesAsync(XmppEventKind.ClosedByUs, "policy-violation", neighbour.Log);
        for (var attempt = 1; !await IsCarriedAsync(user, attempt); attempt++)
            Assert.True(attempt < 5, $"expected a message after it, but none came\n{neighbour.Log()}");
    }

    /// <summary>False when it came back, or came nowhere: what a server writes before it has read of a stream's end goes down with the stream.</summary>
    async Task<bool> IsCarriedAsync(XmppUser user, int attempt)
    {
        await user.SendAsync($"<message to='{Own}' id='small{attempt}'><body>small</body></message>");
        try
        {
            return await Expect.EventuallyAsync(
                () => Task.FromResult<object?>(Network.HasHeard(stanza => stanza.Text("body") == "small") ? true
                    : user.Heard.Any(stanza => stanza["type"] == "error" && stanza["id"] == $"small{attempt}") ? false : null),
                TimeSpan.FromSeconds(10), "a message after it", Neighbour.Log) is true;
        }
        catch (DemoFailedException)
        {
            return false;
        }
    }

    internal static string? Body(XmppElement stanza) => stanza.Name == "message" ? Child(stanza, "body") : null;

    static string? Child(XmppElement stanza, string name) => stanza.Element(name)?.Text;
}
