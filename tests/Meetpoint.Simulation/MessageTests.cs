using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>Messages in page mode over two exchanges, and what is kept for who is not there.</summary>
public sealed class MessageTests : IDisposable
{
    const string Words = "Grüße, 你好 — 🎉\r\n\tsecond line <b>&amp;";

    readonly SimulatedWorld _world = new(41, new WorldSetup { Messages = true, Registering = 1 });
    readonly SimulatedPhone _alice;
    readonly SimulatedPhone _bob;
    readonly SimulatedPhone _room;

    public MessageTests()
    {
        _alice = _world.Phone(_world.Albion, 0);
        _bob = _world.Phone(_world.Liberty, 1);
        _room = _world.Registering(_world.Liberty, 0);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Message_AcrossTwoExchanges_ArrivesByteForByteAndShowsNothingOfTheOtherNetwork()
    {
        const string Session = "0123456789abcdef0123456789abcdef";

        _alice.Say(_bob.Address, Words, callId: "alices-own", headers: [("Session-ID", Session + ";remote=00000000000000000000000000000000")]).ShouldBe(200);

        var heard = _bob.Heard.ShouldHaveSingleItem();
        heard.Text.ShouldBe(Words);
        heard.From.ShouldBe("sip:user0@albion.example");
        heard.Request.CallId.ShouldNotBe("alices-own");
        heard.Request.Texts(SipHeader.Via).Count().ShouldBe(1);
        heard.Request.MaxForwards.ShouldBe(68, "a hop for each exchange");
        heard.Request.Text(SipHeader.Session_ID).ShouldStartWith(Session);
        heard.Request.Text(SipHeader.P_Charging_Vector)!.ShouldContain("transit-ioi=\"albion.example.1\"");
        _world.AssertNoFaults();
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
        _bob.AnswersMessages = theirs;

        _alice.Say(_bob.Address, Words).ShouldBe(heard);

        _alice.Said!.Response!.Text(SipHeader.Accept).ShouldBe(theirs == 415 ? "text/plain" : null);
        _world.Run(600);
        _bob.Heard.Count.ShouldBe(1, "what was refused is not sent again");
    }

    [Fact]
    public void Message_SentAgain_IsDeliveredOnce()
    {
        _alice.Say(_bob.Address, Words, callId: "again").ShouldBe(200);
        _world.Run(40); // while the first transaction stands it is the same request come twice (RFC 3261 section 8.2.2.2)
        _alice.Say(_bob.Address, Words, callId: "again").ShouldBe(200);
        _alice.Say(_bob.Address, Words, callId: "another").ShouldBe(200);

        _bob.Heard.Count.ShouldBe(2);
    }

    [Fact]
    public void Message_ForSomeoneWhoIsNotThere_IsKeptAndDeliveredInOrderOnceTheyRegister()
    {
        foreach (var text in (string[])["one", "two", "three"])
            _alice.Say(_room.Address, text).ShouldBe(202);

        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(2);

        _room.Words.ShouldBe(["one", "two", "three"]);
        _alice.Say(_room.Address, "four").ShouldBe(200);
        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(60);
        _room.Words.ShouldBe(["one", "two", "three", "four"]);
        _world.AssertNoFaults();
    }

    [Fact]
    public void Message_KeptByAnExchangeThatIsKilled_IsDeliveredByTheNext()
    {
        _alice.Say(_room.Address, Words, callId: "kept").ShouldBe(202);
        _world.Liberty.Kill();
        _world.Liberty.Restart();
        _world.Run(40);

        _alice.Say(_room.Address, Words, callId: "kept").ShouldBe(202);
        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(2);

        _room.Words.ShouldBe([Words]);
    }

    [Fact]
    public void Message_WhileTheOtherExchangeIsCutOff_IsKeptAndDeliveredOnceItIsBack()
    {
        _world.Cut(_world.Albion, _world.Liberty, isCut: true);
        _alice.Say(_bob.Address, "one");
        _world.Run(12);
        _alice.Said!.Status.ShouldBe(202);
        _alice.Say(_bob.Address, "two").ShouldBe(202);

        _world.Cut(_world.Albion, _world.Liberty, isCut: false);
        _world.Until(() => _bob.Heard.Count >= 2, 120, "both delivered");
        _world.Run(120);

        _bob.Words.ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Message_ThatNobodyCameForInTime_IsToldToItsSender()
    {
        _alice.Say(_room.Address, "lost", headers: ("Expires", "60")).ShouldBe(202);

        _world.Until(() => _alice.Heard.Count > 0, 90, "a notice");

        var notice = _alice.Heard.ShouldHaveSingleItem();
        notice.From.ShouldStartWith("sip:messages@");
        notice.Text.ShouldContain("own0@liberty.example");
        notice.Text.ShouldEndWith("lost");
        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(60);
        _room.Heard.ShouldBeEmpty();
    }

    [Fact]
    public void Message_ToNobody_IsNotFound() => _alice.Say("nobody@liberty.example", Words).ShouldBe(404);

    [Fact]
    public void Message_LongerThanIsTaken_IsRefused() => _alice.Say(_bob.Address, new string('x', 17_000)).ShouldBe(413);

    [Fact]
    public void Message_InAnotherCharacterSet_IsToldWhatIsTaken()
    {
        _alice.Say(_bob.Address, Words, "text/plain;charset=iso-8859-1").ShouldBe(415);

        _alice.Said!.Response!.Text(SipHeader.Accept)!.ShouldContain("text/plain");
    }

    [Fact]
    public void Message_ThatSaysSomeoneWrites_GoesThroughAndIsNeverKept()
    {
        const string Sign = "<isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"><state>active</state></isComposing>";

        _alice.Say(_bob.Address, Sign, "application/im-iscomposing+xml").ShouldBe(200);
        _alice.Say(_room.Address, Sign, "application/im-iscomposing+xml").ShouldBe(480);

        _bob.Heard.ShouldHaveSingleItem().Text.ShouldContain("<state>active</state>");
        _room.Register("<sip:own0@172.16.0.9:5099>;expires=3600").ShouldBe(200);
        _world.Run(2);
        _room.Heard.ShouldBeEmpty();
    }
}
