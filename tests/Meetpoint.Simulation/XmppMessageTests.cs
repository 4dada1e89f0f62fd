using System.Text.Json.Nodes;
using Meetpoint.Exchange.Messaging.Xmpp;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Simulation.Kit;
using Meetpoint.Xmpp;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Messages between a phone and the users of an XMPP server, whose stanzas are made by hand.</summary>
public sealed class XmppMessageTests : IDisposable
{
    const string Words = "Grüße, 你好 — 🎉 <&>";

    readonly SimulatedWorld _world = new(47, new WorldSetup { Messages = true, Registering = 1, Amend = AddServer });
    readonly List<(XmppStanza Stanza, Action<XmppFailure>? Failed)> _sent = [];
    readonly XmppMessages _edge;
    readonly SimulatedPhone _bob;

    public XmppMessageTests()
    {
        var node = _world.Albion.Node;
        var border = new XmppBorder(node.Admission, _world.Albion);
        _edge = new XmppMessages(node.Calls, node.Messages.Service, border.Addresses, (stanza, failed) => _sent.Add((stanza, failed)));
        _world.Albion.Run(() => node.Messages.Ways.Xmpp = _edge);
        _bob = _world.Phone(_world.Albion, 1);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Chat_FromAnXmppUser_IsAMessageAndNothingGoesBack()
    {
        Take("<message xmlns='jabber:server' from='erin@jabber.albion.example/desk' to='user1@albion.example' type='chat' id='a1'><body>Grüße, 你好 — 🎉 &lt;&amp;&gt;</body><thread>t9</thread></message>");

        var heard = _bob.Heard.ShouldHaveSingleItem();
        heard.Text.ShouldBe(Words);
        heard.From.ShouldBe("sip:erin@jabber.albion.example");
        _sent.ShouldBeEmpty();
    }

    [Fact]
    public void Chat_ThatCannotBeDelivered_IsAnErrorOfItsId()
    {
        _bob.AnswersMessages = 486;
        Take("<message xmlns='jabber:server' from='erin@jabber.albion.example/desk' to='user1@albion.example' type='chat' id='a2'><body>x</body></message>");
        Take("<message xmlns='jabber:server' from='erin@jabber.albion.example/desk' to='nobody@nowhere.example' type='chat' id='a3'><body>x</body></message>");

        _sent.Select(sent => (sent.Stanza.Id, sent.Stanza.Condition, sent.Stanza.To.ToString())).ShouldBe(
        [
            ("a2", XmppCondition.RecipientUnavailable, "erin@jabber.albion.example/desk"), ("a3", XmppCondition.ItemNotFound, "erin@jabber.albion.example/desk"),
        ]);
    }

    [Fact]
    public void ChatState_OfAnXmppUser_IsASignOfWriting()
    {
        Take("<message xmlns='jabber:server' from='erin@jabber.albion.example/desk' to='user1@albion.example' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        Take("<message xmlns='jabber:server' from='erin@jabber.albion.example/desk' to='user1@albion.example' type='chat'><paused xmlns='http://jabber.org/protocol/chatstates'/></message>");

        _bob.Heard.Select(heard => heard.Request.MediaType).ShouldAllBe(type => type == "application/im-iscomposing+xml");
        _bob.Words.Count.ShouldBe(2);
        _bob.Words[0].ShouldContain("<state>active</state>");
        _bob.Words[1].ShouldContain("<state>idle</state>");
    }

    [Fact]
    public void Message_ToAnXmppUser_IsAChatStanzaAndAcceptedOnceNoErrorCame()
    {
        _bob.Say("erin@jabber.albion.example", Words).ShouldBe(0);
        _world.Run(2);
        _bob.Said!.Status.ShouldBe(202);

        var stanza = _sent.ShouldHaveSingleItem().Stanza;
        (stanza.Type, stanza.Text("body"), stanza.From.ToString(), stanza.To.ToString()).ShouldBe(
            ("chat", Words, "user1@albion.example", "erin@jabber.albion.example"));
        stanza.Child("active", "http://jabber.org/protocol/chatstates").ShouldNotBeNull();
    }

    [Fact]
    public void Message_ThatAnXmppServerReturns_IsRefused()
    {
        _bob.Say("erin@jabber.albion.example", Words);
        var error = _sent[0].Stanza.Error(XmppCondition.ItemNotFound);
        _world.Albion.Run(() => _edge.Take(error, Neighbour));
        _world.Run(1);

        _bob.Said!.Status.ShouldBe(404);
    }

    [Fact]
    public void Message_ThatIsReturnedLate_IsToldToItsSender()
    {
        _bob.Say("erin@jabber.albion.example", Words);
        _world.Run(2);
        _bob.Said!.Status.ShouldBe(202);

        _world.Albion.Run(() => _edge.Take(_sent[0].Stanza.Error(XmppCondition.ServiceUnavailable), Neighbour));
        _world.Run(1);

        _bob.Heard.ShouldHaveSingleItem().Text.ShouldEndWith(Words);
    }

    [Fact]
    public void Message_WhileTheServerIsAway_IsKeptAndDeliveredOnceItIsBack()
    {
        _bob.Say("erin@jabber.albion.example", Words);
        _world.Albion.Run(() => _sent[0].Failed!(new XmppFailure(_sent[0].Stanza, XmppCondition.RemoteServerNotFound, "no connection")));
        _world.Run(1);
        _bob.Said!.Status.ShouldBe(202);

        _world.Until(() => _sent.Count == 2, 120, "sent again");
        _world.Run(200);

        _sent.Count.ShouldBe(2);
        _sent[1].Stanza.Text("body").ShouldBe(Words);
        _sent[1].Stanza.Child("delay", "urn:xmpp:delay").ShouldNotBeNull();
    }

    [Fact]
    public void Chat_KeptAndThenRefused_IsAnErrorOfItsId()
    {
        var own = _world.Registering(_world.Albion, 0);
        own.AnswersMessages = 486;
        Take("<message xmlns='jabber:server' from='erin@jabber.albion.example/desk' to='own0@albion.example' type='chat' id='a9'><body>x</body></message>");
        _sent.ShouldBeEmpty();

        own.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(1);

        var stanza = _sent.ShouldHaveSingleItem().Stanza;
        (stanza.Id, stanza.Condition, stanza.To.ToString(), stanza.From.ToString()).ShouldBe(
            ("a9", XmppCondition.RecipientUnavailable, "erin@jabber.albion.example/desk", "own0@albion.example"));
    }

    [Fact]
    public void Message_OfAnotherExchangesCustomer_ComesUnderADomainThatIsProvenHereAndIsAnsweredThere()
    {
        var lib = _world.Phone(_world.Liberty, 1);
        lib.Say("erin@jabber.albion.example", Words);
        _world.Run(4);
        lib.Said!.Status.ShouldBe(202);
        var stanza = _sent.ShouldHaveSingleItem().Stanza;
        (stanza.Text("body"), stanza.From.ToString(), stanza.To.ToString()).ShouldBe((Words, @"user1\40liberty.example@albion.example", "erin@jabber.albion.example"));

        Take(@"<message xmlns='jabber:server' from='erin@jabber.albion.example/desk' to='user1\40liberty.example@albion.example' type='chat' id='b1'><body>back</body></message>");
        _world.Run(2);
        var heard = lib.Heard.ShouldHaveSingleItem();
        (heard.Text, heard.From).ShouldBe(("back", "sip:erin@jabber.albion.example"));
    }

    Exchange.Interconnect.NeighbourEntry Neighbour => _world.Albion.Node.Admission.World.FindNeighbour("jabber")!;

    void Take(string xml)
    {
        Meetpoint.Xmpp.Xml.XmppElement.TryParse(System.Text.Encoding.UTF8.GetBytes(xml), out var element).ShouldBeTrue();
        XmppStanza.TryRead(element!, out var stanza).ShouldBeTrue();
        _world.Albion.Run(() => _edge.Take(stanza!, Neighbour));
        _world.Run(1);
    }

    internal static void AddServer(SimulatedParty self, JsonObject document)
    {
        foreach (var provider in document["providers"]!.AsArray())
        {
            if ((string?)provider!["id"] == "albion")
                provider["domains"]!.AsArray().Add("jabber.albion.example");
        }

        if (self.Id != "albion")
            return;
        document["neighbours"]!.AsArray().Add(new JsonObject { ["id"] = "jabber", ["provider"] = "albion", ["kind"] = "xmpp" });
        document["routes"] = new JsonArray(new JsonObject
        {
            ["id"] = "jabber", ["domain"] = "jabber.albion.example", ["candidates"] = new JsonArray(new JsonObject { ["via"] = "jabber" }),
        });
    }
}
