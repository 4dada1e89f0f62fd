using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.UserAgent;

/// <summary>Rules of RFC 3261 around INVITE that a peer at the byte level can see.</summary>
public sealed class InvitationRulesTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(3261);
    readonly Phone _phone;
    readonly RawPeer _peer;

    public InvitationRulesTests()
    {
        _phone = new Phone(_world, "192.0.2.1", 1, new SipUserAgentOptions { AllowedMethods = "INVITE, ACK, CANCEL, BYE, OPTIONS" }) { OnCall = call => call.Ring() };
        _peer = new RawPeer(_world, "192.0.2.9");
    }

    [Fact]
    public void Expires_WithoutAnAnswer_EndsTheInvitationWith487()
    {
        Send("INVITE", extra: "Expires: 5\n");
        _world.RunFor(4 * Second);
        _peer.FirstLines.ShouldBe(["SIP/2.0 180 Ringing"]);
        _world.RunFor(2 * Second);
        _peer.FirstLines.ShouldContain("SIP/2.0 487 Request Terminated");
        _phone.Says.ShouldBe("ended Remote 487 Invitation expired");
        _phone.Ua.DialogCount.ShouldBe(0);
    }

    [Fact]
    public void Expires_AfterTheAnswer_ChangesNothing()
    {
        Answered("Expires: 5\n");
        Send("ACK", branch: "z9hG4bKack", toTag: ";tag=" + Tag());
        _world.RunFor(10 * Second);
        _peer.FirstLines.ShouldBe(["SIP/2.0 200 OK"]);
        _phone.Ua.DialogCount.ShouldBe(1);
    }

    [Fact]
    public void Cancel_CrossesTheAnswer_Is200AndTheCallStands()
    {
        _phone.OnCall = call => call.Answer(Phone.Sdp());
        Send("INVITE");
        _world.RunFor(Second / 10);
        Send("CANCEL");
        _world.RunFor(Second / 10);
        _peer.Heard.Select(h => (h.Message.StatusCode, h.Message.Method)).ShouldBe([(200, SipMethod.Invite), (200, SipMethod.Cancel)]);
        _peer.Heard[1].Message.To!.Tag.ShouldBe(_peer.Heard[0].Message.To!.Tag, "one element, one tag (section 9.2)");
        _phone.Incoming!.State.ShouldBe(CallState.Answered);
    }

    [Fact]
    public void Cancel_BeforeTheAnswer_Is200And487AndLateCopiesChangeNothing()
    {
        Send("INVITE");
        _world.RunFor(Second / 10);
        Send("CANCEL", extra: "Require: wonders\n");
        _world.RunFor(Second / 10);
        Send("ACK");
        Send("CANCEL");
        _world.RunFor(Second);
        _peer.FirstLines.ShouldBe(
            ["SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated", "SIP/2.0 200 OK"], "Require means nothing in a CANCEL (section 8.2.2.3)");
    }

    [Fact]
    public void Trying_OfASlowApplication_HasTheTimestampAndNoTag()
    {
        _phone.OnCall = _ => { };
        Send("INVITE", extra: "Timestamp: 54.21\n");
        _world.RunFor(Second);
        _peer.Last.StatusCode.ShouldBe(100);
        _peer.Last.Text("Timestamp").ShouldBe("54.21");
        _peer.Last.ToTag.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("PUBLISH", "SIP/2.0 405 Method Not Allowed")]
    [InlineData("WONDER", "SIP/2.0 501 Not Implemented")]
    public void Method_NotTaken_IsToldWhichAre(string method, string expected)
    {
        Send(method);
        _world.RunFor(Second / 10);
        _peer.FirstLines.ShouldBe([expected]);
        _peer.Last.Text(SipHeader.Allow).ShouldBe("INVITE, ACK, CANCEL, BYE, OPTIONS");
    }

    [Theory]
    [InlineData("text/nobodyKnowsThis", "SIP/2.0 406 Not Acceptable")]
    [InlineData("text/plain, application/sdp;level=1", "SIP/2.0 180 Ringing")]
    [InlineData("application/*", "SIP/2.0 180 Ringing")]
    [InlineData("*/*", "SIP/2.0 180 Ringing")]
    public void Accept_ThatLeavesNoDescription_Is406(string accept, string expected)
    {
        Send("INVITE", extra: $"Accept: {accept}\n");
        _world.RunFor(Second / 10);
        _peer.FirstLines.ShouldBe([expected]);
    }

    [Fact]
    public void Invite_ByTwoWays_TheSecondIs482()
    {
        Send("INVITE");
        Send("INVITE", branch: "z9hG4bKother");
        _world.RunFor(Second / 10);
        _peer.FirstLines.ShouldBe(["SIP/2.0 180 Ringing", "SIP/2.0 482 Merged Request"]);
    }

    [Fact]
    public void Invite_WithRecordRoute_ItsDialogGoesThatWay()
    {
        Answered("Record-Route: <sip:192.0.2.9;lr>, <sip:far.example;lr>\n");
        _peer.Last.Texts(SipHeader.Record_Route).ShouldBe(["<sip:192.0.2.9;lr>", "<sip:far.example;lr>"]);
        Send("ACK", branch: "z9hG4bKack", toTag: ";tag=" + Tag());
        _world.RunFor(Second / 10);
        _phone.Incoming!.Bye();
        _world.RunFor(Second / 10);
        _peer.FirstLines.Last().ShouldBe("BYE sip:raw@192.0.2.9 SIP/2.0");
        _peer.Last.Texts(SipHeader.Route).ShouldBe(["<sip:192.0.2.9;lr>", "<sip:far.example;lr>"]);
    }

    [Fact]
    public void Success_ThatNobodyAcknowledges_IsRepeatedAndEndedWithBye()
    {
        _phone.OnCall = call => call.Answer(Phone.Sdp());
        Send("INVITE");
        _world.RunFor(40 * Second);
        _peer.Times("SIP/2.0 200").Count().ShouldBeGreaterThan(8);
        _peer.Times("BYE").ShouldNotBeEmpty();
        _phone.Says.ShouldStartWith("ended Lost");
    }

    [Theory]
    [InlineData(1, "SIP/2.0 500 CSeq Out Of Order")]
    [InlineData(7, "SIP/2.0 200 OK")]
    public void Request_InsideADialog_ItsNumberMustGrow(int cseq, string expected)
    {
        Answered(cseq: 5);
        var tag = Tag();
        Send("ACK", branch: "z9hG4bKack", toTag: ";tag=" + tag, cseq: 5);
        Send("OPTIONS", branch: "z9hG4bKin", toTag: ";tag=" + tag, cseq: cseq);
        _world.RunFor(Second / 10);
        _peer.FirstLines.Last().ShouldBe(expected);
    }

    [Fact]
    public void Response_WithAnotherViaBelowOurs_IsNotOurs()
    {
        _peer.Responder = request => request.Method == SipMethod.Invite
            ? RawPeer.Answer(request, 200).Replace("From:", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKsaber\r\nFrom:", StringComparison.Ordinal) : null;
        _phone.Ua.Invite(new InviteOptions { Target = SipUri.Parse("sip:raw@192.0.2.9"), From = new NameAddress("sip:a@192.0.2.1"), Offer = Phone.Sdp() }, _phone);
        _world.RunFor(Second);
        _phone.Says.ShouldBe("", "section 8.1.3.3");
    }

    /// <summary>An INVITE with an offer, answered.</summary>
    void Answered(string extra = "", int cseq = 1)
    {
        _phone.OnCall = call => call.Answer(Phone.Sdp(call.Offer));
        var body = Phone.Sdp().ToString();
        var wire = _peer.Request("INVITE", "192.0.2.1", extra: extra + "Content-Type: application/sdp\n", cseq: cseq).ReplaceLineEndings("\r\n");
        _peer.Send(wire.Replace("Content-Length: 0", $"Content-Length: {body.Length}", StringComparison.Ordinal) + body, "192.0.2.1");
        _world.RunFor(Second / 10);
        _peer.Last.StatusCode.ShouldBe(200);
    }

    string Tag() => System.Text.Encoding.UTF8.GetString(_peer.Last.ToTag);

    void Send(string method, string branch = "z9hG4bKone", string extra = "", string toTag = "", int cseq = 1) =>
        _peer.Send(_peer.Request(method, "192.0.2.1", branch, extra, toTag, cseq: cseq), "192.0.2.1");
}
