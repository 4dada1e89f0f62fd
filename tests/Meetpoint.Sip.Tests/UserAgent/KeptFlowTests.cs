using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.UserAgent;

/// <summary>Peers behind a NAT: what their Contact says leads nowhere, and they are met over their flow.</summary>
public sealed class KeptFlowTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(41);
    readonly Phone _room;
    readonly RawPeer _phone;

    public KeptFlowTests()
    {
        _room = new Phone(_world, "192.0.2.2", 2);
        _phone = new RawPeer(_world, "192.0.2.9");
    }

    [Theory]
    [InlineData("<sip:raw@172.16.0.9;ob>", "", false, true)]
    [InlineData("<sip:raw@172.16.0.9>", "", false, false)]
    [InlineData("<sip:raw@172.16.0.9>", "", true, true)]
    [InlineData("<sip:raw@192.0.2.8>", "Record-Route: <sip:192.0.2.9;lr>\n", true, true)] // by its route
    [InlineData("<sip:raw@172.16.0.9;ob>", "Via: SIP/2.0/UDP 172.16.0.9;branch=z9hG4bKbehind\n", false, false)]
    public void Bye_ToACaller_ComesOverItsFlow(string contact, string extra, bool isKept, bool isHeard)
    {
        _room.OnCall = call =>
        {
            if (isKept)
                call.KeepToFlow();
            call.Answer(Phone.Sdp());
        };
        var invite = _phone.Request("INVITE", "192.0.2.2", extra: extra).Replace("<sip:raw@192.0.2.9>\n", contact + "\n", StringComparison.Ordinal);
        invite = invite.Replace("From: " + contact, "From: <sip:raw@192.0.2.9>", StringComparison.Ordinal);
        _phone.Send(invite, "192.0.2.2");
        _world.RunFor(Second);
        _room.Incoming.ShouldNotBeNull(string.Join('\n', _phone.FirstLines));
        _phone.Send(_phone.Request("ACK", "192.0.2.2", "z9hG4bKack", toTag: ";tag=" + _phone.Last.To!.Tag), "192.0.2.2");
        _world.RunFor(Second);
        _room.Incoming.Bye();
        _world.RunFor(Second);
        _phone.Times("BYE").Any().ShouldBe(isHeard, string.Join('\n', _phone.FirstLines));
    }

    [Fact]
    public void Ack_ToOneThatWasCalledOverItsFlow_GoesThereWhateverItsContactSays()
    {
        _phone.Responder = request => request.Method == SipMethod.Invite ? RawPeer.Answer(request, 200).Replace("raw@192.0.2.9", "raw@172.16.0.9", StringComparison.Ordinal) : null;
        var flow = _room.Transports.Reach(new SipTarget(SipTransport.Udp, NetAddress.Parse("192.0.2.9:5060")))!;
        _room.Ua.Invite(
            new InviteOptions { Target = SipUri.Parse("sip:raw@172.16.0.9;ob"), From = new NameAddress("sip:room@192.0.2.2"), Route = SipRoute.Over(flow) }, _room);
        _world.RunFor(Second);
        _phone.FirstLines.First().ShouldBe("INVITE sip:raw@172.16.0.9;ob SIP/2.0");
        _phone.FirstLines.ShouldContain("ACK sip:raw@172.16.0.9 SIP/2.0");
    }
}
