using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Transports;

public sealed class SipTransportsTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(23);
    readonly Phone _alice;
    readonly Phone _room;

    public SipTransportsTests()
    {
        _alice = new Phone(_world, "192.0.2.1", 1);
        _room = new Phone(_world, "192.0.2.2", 2);
    }

    [Fact]
    public void Invite_TooLargeForADatagram_GoesOverTcp()
    {
        _alice.Call(_room, Phone.Sdp(), change: o => o with { Headers = [("Subject", new string('x', 2_000))] });
        _world.RunFor(Second);
        _room.Incoming!.Flow.Transport.ShouldBe(SipTransport.Tcp);
        _alice.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Invite_TooLargeAndNoTcpThere_GoesOverUdpAfterAll()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        _alice.Ua.Invite(new InviteOptions
        {
            Target = SipUri.Parse("sip:raw@192.0.2.9"), From = new NameAddress("sip:alice@192.0.2.1"), Headers = [("Subject", new string('x', 2_000))],
        }, _alice);
        _world.RunFor(Second);
        peer.Times("INVITE").ShouldNotBeEmpty();
    }

    [Fact]
    public void Invite_FirstTargetRefusesWith503_TheNextIsTried()
    {
        var broken = new Phone(_world, "192.0.2.3", 3) { OnCall = call => call.Reject(503) };
        _alice.Call(_room, Phone.Sdp(), change: o => o with { Route = Route("192.0.2.3", "192.0.2.2") });
        _world.RunFor(Second);
        broken.Incoming.ShouldNotBeNull();
        _alice.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Invite_FirstTargetIsDead_TheNextIsTriedAfterTheTimeOut()
    {
        _alice.Call(_room, Phone.Sdp(), change: o => o with { Route = Route("192.0.2.77", "192.0.2.2") });
        _world.RunFor(31 * Second);
        _alice.Says.ShouldBe("");
        _world.RunFor(3 * Second);
        _alice.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Invite_RefusedConnection_TheNextIsTriedAtOnce()
    {
        _ = new RawPeer(_world, "192.0.2.9");
        _alice.Call(_room, Phone.Sdp(), change: o => o with
        {
            Route = SipRoute.To(new SipTarget(SipTransport.Tcp, NetAddress.Parse("192.0.2.9:5060")), new SipTarget(SipTransport.Udp, NetAddress.Parse("192.0.2.2:5060"))),
        });
        _world.RunFor(Second);
        _alice.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Reach_TwoCallsToOneTarget_ShareTheConnection()
    {
        _alice.Call(_room, Phone.Sdp(), "tcp");
        _alice.Call(_room, Phone.Sdp(), "tcp");
        _world.RunFor(Second);
        (_alice.Transports.ConnectionCount, _room.Transports.ConnectionCount).ShouldBe((1, 1));
        _room.Ua.DialogCount.ShouldBe(2);
    }

    [Fact]
    public void Reach_ConnectionOfTheSameIdentity_ServesBothWays_NeverOneOfTheSameAddress()
    {
        _room.Transports.Gate = new NamingGate("exchange.albion.example");
        _alice.Call(_room, Phone.Sdp(), "tcp");
        _world.RunFor(Second);
        _room.Transports.Reach(new SipTarget(SipTransport.Tcp, NetAddress.Parse("198.51.100.1:5060"), "exchange.albion.example"))
            .ShouldBe(_room.Incoming!.Flow);
        _room.Transports.Reach(new SipTarget(SipTransport.Tcp, _room.Incoming.Flow.Remote, "someone.else.example")).ShouldNotBe(_room.Incoming.Flow);
    }

    [Fact]
    public void Connection_Idle_IsClosed()
    {
        var call = _alice.Call(_room, Phone.Sdp(), "tcp");
        _world.RunFor(Second);
        call.Bye();
        _world.RunFor(1_300 * Second);
        (_alice.Transports.ConnectionCount, _room.Transports.ConnectionCount).ShouldBe((0, 0));
    }

    [Fact]
    public void Connection_OverTheLimit_IsClosedAtOnce()
    {
        var small = new Phone(_world, "192.0.2.4", 4, transports: new SipTransportOptions { MaxConnections = 1 });
        var bob = new Phone(_world, "192.0.2.5", 5);
        _alice.Call(small, Phone.Sdp(), "tcp");
        _world.RunFor(Second);
        bob.Call(small, Phone.Sdp(), "tcp");
        _world.RunFor(Second);
        bob.Says.ShouldBe("failed 503");
        _alice.Says.ShouldBe("answered | confirmed");
    }

    [Fact]
    public void Stream_ContentLengthOf100Megabytes_GetsAnAnswerAndIsClosed()
    {
        var client = new RawStream();
        var loop = _world.CreateLoop("raw");
        var host = _world.Network.AddHost("192.0.2.8");
        host.Connect(NetAddress.Parse("192.0.2.2:5060"), null, null, loop, client);
        _world.RunFor(Second);
        client.Stream!.Send(Vectors.Wire("""
            INVITE sip:room@192.0.2.2 SIP/2.0
            Via: SIP/2.0/TCP 192.0.2.8;branch=z9hG4bKbig
            From: <sip:a@b>;tag=1
            To: <sip:c@d>
            Call-ID: big
            CSeq: 1 INVITE
            Content-Length: 104857600


            """));
        _world.RunFor(Second);
        client.Text.ShouldStartWith("SIP/2.0 413");
        client.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void Stream_Ping_IsAnswered()
    {
        var client = new RawStream();
        var loop = _world.CreateLoop("raw");
        _world.Network.AddHost("192.0.2.8").Connect(NetAddress.Parse("192.0.2.2:5060"), null, null, loop, client);
        _world.RunFor(Second);
        client.Stream!.Send("\r\n\r\n"u8);
        _world.RunFor(Second);
        client.Text.ShouldBe("\r\n");
    }

    static SipRoute Route(params string[] addresses) =>
        SipRoute.To([.. addresses.Select(a => new SipTarget(SipTransport.Udp, NetAddress.Parse(a + ":5060")))]);

    sealed class NamingGate(string name) : ISipGate
    {
        public SipGateVerdict OnMessage(SipFlow flow, SipMessage message)
        {
            flow.Identity = name;
            return SipGateVerdict.Admit;
        }
    }

    sealed class RawStream : IStreamReceiver
    {
        public IStream? Stream { get; private set; }

        public string Text { get; private set; } = "";

        public bool IsClosed { get; private set; }

        public void OnOpened(IStream stream) => Stream = stream;

        public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs) => Text += Encoding.UTF8.GetString(bytes);

        public void OnClosed(IStream stream, string reason) => IsClosed = true;
    }
}
