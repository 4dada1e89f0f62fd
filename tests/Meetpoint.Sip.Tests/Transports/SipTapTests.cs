using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Transports;

/// <summary>The tap is told of every message, once, as it stands on the wire.</summary>
public sealed class SipTapTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(7989);
    readonly Phone _alice;
    readonly Phone _room;
    readonly Tap _tap = new();

    public SipTapTests()
    {
        _alice = new Phone(_world, "192.0.2.1", 1);
        _room = new Phone(_world, "192.0.2.2", 2);
        _room.Transports.Tap = _tap;
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public void Call_BothWays_IsToldInOrderWithItsAddresses(string transport)
    {
        _alice.Call(_room, Phone.Sdp(), transport);
        _world.RunFor(Second);
        _tap.Told.Select(told => $"{told.What} {told.FirstLine}").ShouldBe(
            ["Received INVITE", "Sent SIP/2.0 200", "Received ACK"]);
        _tap.Told.ShouldAllBe(told => told.Local == "192.0.2.2:5060" && told.Remote.StartsWith("192.0.2.1:", StringComparison.Ordinal));
    }

    [Fact]
    public void Request_ThatNobodyAnswers_IsToldEachTimeItIsSent()
    {
        _room.Call(new Phone(_world, "192.0.2.3", 3) { OnCall = _ => { } }, Phone.Sdp());
        _world.RunFor(Second);
        _tap.Told.Clear();
        _room.Ua.Invite(new InviteOptions { Target = SipUri.Parse("sip:nobody@192.0.2.99"), From = new NameAddress("sip:room@192.0.2.2") }, _room);
        _world.RunFor(2 * Second);
        _tap.Told.Select(told => (told.What, told.FirstLine)).ShouldBe([.. Enumerable.Repeat((SipTapEvent.Sent, "INVITE"), 3)], "at 0, 0.5 and 1.5 s");
        _tap.Told.Select(told => told.Bytes).Distinct().Count().ShouldBe(1, "a retransmission is the same bytes");
        _tap.Told.Select(told => told.NowNs).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Message_ThatIsNotValid_IsToldWithItsErrorAsItCame()
    {
        var peer = new RawPeer(_world, "192.0.2.9");
        peer.Send("OPTIONS sip:x@192.0.2.2 SIP/2.0\nVia: nonsense\n\n", "192.0.2.2");
        peer.Send("hello", "192.0.2.2");
        _world.RunFor(Second);
        _tap.Told.Where(told => told.What == SipTapEvent.Invalid).Select(told => (told.FirstLine, told.Error == SipParseError.None)).ShouldBe([("OPTIONS", false), ("hello", false)]);
    }

    [Fact]
    public void Message_ThatTheGateDrops_IsToldAsDropped()
    {
        _room.Transports.Gate = new Closed();
        var peer = new RawPeer(_world, "192.0.2.9");
        peer.Send(peer.Request("OPTIONS", "192.0.2.2"), "192.0.2.2");
        _world.RunFor(Second);
        _tap.Told.Select(told => (told.What, told.Error)).ShouldBe([(SipTapEvent.Dropped, SipParseError.None)]);
    }

    [Fact]
    public void KeepAlive_OnAnyTransport_IsNoMessage()
    {
        new RawPeer(_world, "192.0.2.9").Send("\n\n", "192.0.2.2");
        var stream = new StreamPeer();
        _world.Network.AddHost("192.0.2.8").Connect(NetAddress.Parse("192.0.2.2:5060"), null, null, _world.CreateLoop("peer"), stream);
        _world.RunFor(Second);
        stream.Send("\n\n");
        _world.RunFor(Second);
        stream.Text.ShouldBe("\r\n");
        _tap.Told.ShouldBeEmpty();
    }

    [Fact]
    public void Request_ThatWaitsForItsConnection_IsToldWhenItLeaves()
    {
        _room.Call(_alice, Phone.Sdp(), "tcp");
        _tap.Told.ShouldBeEmpty("the connection is being opened");
        _world.RunFor(Second);
        _tap.Told[0].ToString().ShouldStartWith("Sent INVITE 192.0.2.2:");
        _tap.Told[0].Remote.ShouldBe("192.0.2.1:5060");
    }

    [Fact]
    public void Request_WhoseConnectionIsRefused_IsToldAsUnsent()
    {
        _ = new RawPeer(_world, "192.0.2.9");
        _room.Ua.Invite(new InviteOptions { Target = SipUri.Parse("sip:raw@192.0.2.9;transport=tcp"), From = new NameAddress("sip:room@192.0.2.2") }, _room);
        _world.RunFor(Second);
        _tap.Told.Select(told => (told.What, told.FirstLine, told.Remote)).ShouldBe([(SipTapEvent.Unsent, "INVITE", "192.0.2.9:5060")]);
    }

    sealed record Told(SipTapEvent What, string FirstLine, string Local, string Remote, SipParseError Error, string Bytes, long NowNs)
    {
        public override string ToString() => $"{What} {FirstLine} {Local} {Remote}";
    }

    sealed class Tap : ISipTap
    {
        public List<Told> Told { get; } = [];

        public void OnMessage(SipFlow flow, SipTapEvent what, in NetAddress remote, ReadOnlySpan<byte> bytes, SipParseError error, long nowNs)
        {
            var text = Encoding.UTF8.GetString(bytes);
            var words = text.Split("\r\n")[0].Split(' ');
            Told.Add(new Told(what, words[0] == "SIP/2.0" ? $"{words[0]} {words[1]}" : words[0], flow.Local.ToString(), remote.ToString(), error, text, nowNs));
        }
    }

    sealed class Closed : ISipGate
    {
        public SipGateVerdict OnMessage(SipFlow flow, SipMessage message) => SipGateVerdict.Drop;
    }
}
