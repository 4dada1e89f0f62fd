using Meetpoint.Exchange.Messaging;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Clients of the API that are told messages by a stream, acknowledge them and send: beside phones, over a broken connection and over a crash.</summary>
public sealed class MessageStreamTests() : MessagingTests(59)
{
    const string Words = "Grüße, 你好 — 🎉\r\n\tsecond line <b>&amp;\u0001";

    [Fact]
    public void Message_ForSomeoneWithAPhoneAndAClient_IsToldToBothAndDeliveredByTheFirst()
    {
        var client = Listening(Bob.Address);
        Alice.Say(Bob.Address, Words).ShouldBe(200, "the phone has it");
        Bob.Words.ShouldBe([Words]);
        client.Words.ShouldBe([Words]);
        client.Messages[0]["from"]!.GetValue<string>().ShouldBe("user0@albion.example");
        client.Acknowledge();

        Bob.AnswersMessages = 486;
        Alice.Say(Bob.Address, "two").ShouldBe(0, "the client may still take it");
        client.Acknowledge();
        Alice.Said!.Status.ShouldBe(200);
        client.Close();
        Alice.Say(Bob.Address, "three").ShouldBe(486);
        World.AssertNoFaults();
    }

    [Fact]
    public void Message_Acknowledged_IsDeliveredAndNeverToldAgain()
    {
        var client = Listening(Room);
        Alice.Say(Room, Words).ShouldBe(0, "nobody has it yet");
        client.Words.ShouldBe([Words]);
        client.Acknowledge();
        Alice.Said!.Status.ShouldBe(200);
        client.Close();
        Listening(Room).Messages.ShouldBeEmpty();
    }

    [Fact]
    public void Message_NotAcknowledged_IsKeptAndToldAgainAlsoAfterACrash()
    {
        var first = Listening(Room);
        Alice.Say(Room, "one");
        var id = first.Messages.ShouldHaveSingleItem()["id"]!.GetValue<string>();
        first.Close();
        Alice.Said!.Status.ShouldBe(202, "it is kept");
        Alice.Say(Room, "two").ShouldBe(202);

        var second = Listening(Room);
        second.Messages.ShouldHaveSingleItem()["id"]!.GetValue<string>().ShouldBe(id, "the same message");
        World.Liberty.Kill();
        World.Liberty.Restart();
        World.Run(2);
        var third = Listening(Room);
        third.Words.ShouldBe(["one"], "one after the other");
        third.Acknowledge();
        third.Words.ShouldBe(["one", "two"]);
        third.Acknowledge();
        third.Close();
        RegisterRoom();
        RoomPhone.Heard.ShouldBeEmpty("the client has both");
        World.AssertNoFaults();
    }

    [Fact]
    public void Client_ThatNeverAcknowledges_IsLetGoAndHoldsNothingUp()
    {
        var client = Listening(Room);
        Alice.Say(Room, "one");
        World.Run(10);
        Alice.Said!.Status.ShouldBe(202, "its sender does not wait for ever");
        client.IsToEnd.ShouldBeFalse();
        World.Run((double)MessageLimits.AcknowledgeNs / MonotonicTime.Second);
        client.IsToEnd.ShouldBeTrue();
        RegisterRoom(0);
        client.Close();
        World.Run(2);
        RoomPhone.Words.ShouldBe(["one"], "she registered while the client had it");
    }

    [Fact]
    public void Messages_BeyondWhatMayBeUnacknowledged_AreKeptAndFollowInOrder()
    {
        var client = Listening(Room);
        var sent = 0;
        for (var sender = 0; sent < MessageLimits.MaxUnacknowledged + 10; sender++)
        {
            var own = new SimulatedClient(World, World.Liberty, Bob.Address);
            for (var i = 0; i < MessageLimits.MaxSending; i++, sent++)
                own.Say($$"""{"send":"{{Room}}","id":"n{{sent}}","text":"{{sent}}"}""", 0).ShouldBeNull();
            if (sender == 0)
                own.Say($$"""{"send":"{{Room}}","id":"more","text":"x"}""", 0)!["code"]!.GetValue<string>().ShouldBe("too-many-sent");
        }

        World.Run(1);
        client.Messages.Count.ShouldBe(MessageLimits.MaxUnacknowledged);
        for (var told = 0; told < client.Messages.Count && told < sent; told++)
            client.Say($$"""{"acknowledge":"{{client.Messages[told]["id"]}}"}""", 0.01);
        client.Words.Select(int.Parse).Take(MessageLimits.MaxUnacknowledged).ShouldBeInOrder();
        client.Words.Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, sent), "none is lost, none told twice");
        World.AssertNoFaults();
    }

    [Fact]
    public void Send_WithTheSameIdAgain_IsOneMessageAndEachTimeToldWhatBecameOfIt()
    {
        var client = new SimulatedClient(World, World.Albion, Alice.Address);
        client.Say($$"""{"send":"{{Bob.Address}}","id":"a","text":"Grüße \ud83c\udf89","conversation":"c"}""").ShouldBeNull();
        client.Say($$"""{"send":"{{Bob.Address}}","id":"a","text":"Grüße \ud83c\udf89","conversation":"c"}""").ShouldBeNull();
        Bob.Words.ShouldBe(["Grüße 🎉"]);
        client.Of("sent").Select(frame => $"{frame["id"]} {frame["state"]}").ShouldBe(["a delivered", "a delivered"]);

        client.Say("""{"send":"nobody@liberty.example","id":"b","text":"x"}""").ShouldBeNull();
        var failed = client.Of("failed").ShouldHaveSingleItem();
        (failed["id"]!.GetValue<string>(), failed["detail"]!.GetValue<string>()).ShouldBe(("b", "404 Not Found"));
        World.AssertNoFaults();
    }

    [Fact]
    public void Send_ToSomeoneWhoIsAbsent_IsKeptAndToldOnceItIsDelivered()
    {
        var client = new SimulatedClient(World, World.Liberty, Bob.Address);
        client.Say($$"""{"send":"{{Room}}","id":"a","text":"later"}""").ShouldBeNull();
        client.Of("sent").ShouldHaveSingleItem()["state"]!.GetValue<string>().ShouldBe("kept");
        RegisterRoom();
        RoomPhone.Words.ShouldBe(["later"]);
        client.Of("sent").Select(frame => frame["state"]!.GetValue<string>()).ShouldBe(["kept", "delivered"]);
    }

    [Fact]
    public void Composing_BothWays_IsToldAsItStandsLast()
    {
        var client = Listening(Bob.Address);
        Alice.Say(Bob.Address, Sign, SignType).ShouldBe(200);
        Alice.Say(Bob.Address, Sign.Replace("active", "idle", StringComparison.Ordinal), SignType).ShouldBe(200);
        var told = client.Of("composing").ShouldHaveSingleItem();
        (told["from"]!.GetValue<string>(), told["user"]!.GetValue<string>(), told["active"]!.GetValue<bool>()).ShouldBe(("user0@albion.example", Bob.Address, false));

        client.Say($$"""{"composing":"{{Alice.Address}}","active":true}""").ShouldBeNull();
        Alice.Heard.ShouldHaveSingleItem().Text.ShouldContain("<state>active</state>");
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
        new SimulatedClient(World, World.Liberty, Bob.Address).Say(frame)!["code"]!.GetValue<string>().ShouldBe(code);

    SimulatedClient Listening(string user)
    {
        var client = new SimulatedClient(World, World.Liberty, user);
        client.Say("""{"listen":null}""")!["type"]!.GetValue<string>().ShouldBe("listening");
        return client;
    }
}
