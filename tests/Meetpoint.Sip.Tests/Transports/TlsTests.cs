using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Transports;

/// <summary>Calls over TLS, in both directions over one connection, and handshakes that are refused.</summary>
public sealed class TlsTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(5923);
    readonly List<string> _failed = [];
    readonly List<string> _asked = [];
    string? _refusedByAlice;
    string? _refusedByRoom;
    readonly Phone _alice;
    readonly Phone _room;

    public TlsTests()
    {
        _alice = Start("192.0.2.1", 1, "alice.example", _ => _refusedByAlice);
        _room = Start("192.0.2.2", 2, "room.example", _ => _refusedByRoom);
    }

    [Fact]
    public void Call_OverTls_StandsAndIsEndedByTheOtherSideOverTheSameConnection()
    {
        _alice.Call(_room, Phone.Sdp(), "tls");
        _world.RunFor(Second);
        _alice.Says.ShouldBe("answered | confirmed");
        _asked.ShouldBe(["192.0.2.2"], "the identity is judged by whom the URI names");
        TestTls.NameOf(_room.Incoming!.Flow.PeerCertificate).ShouldBe("alice.example");
        _room.Incoming.Invite.Text(SipHeader.Via)!.ShouldEndWith(";alias");
        _room.Incoming.Bye();
        _world.RunFor(Second);
        _alice.Says.ShouldEndWith("ended Remote 200");
        (_alice.Transports.ConnectionCount, _room.Transports.ConnectionCount).ShouldBe((1, 1));
    }

    [Fact]
    public void Call_Back_GoesOverTheConnectionOfThatIdentityOrAlias_AndOverNoOther()
    {
        _room.Transports.Gate = new ProvingGate();
        _alice.Call(_room, Phone.Sdp(), "tls");
        _world.RunFor(Second);
        var flow = _room.Incoming!.Flow;
        Reach("alice.example").ShouldBe(flow);
        Reach("sip.ALICE.example").ShouldBe(flow, "another name that its certificate carries");
        Reach("mallory.example").ShouldNotBe(flow, "the same address is not the same party");
        _room.Transports.Reach(new SipTarget(SipTransport.Tls, NetAddress.Parse("192.0.2.1:5061"))).ShouldBeNull("over TLS somebody must be asked for");

        _room.Ua.Invite(
            new InviteOptions
            {
                Target = SipUri.Parse("sip:alice@alice.example"), From = new NameAddress("sip:room@room.example"), Offer = Phone.Sdp(),
                Route = SipRoute.To(new SipTarget(SipTransport.Tls, NetAddress.Parse("198.51.100.1:5061"), "alice.example")),
            },
            _room);
        _world.RunFor(Second);
        _alice.Incoming.ShouldNotBeNull().State.ShouldBe(CallState.Confirmed);
        _alice.Incoming!.Flow.IsOpenedHere.ShouldBeTrue();

        SipFlow? Reach(string name) => _room.Transports.Reach(new SipTarget(SipTransport.Tls, NetAddress.Parse("192.0.2.1:5061"), name));
    }

    [Fact]
    public void Call_ToAServerThatIsNotBelieved_FailsAndSaysWhy()
    {
        _refusedByAlice = "certificate.expired: room.example";
        _alice.Call(_room, Phone.Sdp(), "tls");
        _world.RunFor(Second);
        _alice.Says.ShouldBe("failed 503");
        _failed.ShouldBe(["handshake failed: certificate.expired: room.example"]);
        _room.Incoming.ShouldBeNull();
        (_alice.Transports.ConnectionCount, _room.Transports.ConnectionCount).ShouldBe((0, 0));
    }

    [Fact]
    public void Call_WithACertificateThatIsNotBelieved_FailsAndOthersGoOn()
    {
        var bob = Start("192.0.2.3", 3, "bob.example", _ => null);
        bob.Call(_room, Phone.Sdp(), "tls");
        _world.RunFor(Second);
        _refusedByRoom = "certificate.foreign: alice.example";
        _alice.Call(_room, Phone.Sdp(), "tls");
        _world.RunFor(Second);
        _alice.Says.ShouldBe("failed 503");
        // The one says that it was refused, the other whom it refused.
        _failed.ShouldBe(
            ["closed by the other end: the client's certificate was refused before it said anything", "handshake failed: certificate.foreign: alice.example"], ignoreOrder: true);
        bob.Says.ShouldBe("answered | confirmed");
        (_alice.Transports.ConnectionCount, _room.Transports.ConnectionCount).ShouldBe((0, 1));
    }

    [Fact]
    public void Connection_LostInACall_TheByeOpensANewOne()
    {
        var call = _alice.Call(_room, Phone.Sdp(), "tls");
        _world.RunFor(Second);
        _room.Incoming!.Flow.Stream!.Close();
        _world.RunFor(Second);
        _alice.Transports.ConnectionCount.ShouldBe(0);
        call.Bye();
        _world.RunFor(Second);
        _room.Says.ShouldContain("ended Remote 200");
    }

    Phone Start(string address, int seed, string name, Func<string, string?> refuse)
    {
        var identity = TestTls.Of(name, refuse, _failed.Add);
        var phone = new Phone(_world, address, seed, transports: new SipTransportOptions
        {
            ClientTls = asked =>
            {
                _asked.Add(asked);
                return identity;
            },
        });
        phone.Transports.Listen("tls", SipTransport.Tls, NetAddress.Parse(address + ":5061"), identity);
        return phone;
    }

    sealed class ProvingGate : ISipGate
    {
        public SipGateVerdict OnMessage(SipFlow flow, SipMessage message)
        {
            flow.Identity = TestTls.NameOf(flow.PeerCertificate);
            flow.Aliases = ["sip." + flow.Identity];
            return SipGateVerdict.Admit;
        }
    }
}
