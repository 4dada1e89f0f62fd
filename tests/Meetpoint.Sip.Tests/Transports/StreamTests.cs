using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Transports;

/// <summary>What comes over a stream in all the ways that a stream can bring it; the same over TCP and TLS.</summary>
public sealed class StreamTests
{
    const long Second = MonotonicTime.Second;

    readonly VirtualWorld _world = new(5626);
    readonly VirtualEventLoop _loop;
    readonly Phone _phone;
    readonly StreamPeer _peer = new();
    int _hosts;

    public StreamTests()
    {
        _phone = new Phone(_world, "192.0.2.2", 2) { OnOther = request => request.Respond(200) };
        _phone.Transports.Listen("tls", SipTransport.Tls, NetAddress.Parse("192.0.2.2:5061"), TestTls.Of("phone.example"));
        _loop = _world.CreateLoop("peer");
    }

    public static TheoryData<bool, int> Pieces => new() { { false, 1 }, { false, 100 }, { false, 5_000 }, { true, 1 }, { true, 100 }, { true, 5_000 } };

    [Theory]
    [MemberData(nameof(Pieces))]
    public void Messages_InPiecesOfAnySize_AreAllAnsweredInOrder(bool tls, int size)
    {
        Connect(tls);
        var wire = Vectors.Wire(Options(1) + Options(2) + "\n\n" + Options(3) + "\n" + Options(4));
        foreach (var piece in wire.Chunk(size))
        {
            _peer.Stream!.Send(piece);
            _world.RunFor(MonotonicTime.Millisecond);
        }

        _world.RunFor(Second);
        _peer.Heard.Select(m => (m.StatusCode, m.CSeq)).ShouldBe([(200, 1u), (200, 2u), (200, 3u), (200, 4u)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ping_BetweenMessages_IsAnsweredAndNothingElseIs(bool tls)
    {
        Connect(tls);
        _peer.Send("\n\n");
        _world.RunFor(Second);
        _peer.Text.ShouldBe("\r\n");
        _peer.Send("\n");
        _world.RunFor(Second);
        _peer.Text.ShouldBe("\r\n", "a single CRLF is the answer to a ping");
        _peer.Send(Options(1));
        _world.RunFor(Second);
        _peer.Says.ShouldBe("SIP/2.0 200 OK");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ping_OfAConnectionThatWeOpened_GoesOutWhenItIsQuiet(bool tls)
    {
        var caller = new Phone(_world, "192.0.2.3", 3, transports: new SipTransportOptions { PingSeconds = 30, ClientTls = _ => TestTls.Of("caller.example") });
        var host = _world.Network.AddHost("192.0.2.4");
        host.Listen(NetAddress.Parse("192.0.2.4:5062"), tls ? TestTls.Of("quiet.example") : null, _loop, _peer.Accepted);
        caller.Loop.Post(() => caller.Transports.Reach(new SipTarget(tls ? SipTransport.Tls : SipTransport.Tcp, NetAddress.Parse("192.0.2.4:5062"), tls ? "quiet.example" : null)));
        _world.RunFor(31 * Second);
        _peer.Text.ShouldBe("\r\n\r\n");
    }

    [Theory]
    [InlineData("Content-Length: 0\n", "", "SIP/2.0 400 Content-Length Mismatch|closed")]
    [InlineData("Content-Length: 0\n", "Content-Length: nine\n", "SIP/2.0 400 Malformed Content-Length|closed")]
    [InlineData("Content-Length: 0\n", "Content-Length: 99999999\n", "SIP/2.0 413 Request Entity Too Large|closed")]
    [InlineData("Content-Length: 0\n", "Content-Length: -1\n", "SIP/2.0 400 Malformed Content-Length|closed")]
    public void Length_ThatCannotBeFollowed_IsAnsweredAndTheConnectionClosed(string line, string instead, string expected)
    {
        foreach (var tls in new[] { false, true })
        {
            var peer = new StreamPeer();
            Connect(tls, peer);
            peer.Send(Options(1).Replace(line, instead, StringComparison.Ordinal));
            _world.RunFor(Second);
            peer.Says.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Message_OverTheLimit_IsAnswered513AndClosed(bool tls)
    {
        Connect(tls);
        var head = Options(1).Replace("Content-Length: 0\n", "", StringComparison.Ordinal).TrimEnd('\n');
        _peer.Send(head + "\nSubject: ");
        for (var i = 0; i < 70 && _peer.Closed is null; i++)
        {
            _peer.Send(new string('x', 1_000));
            _world.RunFor(10 * MonotonicTime.Millisecond);
        }

        _world.RunFor(Second);
        _peer.Says.ShouldBe("SIP/2.0 513 Message Too Large|closed");
        _phone.Transports.ConnectionCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sender_OfAByteASecond_IsGivenUpInItsTime_WhileOthersAreServed(bool tls)
    {
        Connect(tls);
        var other = new StreamPeer();
        Connect(tls, other);
        foreach (var letter in Options(1)[..12])
        {
            _peer.Send(letter.ToString());
            other.Send(Options(100 + letter));
            _world.RunFor(Second);
        }

        _peer.Closed.ShouldNotBeNull();
        other.Heard.Count.ShouldBe(12);
        _phone.Transports.ConnectionCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sender_ThatNeverSaysAnything_IsGivenUp(bool tls)
    {
        Connect(tls);
        _world.RunFor(11 * Second);
        _peer.Closed.ShouldNotBeNull();
    }

    void Connect(bool tls, StreamPeer? peer = null)
    {
        peer ??= _peer;
        var host = _world.Network.AddHost($"192.0.2.{100 + _hosts++}");
        host.Connect(NetAddress.Parse(tls ? "192.0.2.2:5061" : "192.0.2.2:5060"), tls ? TestTls.Of("peer.example") : null, tls ? "phone.example" : null, _loop, peer);
        _world.RunFor(Second);
        peer.Stream.ShouldNotBeNull();
    }



    static string Options(int cseq) => $"""
        OPTIONS sip:room@192.0.2.2 SIP/2.0
        Via: SIP/2.0/TCP 192.0.2.8;branch=z9hG4bKs{cseq}
        Max-Forwards: 70
        From: <sip:a@192.0.2.8>;tag=1
        To: <sip:room@192.0.2.2>
        Call-ID: s{cseq}
        CSeq: {cseq} OPTIONS
        Content-Length: 0


        """;
}
