using Meetpoint.Exchange.Messaging;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Clients of the API that are told messages by a stream, acknowledge them and send: beside phones, over a broken connection and over a crash.</summary>
public sealed class MessageStreamTests : IDisposable
{
    const string Words = "Grüße, 你好 — 🎉\r\n\tsecond line <b>&amp;\u0001";
    const string Room = "own0@liberty.example";
    const string Sign = "<isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"><state>active</state></isComposing>";

    readonly SimulatedWorld _world = new(59, new WorldSetup { Messages = true, Registering = 1 });
    readonly SimulatedPhone _alice;
    readonly SimulatedPhone _bob;
    readonly SimulatedPhone _room;

    public MessageStreamTests()
    {
        _alice = _world.Phone(_world.Albion, 0);
        _bob = _world.Phone(_world.Liberty, 1);
        _room = _world.Registering(_world.Liberty, 0);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Message_ForSomeoneWithAPhoneAndAClient_IsToldToBothAndDeliveredByTheFirst()
    {
        var client = Listening(_bob.Address);
        _alice.Say(_bob.Address, Words).ShouldBe(200, "the phone has it");
        _bob.Words.ShouldBe([Words]);
        client.Words.ShouldBe([Words]);
        client.Messages[0]["from"]!.GetValue<string>().ShouldBe("user0@albion.example");
        client.Acknowledge();

        _bob.AnswersMessages = 486;
        _alice.Say(_bob.Address, "two").ShouldBe(0, "the client may still take it");
        client.Acknowledge();
        _alice.Said!.Status.ShouldBe(200);
        client.Close();
        _alice.Say(_bob.Address, "three").ShouldBe(486);
        _world.AssertNoFaults();
    }

    [Fact]
    public void Message_Acknowledged_IsDeliveredAndNeverToldAgain()
    {
        var client = Listening(Room);
        _alice.Say(Room, Words).ShouldBe(0, "nobody has it yet");
        client.Words.ShouldBe([Words]);
        client.Acknowledge();
        _alice.Said!.Status.ShouldBe(200);
        client.Close();
        Listening(Room).Messages.ShouldBeEmpty();
    }

    [Fact]
    public void Message_NotAcknowledged_IsKeptAndToldAgainAlsoAfterACrash()
    {
        var first = Listening(Room);
        _alice.Say(Room, "one");
        var id = first.Messages.ShouldHaveSingleItem()["id"]!.GetValue<string>();
        first.Close();
        _alice.Said!.Status.ShouldBe(202, "it is kept");
        _alice.Say(Room, "two").ShouldBe(202);

        var second = Listening(Room);
        second.Messages.ShouldHaveSingleItem()["id"]!.GetValue<string>().ShouldBe(id, "the same message");
        _world.Liberty.Kill();
        _world.Liberty.Restart();
        _world.Run(2);
        var third = Listening(Room);
        third.Words.ShouldBe(["one"], "one after the other");
        third.Acknowledge();
        third.Words.ShouldBe(["one", "two"]);
        third.Acknowledge();
        third.Close();
        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(2);
        _room.Heard.ShouldBeEmpty("the client has both");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Client_ThatNeverAcknowledges_IsLetGoAndHoldsNothingUp()
    {
        var client = Listening(Room);
        _alice.Say(Room, "one");
        _world.Run(10);
        _alice.Said!.Status.ShouldBe(202, "its sender does not wait for ever");
        client.IsToEnd.ShouldBeFalse();
        _world.Run((double)MessageLimits.AcknowledgeNs / MonotonicTime.Second);
        client.IsToEnd.ShouldBeTrue();
        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        client.Close();
        _world.Run(2);
        _room.Words.ShouldBe(["one"], "she registered while the client had it");
    }

    [Fact]
    public void Messages_BeyondWhatMayBeUnacknowledged_AreKeptAndFollowInOrder()
    {
        var client = Listening(Room);
        var sent = 0;
        for (var sender = 0; sent < MessageLimits.MaxUnacknowledged + 10; sender++)
        {
            var own = new SimulatedClient(_world, _world.Liberty, _bob.Address);
            for (var i = 0; i < MessageLimits.MaxSending; i++, sent++)
                own.Say($$"""{"send":"{{Room}}","id":"n{{sent}}","text":"{{sent}}"}""", 0).ShouldBeNull();
            if (sender == 0)
                own.Say($$"""{"send":"{{Room}}","id":"more","text":"x"}""", 0)!["code"]!.GetValue<string>().ShouldBe("too-many-sent");
        }

        _world.Run(1);
        client.Messages.Count.ShouldBe(MessageLimits.MaxUnacknowledged);
        for (var told = 0; told < client.Messages.Count && told < sent; told++)
            client.Say($$"""{"acknowledge":"{{client.Messages[told]["id"]}}"}""", 0.01);
        client.Words.Select(int.Parse).Take(MessageLimits.MaxUnacknowledged).ShouldBeInOrder();
        client.Words.Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, sent), "none is lost, none told twice");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Send_WithTheSameIdAgain_IsOneMessageAndEachTimeToldWhatBecameOfIt()
    {
        var client = new SimulatedClient(_world, _world.Albion, _alice.Address);
        client.Say($$"""{"send":"{{_bob.Address}}","id":"a","text":"Grüße \ud83c\udf89","conversation":"c"}""").ShouldBeNull();
        client.Say($$"""{"send":"{{_bob.Address}}","id":"a","text":"Grüße \ud83c\udf89","conversation":"c"}""").ShouldBeNull();
        _bob.Words.ShouldBe(["Grüße 🎉"]);
        client.Of("sent").Select(frame => $"{frame["id"]} {frame["state"]}").ShouldBe(["a delivered", "a delivered"]);

        client.Say("""{"send":"nobody@liberty.example","id":"b","text":"x"}""").ShouldBeNull();
        var failed = client.Of("failed").ShouldHaveSingleItem();
        (failed["id"]!.GetValue<string>(), failed["detail"]!.GetValue<string>()).ShouldBe(("b", "404 Not Found"));
        _world.AssertNoFaults();
    }

    [Fact]
    public void Send_ToSomeoneWhoIsAbsent_IsKeptAndToldOnceItIsDelivered()
    {
        var client = new SimulatedClient(_world, _world.Liberty, _bob.Address);
        client.Say($$"""{"send":"{{Room}}","id":"a","text":"later"}""").ShouldBeNull();
        client.Of("sent").ShouldHaveSingleItem()["state"]!.GetValue<string>().ShouldBe("kept");
        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(2);
        _room.Words.ShouldBe(["later"]);
        client.Of("sent").Select(frame => frame["state"]!.GetValue<string>()).ShouldBe(["kept", "delivered"]);
    }

    [Fact]
    public void Composing_BothWays_IsToldAsItStandsLast()
    {
        var client = Listening(_bob.Address);
        _alice.Say(_bob.Address, Sign, "application/im-iscomposing+xml").ShouldBe(200);
        _alice.Say(_bob.Address, Sign.Replace("active", "idle", StringComparison.Ordinal), "application/im-iscomposing+xml").ShouldBe(200);
        var told = client.Of("composing").ShouldHaveSingleItem();
        (told["from"]!.GetValue<string>(), told["user"]!.GetValue<string>(), told["active"]!.GetValue<bool>()).ShouldBe(("user0@albion.example", _bob.Address, false));

        client.Say($$"""{"composing":"{{_alice.Address}}","active":true}""").ShouldBeNull();
        _alice.Heard.ShouldHaveSingleItem().Text.ShouldContain("<state>active</state>");
    }

    [Theory]
    [InlineData("""{"listen":"user0@albion.example"}""", "forbidden")]
    [InlineData("""{"listen":"nobody@liberty.example"}""", "forbidden")]
    [InlineData("""{"unlisten":"user1@liberty.example"}""", "not-found")]
    [InlineData("""{"send":"user0@albion.example","id":"a","from":"user0@albion.example","text":"x"}""", "forbidden")]
    [InlineData("""{"send":"user0@albion.example","text":"x"}""", "malformed")]
    [InlineData("""{"send":"user0@albion.example","id":"a","text":""}""", "malformed")]
    [InlineData("""{"send":17,"id":"a","text":"x"}""", "malformed")]
    [InlineData("""{"composing":"user0@albion.example","active":"yes"}""", "malformed")]
    [InlineData("""{"acknowledge":17}""", "malformed")]
    public void Frame_ThatCannotBeTaken_IsAnsweredWithWhy(string frame, string code) =>
        new SimulatedClient(_world, _world.Liberty, _bob.Address).Say(frame)!["code"]!.GetValue<string>().ShouldBe(code);

    SimulatedClient Listening(string user)
    {
        var client = new SimulatedClient(_world, _world.Liberty, user);
        client.Say("""{"listen":null}""")!["type"]!.GetValue<string>().ShouldBe("listening");
        return client;
    }
}
