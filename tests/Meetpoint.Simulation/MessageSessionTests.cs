using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Sessions of messages in the Microsoft style, bridged to page mode at another exchange.</summary>
public sealed class MessageSessionTests : MessagingTests
{
    const string Words = "Grüße, 你好 — 🎉";

    readonly MicrosoftStyleSystem _chat;

    public MessageSessionTests()
        : base(43, MicrosoftStyleSystem.Amend) => _chat = new MicrosoftStyleSystem(World);

    [Fact]
    public void Session_OpenedTowardsUs_IsPageModeOnTheOtherSide()
    {
        _chat.Open(Bob.Address);
        _chat.Session!.State.ShouldBe(CallState.Confirmed);
        var media = _chat.Session.RemoteSdp!.Media.ShouldHaveSingleItem();
        (media.Kind, media.Protocol, media.Formats.Single()).ShouldBe(("message", "sip", "null"));
        media.Attributes.First("accept-types").ShouldNotBeNull().ShouldContain("text/plain");

        _chat.Sign(true).ShouldBe(200);
        _chat.Say(Words).ShouldBe(200);
        _chat.Say("second").ShouldBe(200);

        Bob.Heard.Select(heard => heard.Request.MediaType).ShouldBe([SignType, "text/plain", "text/plain"]);
        Bob.Words[0].ShouldContain("<state>active</state>");
        Bob.Words.Skip(1).ShouldBe([Words, "second"]);
        Bob.Heard[1].From.ShouldBe("sip:" + MicrosoftStyleSystem.Dana);
        World.AssertNoFaults();
    }

    [Fact]
    public void Reply_WhileTheSessionIsOn_GoesIntoIt()
    {
        _chat.Open(Bob.Address);
        _chat.Say("hello").ShouldBe(200);

        Bob.Say(MicrosoftStyleSystem.Dana, Sign, SignType).ShouldBe(200);
        Bob.Say(MicrosoftStyleSystem.Dana, Words).ShouldBe(200);

        _chat.Opened.ShouldBe(0);
        _chat.Words.ShouldBe([Words]);
        _chat.Signs.ShouldHaveSingleItem().ShouldContain("status=\"type\"");
    }

    [Fact]
    public void Message_TowardsSuchASystem_OpensASessionThatIsKeptAndEndsWhenIdle()
    {
        Bob.Say(MicrosoftStyleSystem.Dana, Words).ShouldBe(200);
        Bob.Say(MicrosoftStyleSystem.Dana, "second").ShouldBe(200);

        _chat.Opened.ShouldBe(1);
        var media = _chat.Offers[0].Media.ShouldHaveSingleItem();
        (media.Kind, media.Protocol).ShouldBe(("message", "sip"));
        _chat.Words.ShouldBe([Words, "second"]);
        _chat.Say("and back").ShouldBe(200);
        Bob.Words.ShouldBe(["and back"]);

        World.Run(700);
        _chat.Session.ShouldBeNull();
        Bob.Say(MicrosoftStyleSystem.Dana, "third").ShouldBe(200);
        _chat.Opened.ShouldBe(2);
    }

    [Fact]
    public void Message_IntoASessionThatTheOtherSideLost_OpensAnother()
    {
        Bob.Say(MicrosoftStyleSystem.Dana, "one").ShouldBe(200);
        _chat.Lose();

        Bob.Say(MicrosoftStyleSystem.Dana, "two").ShouldBe(200);

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

        Bob.Say(MicrosoftStyleSystem.Dana, Words).ShouldBe(status);
    }

    [Fact]
    public void Message_InASession_ThatCannotBeDelivered_IsToldThere()
    {
        _chat.Open(Bob.Address);
        Bob.AnswersMessages = 486;
        _chat.Say("hello").ShouldBe(486);
        _chat.Say("an image", "image/png").ShouldBe(415);

        _chat.Open("own0@liberty.example");
        _chat.Say("for later").ShouldBe(202);
        _chat.Close();
        World.Run(60);
    }

    [Fact]
    public void Message_OfSeveralForms_IsReducedToPlainText()
    {
        const string Body = "--b\r\nContent-Type: text/html;charset=UTF-8\r\n\r\n<b>Grüße</b>\r\n--b\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\nGrüße\r\n--b--\r\n";
        _chat.Open(Bob.Address);

        _chat.Say(Body, "multipart/alternative;boundary=b").ShouldBe(200);
        _chat.Say("<div>Gr&uuml;&szlig;e<br>you &amp; me</div>", "text/html").ShouldBe(200);

        Bob.Words.ShouldBe(["Grüße", "Grüße\nyou & me"]);
    }

    [Fact]
    public void Session_WithWordsInItsInvite_DeliversThemOnceAndSaysSo()
    {
        _chat.Open(Bob.Address, Words);
        Bob.Words.ShouldBe([Words]);
        _chat.Session!.State.ShouldBe(CallState.Confirmed);
        _chat.Taken.ShouldBeTrue("the 200 says that the words were taken");
        _chat.Say(Words).ShouldBe(200);
        Bob.Words.ShouldBe([Words], "sent again at once by a client that did not read it");
        _chat.Say(Words).ShouldBe(200);
        Bob.Words.ShouldBe([Words, Words], "said again");
        World.AssertNoFaults();
    }

    [Fact]
    public void Session_WithWordsInItsInviteThatNobodyTakes_IsRefusedAsTheyAre()
    {
        Bob.AnswersMessages = 486;
        _chat.Open(Bob.Address, Words);
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
        _chat.Open(Bob.Address, header: header);
        _chat.Session!.State.ShouldBe(CallState.Confirmed);
        _chat.Taken.ShouldBeFalse("the client has to send them again");
        Bob.Heard.ShouldBeEmpty();
        World.AssertNoFaults();
    }

    [Fact]
    public void Session_WithNobody_IsRefused()
    {
        _chat.Open("nobody@nowhere.example");

        _chat.Answer.ShouldBe(404);
        _chat.Session.ShouldBeNull();
    }
}
