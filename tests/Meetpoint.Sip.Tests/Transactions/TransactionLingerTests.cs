using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Transactions;

/// <summary>How long a transaction is kept after its final answer: timers I, L and M to the second, and none of them over TCP.</summary>
public sealed class TransactionLingerTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(12);
    readonly Phone _phone;
    readonly RawPeer _peer;

    public TransactionLingerTests()
    {
        _phone = new Phone(_world, "192.0.2.1", 1);
        _peer = new RawPeer(_world, "192.0.2.9");
    }

    [Fact]
    public void ServerInvite_Acknowledged_AbsorbsCopiesOfTheAckForTimerI()
    {
        _phone.OnCall = call => call.Reject(486);
        _peer.Send(_peer.Request("INVITE", "192.0.2.1"), "192.0.2.1");
        _world.RunFor(Second);
        var answers = _peer.Heard.Count;
        var ack = _peer.Request("ACK", "192.0.2.1", toTag: $";tag={_peer.Last.To!.Tag}");
        _peer.Send(ack, "192.0.2.1");
        _world.RunFor((long)(4.9 * Second));
        _peer.Send(ack, "192.0.2.1");
        _phone.Ua.TransactionCount.ShouldBe(1, "timer I is T4, 5 s");
        _world.RunFor(Second / 5);
        _phone.Ua.TransactionCount.ShouldBe(0, "timer I is over");
        _peer.Heard.Count.ShouldBe(answers, "the ACK stops timer G");
    }

    [Fact]
    public void ServerInvite_Success_IsKeptForTimerL()
    {
        _phone.OnCall = call => call.Answer(Phone.Sdp());
        var invite = _peer.Request("INVITE", "192.0.2.1");
        _peer.Send(invite, "192.0.2.1");
        _world.RunFor(Second / 10);
        var body = Phone.Sdp().ToString(); // the answer to the offer of the 200
        var ack = _peer.Request("ACK", "192.0.2.1", "z9hG4bKack", "Content-Type: application/sdp\n", $";tag={_peer.Last.To!.Tag}");
        _peer.Send(ack.Replace("Content-Length: 0", $"Content-Length: {body.Length}", StringComparison.Ordinal) + body, "192.0.2.1");
        _world.RunFor((long)(31.8 * Second));
        _peer.Send(invite, "192.0.2.1");
        _world.RunFor(Second / 20);
        (_phone.Ua.TransactionCount, _phone.Ua.DialogCount, _peer.Heard.Count).ShouldBe((1, 1, 1), "a copy of the INVITE is absorbed for 64 T1, 32 s");
        _world.RunFor(Second / 10);
        _phone.Ua.TransactionCount.ShouldBe(0, "timer L is over");
    }

    [Fact]
    public void ClientInvite_Success_IsKeptForTimerM()
    {
        var body = Phone.Sdp().ToString();
        string Success(SipMessage m) => RawPeer.Answer(m, 200, "Content-Type: application/sdp\n").Replace("Content-Length: 0", $"Content-Length: {body.Length}") + body;
        _peer.Responder = m => m.Method == SipMethod.Invite ? Success(m) : null;
        _phone.Ua.Invite(new InviteOptions
        {
            Target = SipUri.Parse("sip:raw@192.0.2.9"), From = new NameAddress("sip:alice@192.0.2.1"), Offer = Phone.Sdp(),
        }, _phone);
        _world.RunFor((long)(31.8 * Second));
        _peer.Send(Success(_peer.Heard[0].Message), "192.0.2.1");
        _world.RunFor(Second / 10);
        _peer.Times("ACK").Count().ShouldBe(2, "each copy of the 2xx is acknowledged for 64 T1, 32 s");
        _phone.Ua.TransactionCount.ShouldBe(1);
        _world.RunFor(Second / 5);
        _phone.Ua.TransactionCount.ShouldBe(0, "timer M is over");
        _phone.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Invite_RefusedOverTcp_LeavesNothingOnEitherSide()
    {
        var room = new Phone(_world, "192.0.2.2", 2) { OnCall = call => call.Reject(486) };
        _phone.Call(room, Phone.Sdp(), "tcp");
        _world.RunFor(Second);
        _phone.Says.ShouldBe("failed 486");
        (_phone.Ua.TransactionCount, room.Ua.TransactionCount).ShouldBe((0, 0), "timers D and I are 0 over a reliable transport");
    }

    [Fact]
    public void Other_AnsweredOverTcp_LeavesNothingOnEitherSide()
    {
        var room = new Phone(_world, "192.0.2.2", 2);
        room.OnOther = request => room.Ua.AnswerOptions(request);
        SipResult? result = null;
        Options(r => result = r);
        _world.RunFor(Second);
        result!.Status.ShouldBe(200);
        (_phone.Ua.TransactionCount, room.Ua.TransactionCount).ShouldBe((0, 0), "timers K and J are 0 over a reliable transport");
    }

    [Fact]
    public void Other_UnansweredOverTcp_IsSentOnceAndEndsWithTimerF()
    {
        var seen = 0;
        _ = new Phone(_world, "192.0.2.2", 2) { OnOther = _ => seen++ };
        SipResult? result = null;
        Options(r => result = r);
        var segments = 0;
        _world.RunFor(Second);
        _world.Network.Trace = entry => segments += entry.Bytes > 0 ? 1 : 0;
        _world.RunFor((long)(30.9 * Second));
        (seen, segments).ShouldBe((1, 0), "timer E does not run over a reliable transport");
        result.ShouldBeNull();
        _world.RunFor(Second / 5);
        result!.Status.ShouldBe(408);
    }

    void Options(Action<SipResult> done) => _phone.Ua.Send(
        new SipRequest("OPTIONS", "sip:room@192.0.2.2;transport=tcp") { From = new NameAddress("sip:alice@192.0.2.1"), To = new NameAddress("sip:room@192.0.2.2") },
        null, null, done);
}
