using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Calls;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;

namespace Meetpoint.Interop.Messaging;

/// <summary>Messages between running exchanges, by SIPp and by sockets: page mode, and the sessions of the Microsoft style bridged to it both ways.</summary>
public sealed class MessageTests(BorderWorld border) : IClassFixture<BorderWorld>
{
    const int Messages = 20;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    NetAddress Annexe => border.Liberty.Party.Address(82, 5_060);

    NetAddress Chat => border.Albion.Party.Address(65, 5_060);

    [Fact]
    public Task Sipp_InPageModeAcrossTwoExchanges_HasEachMessageDelivered() => WithMessagesAsync(async () =>
    {
        await using var called = await Sipp.AnswerAsync("messaged.xml", Annexe, Messages);
        await using var caller = await Sipp.StartAsync(
            "message.xml", border.OwnTrunk, border.Albion.Party.Trunk, Messages, 0, 0, ("to", "annexe@liberty.example"), ("from", "carol@albion.example"));

        await caller.SucceedAsync(Soon);
        await called.SucceedAsync(Soon);
    });

    [Fact]
    public Task Sipp_OpeningASessionInTheMicrosoftStyle_TalksToAPhoneInPageMode() => WithChatAsync(async () =>
    {
        using var phone = RawSip.Bind(Annexe, border.Liberty.Party.Sip);
        await using var chat = await Sipp.StartAsync("chat-opens.xml", Chat, border.Albion.Party.Trunk, 1, 0, 0, ("to", "annexe@liberty.example"));

        var typing = await phone.RequestAsync("MESSAGE");
        Assert.Equal("application/im-iscomposing+xml", SipText.Header(typing, "Content-Type"));
        Assert.Contains("<state>active</state>", SipText.BodyOf(typing), StringComparison.Ordinal);
        phone.Send(Answering.To(typing, 200, "OK", Annexe));
        var said = await phone.RequestAsync("MESSAGE");
        Assert.Equal("Grüße — 你好 🎉", SipText.BodyOf(said));
        Assert.Contains("<sip:dana@chat.albion.example>", SipText.Header(said, "From"), StringComparison.Ordinal);
        phone.Send(Answering.To(said, 200, "OK", Annexe));

        await chat.SaysAsync("what was said is answered", Soon); // it takes a request only then
        var reply = Say("Und zurück 🎉");
        phone.Send(reply.ToString());
        Assert.Equal(200, SipText.Status(await phone.AnswerAsync("1 MESSAGE")));
        await chat.SucceedAsync(Soon);
    });

    [Fact]
    public Task Phone_WritingToTheMicrosoftStyle_OpensASessionThereAndHearsTheReply() => WithChatAsync(async () =>
    {
        await using var chat = await Sipp.AnswerAsync("chat-opened.xml", Chat, 1);
        using var phone = RawSip.Bind(Annexe, border.Liberty.Party.Sip);

        phone.Send(Say("Und hin 🎉").ToString());
        Assert.Equal(200, SipText.Status(await phone.AnswerAsync("1 MESSAGE")));
        var reply = await phone.RequestAsync("MESSAGE");
        Assert.Equal("Grüße — 你好 🎉", SipText.BodyOf(reply));
        phone.Send(Answering.To(reply, 200, "OK", Annexe));

        await chat.SucceedAsync(Soon);
    });

    [Fact]
    public Task Baresip_IsSentAMessage_AndTakesIt() => WithMessagesAsync(async () =>
    {
        var executable = RealPeer.Require("baresip", "baresip-core");
        var account = border.World.Boardroom.Account;
        await using var boardroom = await BaresipPhone.StartAsync(account, RealPeer.NewFolder("messages"), executable);

        var sent = await SendAsync(border.World.Alice.Account.Address, account.Address, "Grüße 🎉");

        Assert.Equal("delivered", (string?)sent["state"]);
    });

    [Fact]
    public Task Api_KeepsForWhoIsNotThere_AndTheirClientReadsAndTakesIt() => WithMessagesAsync(async () =>
    {
        await BorderWorld.ChangeAsync(border.Liberty, world =>
        {
            if (world["endpoints"]!.AsArray().All(endpoint => (string?)endpoint!["id"] != "desk"))
                BorderWorld.Add(world, "endpoints", $$"""{"id":"desk","organisation":"{{border.Liberty.Party.OrganisationId}}","kind":"phone","name":"Desk","sip":"desk@liberty.example","digest":{"user":"desk","secret":"desk"} }""");
        });

        Assert.Equal("accepted", (string?)(await SendAsync(border.World.Alice.Account.Address, "desk@liberty.example", "Grüße 🎉"))["state"]);

        var waiting = Assert.Single((await border.Liberty.Api.GetAsync("messages?user=desk@liberty.example"))["items"]!.AsArray())!;
        Assert.Equal((border.World.Alice.Account.Address, "Grüße 🎉"), ((string?)waiting["from"], (string?)waiting["text"]));
        await border.Liberty.Api.SendAsync(HttpMethod.Delete, $"messages/{(string?)waiting["id"]}", null);
        Assert.Empty((await border.Liberty.Api.GetAsync("messages?user=desk@liberty.example"))["items"]!.AsArray());
    });

