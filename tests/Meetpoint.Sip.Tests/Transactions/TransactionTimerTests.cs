using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Transactions;

public sealed class TransactionTimerTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(11);
    readonly Phone _phone;
    readonly RawPeer _peer;

    public TransactionTimerTests()
    {
        _phone = new Phone(_world, "192.0.2.1", 1);
        _peer = new RawPeer(_world, "192.0.2.9");
    }

    [Fact]
    public void ClientInvite_NoAnswer_TimerADoublesUntilB()
    {
        Invite();
        _world.RunFor(40 * Second);
        _peer.Times("INVITE").ShouldBe([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]);
        _phone.Says.ShouldBe("failed 408");
        _phone.Ua.TransactionCount.ShouldBe(0);
    }

    [Fact]
    public void ClientInvite_Provisional_StopsRetransmissionAndTimerB()
    {
        _peer.Responder = m => m.Method == SipMethod.Invite ? RawPeer.Answer(m, 180) : null;
        Invite();
        _world.RunFor(100 * Second);
        _peer.Times("INVITE").ShouldBe([0]);
        _phone.Says.ShouldBe("progress 180");
    }

    [Fact]
    public void ClientInvite_FinalError_EachCopyGetsAnAck_UntilTimerD()
    {
        _peer.Responder = m => m.Method == SipMethod.Invite ? RawPeer.Answer(m, 486) : null;
        Invite();
        _world.RunFor(Second);
        var answer = RawPeer.Answer(_peer.Heard[0].Message, 486);
        _peer.Send(answer, "192.0.2.1");
        _world.RunFor(20 * Second);
        _peer.Send(answer, "192.0.2.1");
        _world.RunFor(Second);
        _peer.Times("ACK").Count().ShouldBe(3);
        _peer.Last.Value(SipHeader.Via).SequenceEqual(_peer.Heard[0].Message.Value(SipHeader.Via)).ShouldBeTrue("the ACK has the INVITE's branch");
        _peer.Last.To!.Tag.ShouldBe("raw");
        _world.RunFor(12 * Second);
        _phone.Ua.TransactionCount.ShouldBe(0);
        _peer.Send(answer, "192.0.2.1");
        _world.RunFor(Second);
        _peer.Times("ACK").Count().ShouldBe(3, "after timer D nothing is left that could answer");
        _phone.Says.ShouldBe("failed 486");
    }

    [Fact]
    public void ClientInvite_CopyOfTheSuccess_IsAcknowledgedAgainUntilTimerM()
    {
        const string sdp = "Content-Type: application/sdp\n";
        var body = Phone.Sdp().ToString();
        string Success(SipMessage m) => RawPeer.Answer(m, 200, sdp).Replace("Content-Length: 0", $"Content-Length: {body.Length}") + body;
        _peer.Responder = m => m.Method == SipMethod.Invite ? Success(m) : null;
        Invite();
        _world.RunFor(Second);
        _phone.Says.ShouldBe("answered | confirmed");
        _peer.Send(Success(_peer.Heard[0].Message), "192.0.2.1");
        _world.RunFor(Second);
        _peer.Times("ACK").Count().ShouldBe(2);
        _phone.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void ClientOther_NoAnswer_TimerEIsCappedAtT2UntilF()
    {
        SipResult? result = null;
        Options(r => result = r);
        _world.RunFor(40 * Second);
        _peer.Times("OPTIONS").ShouldBe([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]);
        result!.Status.ShouldBe(408);
    }

    [Fact]
    public void ClientOther_Provisional_RetransmitsEveryT2()
    {
        _peer.Responder = m => _peer.Heard.Count == 1 ? RawPeer.Answer(m, 100) : null;
        SipResult? result = null;
        Options(r => result = r);
        _world.RunFor(40 * Second);
        _peer.Times("OPTIONS").Take(4).ShouldBe([0, 0.5, 4.5, 8.5]);
        result!.Status.ShouldBe(408);
    }

    [Fact]
    public void ClientOther_Answered_AbsorbsCopiesUntilTimerK()
    {
        _peer.Responder = m => RawPeer.Answer(m, 200);
        var count = 0;
        Options(_ => count++);
        _world.RunFor(Second);
        _peer.Send(RawPeer.Answer(_peer.Heard[0].Message, 200), "192.0.2.1");
        _world.RunFor(Second);
        count.ShouldBe(1);
        _phone.Ua.TransactionCount.ShouldBe(1);
        _world.RunFor(4 * Second);
        _phone.Ua.TransactionCount.ShouldBe(0);
    }

    [Fact]
    public void ServerInvite_Silent_100GoesOutAfter200Ms()
    {
        _phone.OnCall = _ => { };
        _peer.Send(_peer.Request("INVITE", "192.0.2.1"), "192.0.2.1");
        _world.RunFor(Second);
        _peer.FirstLines.ShouldBe(["SIP/2.0 100 Trying"]);
        _peer.Heard[0].Seconds.ShouldBe(0.2, 0.01);
        _peer.Last.ToTag.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void ServerInvite_FinalError_TimerGUntilTheAck()
    {
        _phone.OnCall = call => call.Reject(486);
        _peer.Send(_peer.Request("INVITE", "192.0.2.1"), "192.0.2.1");
        _world.RunFor(10 * Second);
        _peer.Times("SIP/2.0 486").ShouldBe([0, 0.5, 1.5, 3.5, 7.5]);
        _peer.Send(_peer.Request("ACK", "192.0.2.1", toTag: $";tag={_peer.Last.To!.Tag}"), "192.0.2.1");
        _world.RunFor(30 * Second);
        _peer.Heard.Count.ShouldBe(5);
        _phone.Ua.TransactionCount.ShouldBe(0, "timer I is over");
    }

    [Fact]
    public void ServerInvite_NoAck_TimerHEndsIt()
    {
        _phone.OnCall = call => call.Reject(486);
        _peer.Send(_peer.Request("INVITE", "192.0.2.1"), "192.0.2.1");
        _world.RunFor(33 * Second);
        _peer.Times("SIP/2.0 486").ShouldBe([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]);
        _phone.Ua.TransactionCount.ShouldBe(0);
    }

    [Fact]
    public void ServerInvite_Success_IsRepeatedByTheCore_AndTheInviteIsAbsorbed()
    {
        _phone.OnCall = call => call.Answer(Phone.Sdp());
        var invite = _peer.Request("INVITE", "192.0.2.1");
        _peer.Send(invite, "192.0.2.1");
        _world.RunFor(4 * Second);
        _peer.Times("SIP/2.0 200").ShouldBe([0, 0.5, 1.5, 3.5]);
        _peer.Send(invite, "192.0.2.1");
        _world.RunFor(Second);
        _peer.Heard.Count.ShouldBe(4, "RFC 6026: in Accepted a copy of the INVITE is absorbed");
        _phone.Ua.DialogCount.ShouldBe(1);
    }

    [Fact]
    public void ServerOther_Copy_GetsTheSameAnswerUntilTimerJ()
    {
        var seen = 0;
        _phone.OnOther = r =>
        {
            seen++;
            _phone.Ua.AnswerOptions(r);
        };
        var options = _peer.Request("OPTIONS", "192.0.2.1");
        _peer.Send(options, "192.0.2.1");
        _peer.Send(options, "192.0.2.1");
        _world.RunFor(30 * Second);
        _peer.Send(options, "192.0.2.1");
        _world.RunFor(Second);
        (seen, _peer.Heard.Count).ShouldBe((1, 3));
        _world.RunFor(2 * Second);
        _peer.Send(options, "192.0.2.1");
        _world.RunFor(Second);
        (seen, _peer.Heard.Count).ShouldBe((2, 4));
    }

    [Fact]
    public void ServerOther_Rfc2543BranchlessCopies_MatchByTheirHeaders()
    {
        var seen = 0;
        _phone.OnOther = r =>
        {
            seen++;
            _phone.Ua.AnswerOptions(r);
        };
        var options = _peer.Request("OPTIONS", "192.0.2.1", branch: "1");
        _peer.Send(options, "192.0.2.1");
        _peer.Send(options, "192.0.2.1");
        _peer.Send(_peer.Request("OPTIONS", "192.0.2.1", branch: "1", cseq: 2), "192.0.2.1");
        _world.RunFor(Second);
        (seen, _peer.Heard.Count).ShouldBe((2, 3));
    }

    [Fact]
    public void ServerRequest_SecondCopyByAnotherWay_IsMerged()
    {
        _phone.OnCall = call => call.Ring();
        _peer.Send(_peer.Request("INVITE", "192.0.2.1", "z9hG4bKone"), "192.0.2.1");
        _peer.Send(_peer.Request("INVITE", "192.0.2.1", "z9hG4bKtwo"), "192.0.2.1");
        _world.RunFor(Second);
        _peer.FirstLines.ShouldContain("SIP/2.0 482 Merged Request");
        _phone.Ua.DialogCount.ShouldBe(1);
    }

    void Invite() => _phone.Ua.Invite(new InviteOptions
    {
        Target = SipUri.Parse("sip:raw@192.0.2.9"), From = new NameAddress("sip:alice@192.0.2.1"), Offer = Phone.Sdp(),
    }, _phone);

    void Options(Action<SipResult> done) => _phone.Ua.Send(
        new SipRequest("OPTIONS", "sip:raw@192.0.2.9") { From = new NameAddress("sip:alice@192.0.2.1"), To = new NameAddress("sip:raw@192.0.2.9") },
        null, null, done);
}
