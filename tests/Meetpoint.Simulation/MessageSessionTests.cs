using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Sessions of messages in the Microsoft style, bridged to page mode at another exchange.</summary>
public sealed class MessageSessionTests : IDisposable
{
    const string Words = "Grüße, 你好 — 🎉";
    const string Sign = "<isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"><state>active</state></isComposing>";

    readonly SimulatedWorld _world = new(43, new WorldSetup { Messages = true, Registering = 1, Amend = MicrosoftStyleSystem.Amend });
    readonly MicrosoftStyleSystem _chat;
    readonly SimulatedPhone _bob;

    public MessageSessionTests()
    {
        _chat = new MicrosoftStyleSystem(_world);
        _bob = _world.Phone(_world.Liberty, 1);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Session_OpenedTowardsUs_IsPageModeOnTheOtherSide()
    {
        _chat.Open(_bob.Address);
        _chat.Session!.State.ShouldBe(CallState.Confirmed);
        var media = _chat.Session.RemoteSdp!.Media.ShouldHaveSingleItem();
        (media.Kind, media.Protocol, media.Formats.Single()).ShouldBe(("message", "sip", "null"));
        media.Attributes.First("accept-types").ShouldNotBeNull().ShouldContain("text/plain");

        _chat.Sign(true).ShouldBe(200);
        _chat.Say(Words).ShouldBe(200);
        _chat.Say("second").ShouldBe(200);

        _bob.Heard.Select(heard => heard.Request.MediaType).ShouldBe(["application/im-iscomposing+xml", "text/plain", "text/plain"]);
        _bob.Words[0].ShouldContain("<state>active</state>");
        _bob.Words.Skip(1).ShouldBe([Words, "second"]);
        _bob.Heard[1].From.ShouldBe("sip:" + MicrosoftStyleSystem.Dana);
        _world.AssertNoFaults();
    }

    [Fact]
    public void Reply_WhileTheSessionIsOn_GoesIntoIt()
    {
        _chat.Open(_bob.Address);
        _chat.Say("hello").ShouldBe(200);

        _bob.Say(MicrosoftStyleSystem.Dana, Sign, "application/im-iscomposing+xml").ShouldBe(200);
        _bob.Say(MicrosoftStyleSystem.Dana, Words).ShouldBe(200);

        _chat.Opened.ShouldBe(0);
        _chat.Words.ShouldBe([Words]);
        _chat.Signs.ShouldHaveSingleItem().ShouldContain("status=\"type\"");
    }

    [Fact]
    public void Message_TowardsSuchASystem_OpensASessionThatIsKeptAndEndsWhenIdle()
    {
        _bob.Say(MicrosoftStyleSystem.Dana, Words).ShouldBe(200);
        _bob.Say(MicrosoftStyleSystem.Dana, "second").ShouldBe(200);

        _chat.Opened.ShouldBe(1);
        var media = _chat.Offers[0].Media.ShouldHaveSingleItem();
        (media.Kind, media.Protocol).ShouldBe(("message", "sip"));
        _chat.Words.ShouldBe([Words, "second"]);
        _chat.Say("and back").ShouldBe(200);
        _bob.Words.ShouldBe(["and back"]);

        _world.Run(700);
        _chat.Session.ShouldBeNull();
        _bob.Say(MicrosoftStyleSystem.Dana, "third").ShouldBe(200);
        _chat.Opened.ShouldBe(2);
    }

    [Fact]
    public void Message_IntoASessionThatTheOtherSideLost_OpensAnother()
    {
        _bob.Say(MicrosoftStyleSystem.Dana, "one").ShouldBe(200);
        _chat.Lose();

        _bob.Say(MicrosoftStyleSystem.Dana, "two").ShouldBe(200);

        _chat.Opened.ShouldBe(2);
        _chat.Words.ShouldBe(["one", "two"]);
    }

    [Theory]
    [InlineData(480)]
    [InlineData(486)]
    [InlineData(603)]
    public void Message_WhoseSessionIsRefused_IsRefused(int status)
    {
        _chat.Answers = (status, 200);

        _bob.Say(MicrosoftStyleSystem.Dana, Words).ShouldBe(status);
    }

    [Fact]
    public void Message_InASession_ThatCannotBeDelivered_IsToldThere()
    {
        _chat.Open(_bob.Address);
        _bob.AnswersMessages = 486;
        _chat.Say("hello").ShouldBe(486);
        _chat.Say("an image", "image/png").ShouldBe(415);

        _chat.Open("own0@liberty.example");
        _chat.Say("for later").ShouldBe(202);
        _chat.Close();
        _world.Run(60);
    }

    [Fact]
    public void Message_OfSeveralForms_IsReducedToPlainText()
    {
        const string Body = "--b\r\nContent-Type: text/html;charset=UTF-8\r\n\r\n<b>Grüße</b>\r\n--b\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\nGrüße\r\n--b--\r\n";
        _chat.Open(_bob.Address);

        _chat.Say(Body, "multipart/alternative;boundary=b").ShouldBe(200);
        _chat.Say("<div>Gr&uuml;&szlig;e<br>you &amp; me</div>", "text/html").ShouldBe(200);

        _bob.Words.ShouldBe(["Grüße", "Grüße\nyou & me"]);
    }

    [Fact]
    public void Session_WithWordsInItsInvite_DeliversThemOnceAndSaysSo()
    {
        _chat.Open(_bob.Address, Words);
        _bob.Words.ShouldBe([Words]);
        _chat.Session!.State.ShouldBe(CallState.Confirmed);
        _chat.Taken.ShouldBeTrue("the 200 says that the words were taken");
        _chat.Say(Words).ShouldBe(200);
        _bob.Words.ShouldBe([Words], "sent again at once by a client that did not read it");
        _chat.Say(Words).ShouldBe(200);
        _bob.Words.ShouldBe([Words, Words], "said again");
        _world.AssertNoFaults();
    }

    [Fact]
    public void Session_WithWordsInItsInviteThatNobodyTakes_IsRefusedAsTheyAre()
    {
        _bob.AnswersMessages = 486;
        _chat.Open(_bob.Address, Words);
        (_chat.Answer, _chat.Session).ShouldBe((486, null));

        _chat.Open("own0@liberty.example", Words);
        _chat.Taken.ShouldBeTrue("they are kept");
    }

    [Theory]
    [InlineData("text/plain; charset=UTF-8;ms-body=no base64!")]
    [InlineData("text/plain; charset=UTF-8;ms-body=")]
    [InlineData("text/plain; charset=UTF-8;ms-body=/////w==")]
    [InlineData("text/plain; charset=UTF-16;ms-body=SGk=")]
    [InlineData("image/png;ms-body=SGk=")]
    [InlineData("")]
    public void Session_WithAnInviteWhoseWordsCannotBeRead_IsOneWithoutThem(string header)
    {
        _chat.Open(_bob.Address, header: header);
        _chat.Session!.State.ShouldBe(CallState.Confirmed);
        _chat.Taken.ShouldBeFalse("the client has to send them again");
        _bob.Heard.ShouldBeEmpty();
        _world.AssertNoFaults();
    }

    [Fact]
    public void Session_WithNobody_IsRefused()
    {
        _chat.Open("nobody@nowhere.example");

        _chat.Answer.ShouldBe(404);
        _chat.Session.ShouldBeNull();
    }
}