    [Fact]
    public Task MeetNow_OfAConversation_TellsEachSideHowToJoinAtTheirOwnExchange() => WithMessagesAsync(async () =>
    {
        var (alice, bob) = (border.World.Alice.Account, border.World.Bob.Account);
        using var here = RawSip.Bind(alice.Listen, border.Albion.Party.Sip);
        using var there = RawSip.Bind(bob.Listen, border.Liberty.Party.Sip);

        var booking = border.Albion.Api.SendAsync(
            HttpMethod.Post, "conversations/meeting", new JsonObject { ["organiser"] = alice.Address, ["with"] = new JsonArray(bob.Address), ["length"] = "0:15:00" });
        var told = new List<string>();
        foreach (var phone in (RawSip[])[here, there])
        {
            var message = await phone.RequestAsync("MESSAGE");
            phone.Send(Answering.To(message, 200, "OK", phone.Local));
            told.Add(SipText.BodyOf(message));
        }

        var meeting = await booking;
        Assert.Equal("Confirmed", (string?)meeting["state"]);
        Assert.Contains((string)meeting["join"]!["uri"]!, told[0], StringComparison.Ordinal);
        Assert.Contains("@liberty.example", told[1], StringComparison.Ordinal);
    });

    [Fact]
    public Task Meet_SaidToACustomerOfAnotherExchange_TellsEachSideHowToJoinAtTheirOwn() => WithMessagesAsync(async () =>
    {
        var (alice, bob) = (border.World.Alice.Account, border.World.Bob.Account);
        using var here = RawSip.Bind(alice.Listen, border.Albion.Party.Sip);
        using var there = RawSip.Bind(bob.Listen, border.Liberty.Party.Sip);
        using var trunk = RawSip.Bind(border.OwnTrunk, border.Albion.Party.Trunk);

        trunk.Send(new SipText("MESSAGE", $"sip:{bob.Address}", border.OwnTrunk) { Caller = $"sip:{alice.Address}", ContentType = "text/plain", Body = "/meet" }.ToString());

        var told = new List<string>();
        foreach (var phone in (RawSip[])[here, there])
        {
            var message = await phone.RequestAsync("MESSAGE");
            phone.Send(Answering.To(message, 200, "OK", phone.Local));
            told.Add(SipText.BodyOf(message));
        }

        Assert.Equal(200, SipText.Status(await trunk.AnswerAsync("1 MESSAGE")));
        Assert.All(told, text => Assert.Contains("join now at sip:", text, StringComparison.Ordinal));
        Assert.Contains("@albion.example", told[0], StringComparison.Ordinal);
        Assert.Contains("@liberty.example", told[1], StringComparison.Ordinal);
    });

    [Fact]
    public Task Api_SendsToAPhone_AndHearsThatItWasDelivered() => WithMessagesAsync(async () =>
    {
        using var phone = RawSip.Bind(Annexe, border.Liberty.Party.Sip);
        var sending = SendAsync(border.World.Alice.Account.Address, "annexe@liberty.example", "Grüße 🎉");
        var said = await phone.RequestAsync("MESSAGE");
        Assert.Equal("Grüße 🎉", SipText.BodyOf(said));
        phone.Send(Answering.To(said, 200, "OK", Annexe));
        Assert.Equal("delivered", (string?)(await sending)["state"]);
    });

    Task<JsonObject> SendAsync(string from, string to, string text) =>
        border.Albion.Api.SendAsync(HttpMethod.Post, "messages", new JsonObject { ["from"] = from, ["to"] = to, ["text"] = text });

    SipText Say(string text) => new("MESSAGE", "sip:dana@chat.albion.example", Annexe)
    {
        Caller = "sip:annexe@liberty.example", ContentType = "text/plain", Body = text,
    };

    /// <summary>With a system of the Microsoft style at a trunk of Albion's, and a domain of its own.</summary>
    Task WithChatAsync(Func<Task> during) => WithMessagesAsync(async () =>
    {
        foreach (var exchange in border.World.Exchanges)
        {
            await BorderWorld.ChangeAsync(exchange, world =>
            {
                var domains = world["providers"]!.AsArray().Single(provider => (string?)provider!["id"] == "albion")!["domains"]!.AsArray();
                if (domains.All(domain => (string?)domain != "chat.albion.example"))
                    domains.Add("chat.albion.example");
            });
        }

        await BorderWorld.ChangeAsync(border.Albion, world =>
        {
            if (world["neighbours"]!.AsArray().Any(neighbour => (string?)neighbour!["id"] == "albion-chat"))
                return;
            BorderWorld.Add(world, "neighbours", $$"""{"id":"albion-chat","provider":"albion","kind":"sip-trunk","listener":"trunk","sipUri":"sip:{{Chat}}","sourceAddresses":["{{Chat.Host}}"],"profile":"microsoft-client"}""");
            BorderWorld.Add(world, "routes", """{"id":"chat","domain":"chat.albion.example","candidates":[{"via":"albion-chat"}]}""");
        });
        await during();
    });

    Task WithMessagesAsync(Func<Task> during) => border.WhileBothAmendAsync(
        agreement => agreement["services"]!.AsArray().Add(new JsonObject { ["service"] = "message" }), during);
}
