using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Messages in page mode over two exchanges, and what is kept for who is not there.</summary>
public sealed class MessageTests() : MessagingTests(41)
{
    const string Words = "Grüße, 你好 — 🎉\r\n\tsecond line <b>&amp;";

    [Fact]
    public void Message_AcrossTwoExchanges_ArrivesByteForByteAndShowsNothingOfTheOtherNetwork()
    {
        const string Session = "0123456789abcdef0123456789abcdef";

        Alice.Say(Bob.Address, Words, callId: "alices-own", headers: [("Session-ID", Session + ";remote=00000000000000000000000000000000")]).ShouldBe(200);

        var heard = Bob.Heard.ShouldHaveSingleItem();
        heard.Text.ShouldBe(Words);
        heard.From.ShouldBe("sip:user0@albion.example");
        heard.Request.CallId.ShouldNotBe("alices-own");
        heard.Request.Texts(SipHeader.Via).Count().ShouldBe(1);
        heard.Request.MaxForwards.ShouldBe(68, "a hop for each exchange");
        heard.Request.Text(SipHeader.Session_ID).ShouldStartWith(Session);
        heard.Request.Text(SipHeader.P_Charging_Vector)!.ShouldContain("transit-ioi=\"albion.example.1\"");
        World.AssertNoFaults();
    }

    [Theory]
    [InlineData(202, 202)]
    [InlineData(404, 404)]
    [InlineData(413, 413)]
    [InlineData(415, 415)]
    [InlineData(480, 480)]
    [InlineData(486, 486)]
    [InlineData(603, 603)]
    public void Message_ToSomeoneWhoAnswers_BringsThatAnswerBack(int theirs, int heard)
    {
        Bob.AnswersMessages = theirs;

        Alice.Say(Bob.Address, Words).ShouldBe(heard);

        Alice.Said!.Response!.Text(SipHeader.Accept).ShouldBe(theirs == 415 ? "text/plain" : null);
        World.Run(600);
        Bob.Heard.Count.ShouldBe(1, "what was refused is not sent again");
    }

    [Fact]
    public void Message_SentAgain_IsDeliveredOnce()
    {
        Alice.Say(Bob.Address, Words, callId: "again").ShouldBe(200);
        World.Run(40); // while the first transaction stands it is the same request come twice (RFC 3261 section 8.2.2.2)
        Alice.Say(Bob.Address, Words, callId: "again").ShouldBe(200);
        Alice.Say(Bob.Address, Words, callId: "another").ShouldBe(200);

        Bob.Heard.Count.ShouldBe(2);
    }

    [Fact]
    public void Message_ForSomeoneWhoIsNotThere_IsKeptAndDeliveredInOrderOnceTheyRegister()
    {
        foreach (var text in (string[])["one", "two", "three"])
            Alice.Say(Room, text).ShouldBe(202);

        RegisterRoom();

        RoomPhone.Words.ShouldBe(["one", "two", "three"]);
        Alice.Say(Room, "four").ShouldBe(200);
        RegisterRoom(60);
        RoomPhone.Words.ShouldBe(["one", "two", "three", "four"]);
        World.AssertNoFaults();
    }

    [Fact]
    public void Message_KeptByAnExchangeThatIsKilled_IsDeliveredByTheNext()
    {
        Alice.Say(Room, Words, callId: "kept").ShouldBe(202);
        World.Liberty.Kill();
        World.Liberty.Restart();
        World.Run(40);

        Alice.Say(Room, Words, callId: "kept").ShouldBe(202);
        RegisterRoom();

        RoomPhone.Words.ShouldBe([Words]);
    }

    [Fact]
    public void Message_WhileTheOtherExchangeIsCutOff_IsKeptAndDeliveredOnceItIsBack()
    {
        World.Cut(World.Albion, World.Liberty, isCut: true);
        Alice.Say(Bob.Address, "one");
        World.Run(12);
        Alice.Said!.Status.ShouldBe(202);
        Alice.Say(Bob.Address, "two").ShouldBe(202);

        World.Cut(World.Albion, World.Liberty, isCut: false);
        World.Until(() => Bob.Heard.Count >= 2, 120, "both delivered");
        World.Run(120);

        Bob.Words.ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Message_ThatNobodyCameForInTime_IsToldToItsSender()
    {
        Alice.Say(Room, "lost", headers: ("Expires", "60")).ShouldBe(202);

        World.Until(() => Alice.Heard.Count > 0, 90, "a notice");

        var notice = Alice.Heard.ShouldHaveSingleItem();
        notice.From.ShouldStartWith("sip:messages@");
        notice.Text.ShouldContain("own0@liberty.example");
        notice.Text.ShouldEndWith("lost");
        RegisterRoom(60);
        RoomPhone.Heard.ShouldBeEmpty();
    }

    [Fact]
    public void Message_ToNobody_IsNotFound() => Alice.Say("nobody@liberty.example", Words).ShouldBe(404);

    [Fact]
    public void Message_LongerThanIsTaken_IsRefused() => Alice.Say(Bob.Address, new string('x', 17_000)).ShouldBe(413);

    [Fact]
    public void Message_InAnotherCharacterSet_IsToldWhatIsTaken()
    {
        Alice.Say(Bob.Address, Words, "text/plain;charset=iso-8859-1").ShouldBe(415);

        Alice.Said!.Response!.Text(SipHeader.Accept)!.ShouldContain("text/plain");
    }

    [Fact]
    public void Message_ThatSaysSomeoneWrites_GoesThroughAndIsNeverKept()
    {

        Alice.Say(Bob.Address, Sign, SignType).ShouldBe(200);
        Alice.Say(Room, Sign, SignType).ShouldBe(480);

        Bob.Heard.ShouldHaveSingleItem().Text.ShouldContain("<state>active</state>");
        RegisterRoom();
        RoomPhone.Heard.ShouldBeEmpty();
    }
}
