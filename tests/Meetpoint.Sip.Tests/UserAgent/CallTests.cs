using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Sdp;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.UserAgent;

public sealed class CallTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(7);
    readonly Phone _alice;
    readonly Phone _room;

    public CallTests()
    {
        _alice = new Phone(_world, "192.0.2.1", 1);
        _room = new Phone(_world, "192.0.2.2", 2);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public void Invite_AnsweredAndEnded_BothHearIt(string transport)
    {
        var call = _alice.Call(_room, Phone.Sdp(), transport);
        _world.RunFor(2 * Second);
        call.State.ShouldBe(CallState.Confirmed);
        _room.Incoming!.State.ShouldBe(CallState.Confirmed);
        _alice.Says.ShouldBe("answered | confirmed");
        _room.Says.ShouldBe("confirmed");
        call.RemoteSdp!.Media.Count.ShouldBe(1);
        _room.Incoming.RemoteSdp!.Media.Count.ShouldBe(1);
        _room.Incoming.RemoteSessionId.ShouldBe(call.LocalSessionId);

        call.Bye((SipHeader.Reason.Name(), "Q.850;cause=16"));
        _world.RunFor(100 * Second);
        _room.Says.ShouldBe("confirmed | ended Remote 200 Q.850;cause=16");
        _alice.Says.ShouldEndWith("ended Local 200");
        (_alice.Ua.DialogCount, _alice.Ua.TransactionCount, _room.Ua.DialogCount, _room.Ua.TransactionCount).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public void Invite_LateOffer_AnswerComesInTheAck()
    {
        var call = _alice.Call(_room, null);
        _world.RunFor(2 * Second);
        _alice.Says.ShouldBe("offer | confirmed");
        _room.Says.ShouldBe("answered | confirmed");
        call.LocalSdp.ShouldNotBeNull();
        _room.Incoming!.RemoteSdp.ShouldNotBeNull();
    }

    [Fact]
    public void Invite_RefusedLateOffer_EndsWithBye()
    {
        _alice.OnOffered = (_, reply) => reply.Reject();
        _alice.Call(_room, null);
        _world.RunFor(2 * Second);
        _room.Says.ShouldContain("ended");
        _alice.Says.ShouldBe("offer | ended Local 200");
        _world.RunFor(100 * Second);
        _room.Ua.DialogCount.ShouldBe(0);
    }

    [Fact]
    public void Ring_EarlyMediaReliable_IsAcknowledgedAndTheCallGoesOn()
    {
        _room.OnCall = call =>
        {
            call.Ring(183, Phone.Sdp(call.Offer)).ShouldBeTrue();
            call.Ring(180).ShouldBeTrue();
            call.Answer().ShouldBeTrue("the answer waits for the PRACK");
        };
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(5 * Second);
        _alice.Says.ShouldBe("answered | progress 183 sdp | progress 180 | confirmed");
        call.State.ShouldBe(CallState.Confirmed);
        _room.Says.ShouldBe("confirmed");
    }

    [Fact]
    public void Ring_EarlyOffer_IsAnsweredInPrack()
    {
        _room.OnCall = call =>
        {
            call.Ring(183, Phone.Sdp()).ShouldBeTrue();
            call.Answer();
        };
        var call = _alice.Call(_room, null);
        _world.RunFor(5 * Second);
        _room.Says.ShouldBe("answered | confirmed");
        _alice.Says.ShouldBe("offer | progress 183 sdp | confirmed");
        call.LocalSdp.ShouldNotBeNull();
    }

    [Fact]
    public void Cancel_WhileRinging_EndsBothSides()
    {
        _room.OnCall = call => call.Ring();
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        call.Cancel((SipHeader.Reason.Name(), "SIP;cause=200"));
        _world.RunFor(100 * Second);
        _alice.Says.ShouldBe("progress 180 | failed 487");
        _room.Says.ShouldBe("ended Remote 487 SIP;cause=200");
        (_alice.Ua.DialogCount, _alice.Ua.TransactionCount, _room.Ua.DialogCount, _room.Ua.TransactionCount).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public void Cancel_CrossesTheAnswer_IsEndedWithBye()
    {
        _room.OnCall = call => call.Ring();
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        _room.Incoming!.Answer(Phone.Sdp(_room.Incoming.Offer));
        call.Cancel();
        _world.RunFor(100 * Second);
        _alice.Says.ShouldEndWith("failed 487");
        _room.Says.ShouldContain("ended Remote 200");
        _room.Ua.DialogCount.ShouldBe(0);
    }

    [Fact]
    public void Reject_Busy_IsHeardWithItsHeaders()
    {
        _room.OnCall = call => call.Reject(486, "In A Meeting", (SipHeader.Retry_After.Name(), "60"));
        _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        _alice.Says.ShouldBe("failed 486");
        _alice.LastResponse!.ReasonPhrase.ShouldBe("In A Meeting");
        _alice.LastResponse.RetryAfterSeconds.ShouldBe(60);
    }

    [Fact]
    public void Invite_NobodyAnswers_FailsAfterTimerB()
    {
        _world.Network.Cut(AddressPrefix.Parse("192.0.2.1/32"), AddressPrefix.Parse("192.0.2.2/32"));
        _alice.Call(_room, Phone.Sdp());
        _world.RunFor(33 * Second);
        _alice.Says.ShouldBe("failed 408");
    }

    [Fact]
    public void Invite_RingsTooLong_IsCancelled()
    {
        _room.OnCall = call => call.Ring();
        _alice.Call(_room, Phone.Sdp(), change: o => o with { RingSeconds = 20 });
        _world.RunFor(25 * Second);
        _alice.Says.ShouldBe("progress 180 | failed 487");
    }

    [Fact]
    public void Answer_Later_TheCallerGets100Meanwhile()
    {
        _room.OnCall = _ => { };
        _alice.Call(_room, Phone.Sdp());
        _world.RunFor(60 * Second);
        _alice.Says.ShouldBe("", "100 is no progress, and timer B has stopped");
        _room.Incoming!.Answer(Phone.Sdp(_room.Incoming.Offer)).ShouldBeTrue();
        _world.RunFor(Second);
        _alice.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Reinvite_Hold_ChangesBothDescriptions()
    {
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        SipResult? result = null;
        call.Reinvite(Phone.Sdp(direction: "sendonly"), r => result = r).ShouldBeTrue();
        call.Reinvite(Phone.Sdp()).ShouldBeFalse("one offer at a time");
        _world.RunFor(Second);
        result!.Status.ShouldBe(200);
        _room.Incoming!.RemoteSdp!.IsHold.ShouldBeTrue();
        _room.Incoming.RemoteSdp.Origin.Version.ShouldBe(2ul);
        _room.Says.ShouldBe("confirmed | offer");
        _world.RunFor(60 * Second);
        call.State.ShouldBe(CallState.Confirmed);
    }

    [Fact]
    public void Reinvite_WithoutOffer_TheyOffer()
    {
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        call.Reinvite(null).ShouldBeTrue();
        _world.RunFor(60 * Second);
        _alice.Says.ShouldBe("answered | confirmed | offer");
        _room.Says.ShouldBe("confirmed | answered");
        (call.State, _room.Incoming!.State).ShouldBe((CallState.Confirmed, CallState.Confirmed));
    }

    [Fact]
    public void Reinvite_FromBothSidesAtOnce_BothGoThroughInTheEnd()
    {
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        var statuses = new List<int>();
        call.Reinvite(Phone.Sdp(direction: "sendonly"), r => statuses.Add(r.Status)).ShouldBeTrue();
        _room.Incoming!.Reinvite(Phone.Sdp(_room.Incoming.Offer, "recvonly"), r => statuses.Add(r.Status)).ShouldBeTrue();
        _world.RunFor(60 * Second);
        statuses.ShouldBe([200, 200]);
        (call.State, _room.Incoming.State).ShouldBe((CallState.Confirmed, CallState.Confirmed));
    }

    [Fact]
    public void Update_WithOffer_IsAnsweredAnd488KeepsWhatWas()
    {
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        var statuses = new List<int>();
        call.Update(Phone.Sdp(direction: "sendonly"), r => statuses.Add(r.Status)).ShouldBeTrue();
        _world.RunFor(Second);
        _room.OnOffered = (_, reply) => reply.Reject();
        call.Update(Phone.Sdp(direction: "inactive"), r => statuses.Add(r.Status)).ShouldBeTrue();
        _world.RunFor(Second);
        statuses.ShouldBe([200, 488]);
        _room.Incoming!.RemoteSdp!.Media[0].Direction.ShouldBe(SdpDirection.SendOnly);
        call.LocalSdp!.Media[0].Direction.ShouldBe(SdpDirection.SendOnly);
    }

    [Fact]
    public void Info_InACall_IsAnsweredAndHeard()
    {
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        SipResult? result = null;
        call.Info("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"u8.ToArray(), r => result = r);
        _world.RunFor(Second);
        result!.Status.ShouldBe(200);
        _room.Says.ShouldBe("confirmed | info application/dtmf-relay");
    }

    [Fact]
    public void SessionTimer_Refreshed_TheCallStands()
    {
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunFor(7_200 * Second);
        call.SessionSeconds.ShouldBe(1_800);
        (call.State, _room.Incoming!.State).ShouldBe((CallState.Confirmed, CallState.Confirmed));
    }

    [Fact]
    public void SessionTimer_OtherSideVanishes_BothGiveUp()
    {
        _alice.Call(_room, Phone.Sdp());
        _world.RunFor(Second);
        _world.Network.Cut(AddressPrefix.Parse("192.0.2.1/32"), AddressPrefix.Parse("192.0.2.2/32"));
        _world.RunFor(1_800 * Second);
        _alice.Says.ShouldContain("ended Lost 408");
        _room.Says.ShouldContain("ended Lost 408 Session timer expired");
        _world.RunFor(100 * Second);
        (_alice.Ua.DialogCount, _room.Ua.DialogCount).ShouldBe((0, 0));
    }

    [Fact]
    public void SessionTimer_TooSmall_IsRaisedAfter422()
    {
        var strict = new Phone(_world, "192.0.2.3", 3, new SipUserAgentOptions { MinSessionSeconds = 3_600, SessionSeconds = 3_600 });
        var call = _alice.Call(strict, Phone.Sdp());
        _world.RunFor(2 * Second);
        call.State.ShouldBe(CallState.Confirmed);
        call.SessionSeconds.ShouldBe(3_600);
    }

    [Fact]
    public void Answer_NoAckComes_TheCallIsGivenUp()
    {
        var call = _alice.Call(_room, Phone.Sdp());
        _world.RunUntil(() => _room.Incoming is not null, Second);
        _world.Network.Cut(AddressPrefix.Parse("192.0.2.1/32"), AddressPrefix.Parse("192.0.2.2/32"));
        _world.RunFor(40 * Second);
        _room.Says.ShouldBe("ended Lost 408 No ACK");
        call.State.ShouldNotBe(CallState.Confirmed);
    }

    [Fact]
    public void Invite_ForkedToTwoThatAnswer_TheSecondIsEndedWithBye()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        var body = Phone.Sdp().ToString();
        string Success(SipMessage m, string tag) => RawPeer.Answer(m, 200, "Content-Type: application/sdp\n").Replace("tag=raw", "tag=" + tag)
            .Replace("Content-Length: 0", $"Content-Length: {body.Length}") + body;
        peer.Responder = m => m.Method == SipMethod.Invite ? Success(m, "one") : null;
        _alice.Ua.Invite(new InviteOptions
        {
            Target = SipUri.Parse("sip:raw@192.0.2.9"), From = new NameAddress("sip:alice@192.0.2.1"), Offer = Phone.Sdp(),
        }, _alice);
        _world.RunFor(Second);
        peer.Send(Success(peer.Heard[0].Message, "two"), "192.0.2.1");
        _world.RunFor(Second);
        peer.Heard.Select(h => $"{h.Message.MethodName} {h.Message.To!.Tag}").Take(4).ShouldBe(["INVITE ", "ACK one", "ACK two", "BYE two"]);
        _alice.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Ring_NoPrackComes_TheInviteIsRefusedAfter32Seconds()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        _room.OnCall = call => call.Ring();
        peer.Send(peer.Request("INVITE", "192.0.2.2", extra: "Require: 100rel\n"), "192.0.2.2");
        _world.RunFor(33 * Second);
        peer.Times("SIP/2.0 180").ShouldBe([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]);
        peer.FirstLines.ShouldContain("SIP/2.0 504 No PRACK");
        _room.Says.ShouldBe("ended Lost 504 No PRACK");
    }

    [Fact]
    public void Ring_PrackForAnotherAnswer_Is481()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        _room.OnCall = call => call.Ring();
        peer.Send(peer.Request("INVITE", "192.0.2.2", extra: "Require: 100rel\n"), "192.0.2.2");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        var ringing = peer.Last;
        var toTag = $";tag={ringing.To!.Tag}";
        peer.Send(peer.Request("PRACK", "192.0.2.2", "z9hG4bKp1", $"RAck: {ringing.RSeq + 1} 1 INVITE\n", toTag, cseq: 2), "192.0.2.2");
        peer.Send(peer.Request("PRACK", "192.0.2.2", "z9hG4bKp2", $"RAck: {ringing.RSeq} 1 INVITE\n", toTag, cseq: 3), "192.0.2.2");
        _world.RunFor(10 * Second);
        peer.FirstLines.ShouldBe(["SIP/2.0 180 Ringing", "SIP/2.0 481 Call/Transaction Does Not Exist", "SIP/2.0 200 OK"]);
    }

    [Fact]
    public void Request_InsideACallOutOfOrder_IsRefused()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        peer.Send(peer.Request("INVITE", "192.0.2.2", cseq: 10), "192.0.2.2");
        _room.OnCall = call => call.Answer(Phone.Sdp());
        _world.RunFor(100 * MonotonicTime.Millisecond);
        var toTag = $";tag={peer.Last.To!.Tag}";
        peer.Send(peer.Request("INFO", "192.0.2.2", "z9hG4bKi", "", toTag, cseq: 9), "192.0.2.2");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        peer.FirstLines.ShouldContain("SIP/2.0 500 CSeq Out Of Order");
    }

    [Fact]
    public void Bye_ContactIsANameThatNobodyResolves_GoesBackTheWayTheCallCame()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        _room.OnCall = call => call.Answer(Phone.Sdp());
        peer.Send(peer.Request("INVITE", "192.0.2.2").Replace("Contact: <sip:raw@192.0.2.9>", "Contact: <sip:raw@pc33.invalid>"), "192.0.2.2");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        peer.Send(peer.Request("ACK", "192.0.2.2", "z9hG4bKack", toTag: $";tag={peer.Last.To!.Tag}"), "192.0.2.2");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        _room.Incoming!.Bye();
        _world.RunFor(100 * MonotonicTime.Millisecond);
        peer.FirstLines.Last().ShouldBe("BYE sip:raw@pc33.invalid SIP/2.0");
    }

    [Fact]
    public void ContactFeatures_AreInTheAnswerAndInWhatIsAskedAfterwards()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        _room.OnCall = call =>
        {
            call.ContactFeatures = ";+sip.clue";
            call.Answer(Phone.Sdp());
        };
        peer.Send(peer.Request("INVITE", "192.0.2.2"), "192.0.2.2");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        peer.Last.ToString().ShouldContain(">;+sip.clue\r\n");
        _room.Incoming!.Update(null).ShouldBeTrue();
        _world.RunFor(100 * MonotonicTime.Millisecond);
        peer.Heard.Select(static heard => heard.Message.ToString()).Single(static text => text.StartsWith("UPDATE ", StringComparison.Ordinal)).ShouldContain(">;+sip.clue\r\n");
    }

    [Fact]
    public void Invite_OverIPv6_WorksAsOverIPv4()
    {
        var six = new Phone(_world, "2001:db8::6", 6);
        var other = new Phone(_world, "2001:db8::7", 7);
        var call = six.Ua.Invite(new InviteOptions
        {
            Target = SipUri.Parse("sip:room@[2001:db8::7]"), From = new NameAddress("sip:six@[2001:db8::6]"), Offer = Phone.Sdp(),
        }, six);
        _world.RunFor(Second);
        call.Bye();
        _world.RunFor(Second);
        other.Says.ShouldBe("confirmed | ended Remote 200");
    }
}
