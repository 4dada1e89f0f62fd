using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.UserAgent;

public sealed class BadInputTests
{
    readonly VirtualWorld _world = new(13);
    readonly Phone _phone;
    readonly RawPeer _peer;

    public BadInputTests()
    {
        _phone = new Phone(_world, "192.0.2.1", 1);
        _peer = new RawPeer(_world, "192.0.2.9");
    }

    [Theory]
    [InlineData("FOO", "", "", "SIP/2.0 501 Not Implemented")]
    [InlineData("BYE", "", "", "SIP/2.0 481 Call/Transaction Does Not Exist")]
    [InlineData("BYE", "", ";tag=gone", "SIP/2.0 481 Call/Transaction Does Not Exist")]
    [InlineData("CANCEL", "", "", "SIP/2.0 481 Call/Transaction Does Not Exist")]
    [InlineData("PUBLISH", "", "", "SIP/2.0 405 Method Not Allowed")]
    [InlineData("INVITE", "Require: wonders, 100rel\n", "", "SIP/2.0 420 Bad Extension")]
    [InlineData("INVITE", "Session-Expires: 10\nSupported: timer\n", "", "SIP/2.0 422 Session Interval Too Small")]
    [InlineData("INVITE", "Subject: a\nContent-Length: 5\n", "", "SIP/2.0 400 Header Repeated")]
    [InlineData("INVITE", "Max-Forwards: 3\n", "", "SIP/2.0 400 Header Repeated")]
    [InlineData("INVITE", "Expires: soon\n", "", "SIP/2.0 400 Malformed Expires")]
    public void Request_NotAcceptable_GetsItsAnswer(string method, string extra, string toTag, string expected)
    {
        _peer.Send(_peer.Request(method, "192.0.2.1", extra: extra, toTag: toTag), "192.0.2.1");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        _peer.FirstLines.ShouldBe([expected]);
    }

    [Theory]
    [InlineData("text/plain", "hello", "SIP/2.0 415 Unsupported Media Type")]
    [InlineData("application/sdp", "v=0\nrubbish\n", "SIP/2.0 400 Malformed SDP: LineMalformed")]
    public void Invite_BodyThatCannotBeTaken_GetsItsAnswer(string type, string body, string expected)
    {
        var wire = _peer.Request("INVITE", "192.0.2.1", extra: $"Content-Type: {type}\n").ReplaceLineEndings("\r\n");
        body = body.ReplaceLineEndings("\r\n");
        _peer.Send(wire.Replace("Content-Length: 0", $"Content-Length: {body.Length}") + body, "192.0.2.1");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        _peer.FirstLines.ShouldBe([expected]);
    }

    [Fact]
    public void Invite_DescriptionInMultipart_IsFound()
    {
        var sdp = Phone.Sdp().ToString();
        var body = $"--b1\r\nContent-Type: application/isup\r\n\r\nxx\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n{sdp}\r\n--b1--\r\n";
        var wire = _peer.Request("INVITE", "192.0.2.1", extra: "Content-Type: multipart/mixed;boundary=b1\n").ReplaceLineEndings("\r\n");
        _peer.Send(wire.Replace("Content-Length: 0", $"Content-Length: {body.Length}") + body, "192.0.2.1");
        _world.RunFor(100 * MonotonicTime.Millisecond);
        _phone.Incoming!.Offer!.Media.Count.ShouldBe(1);
    }

    [Fact]
    public void TortureMessages_OneAfterTheOther_TheCallAfterThemStillWorks()
    {
        foreach (var (name, _, _) in Vectors.Torture())
            _peer.Send(System.Text.Encoding.Latin1.GetString(Vectors.Torture(name)), "192.0.2.1");
        _world.RunFor(MonotonicTime.Second);
        var alice = new Phone(_world, "192.0.2.3", 3);
        var call = alice.Call(_phone, Phone.Sdp());
        _world.RunFor(MonotonicTime.Second);
        call.State.ShouldBe(CallState.Confirmed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MutatedDialogTraffic_OfAnyKind_NeverThrowsAndLeavesNothing(int seed)
    {
        // The corpus is what a real call said, so that mutants reach the dialog, PRACK, UPDATE and subscription code.
        _phone.OnCall = call =>
        {
            call.Ring(183, call.Offer is null ? null : Phone.Sdp(call.Offer));
            if (!call.Answer(Phone.Sdp(call.Offer)))
                call.Reject(488);
        };
        var corpus = new List<byte[]>(Vectors.Torture().Select(v => Vectors.Torture(v.Name)));
        foreach (var method in new[] { "INVITE", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO", "SUBSCRIBE", "NOTIFY", "ACK", "REFER" })
        {
            var extra = "Event: conference\nRAck: 1 1 INVITE\nSupported: 100rel, timer\nSession-Expires: 1800\nSubscription-State: active;expires=9\n";
            corpus.Add(Vectors.Wire(_peer.Request(method, "192.0.2.1", extra: extra, toTag: method == "INVITE" ? "" : ";tag=x")));
        }

        _peer.Responder = m =>
        {
            corpus.Add(m.Bytes.ToArray());
            return m is { IsRequest: true, Method: not SipMethod.Ack } ? RawPeer.Answer(m, 200) : null;
        };
        var random = new Random(seed);
        for (var i = 0; i < 3_000; i++)
        {
            if (i % 50 == 0)
                _phone.Ua.Invite(new InviteOptions { Target = SipUri.Parse("sip:raw@192.0.2.9"), From = new NameAddress("sip:a@192.0.2.1"), Offer = Phone.Sdp() }, _phone);
            var wire = Mutation.Of([.. corpus.TakeLast(120)], random);
            _peer.SendBytes(wire[..Math.Min(wire.Length, 8_000)], "192.0.2.1");
            _world.RunFor(20 * MonotonicTime.Millisecond);
        }

        _peer.Responder = m => m is { IsRequest: true, Method: not SipMethod.Ack } ? RawPeer.Answer(m, 481) : null;
        _world.RunFor(8_000 * MonotonicTime.Second);
        (_phone.Ua.DialogCount, _phone.Ua.TransactionCount).ShouldBe((0, 0), $"seed {seed}");
    }

    [Fact]
    public void Gate_UnknownSender_HearsNothing()
    {
        _phone.Transports.Gate = new ClosedGate();
        _peer.Send(_peer.Request("INVITE", "192.0.2.1"), "192.0.2.1");
        _peer.Send("INVITE sip:x SIP/2.0\nVia: broken\n\n", "192.0.2.1");
        _world.RunFor(10 * MonotonicTime.Second);
        _peer.Heard.ShouldBeEmpty();
        _phone.Transports.DroppedCount.ShouldBe(2);
        _phone.Ua.TransactionCount.ShouldBe(0);
        var alice = new Phone(_world, "192.0.2.3", 3);
        alice.Call(_phone, Phone.Sdp(), "tcp");
        _world.RunFor(MonotonicTime.Second);
        (alice.Transports.ConnectionCount, _phone.Transports.ConnectionCount).ShouldBe((0, 0), "an unknown TCP sender is closed");
        alice.Says.ShouldBe("failed 503");
    }

    sealed class ClosedGate : ISipGate
    {
        public SipGateVerdict OnMessage(SipFlow flow, SipMessage message) => SipGateVerdict.Drop;
    }
}
