using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.UserAgent;

/// <summary>What a user agent answers to the messages of RFC 4475 and RFC 5118.</summary>
public sealed class TortureAnswerTests
{
    readonly VirtualWorld _world = new(4475);
    readonly Phone _phone;

    public TortureAnswerTests()
    {
        _phone = new Phone(_world, "192.0.2.200", 1) { OnCall = call => call.Reject(486) };
        _phone.OnOther = request =>
        {
            if (request.Message.Method == SipMethod.Options)
                _phone.Ua.AnswerOptions(request);
            else
                request.Respond(405);
        };
    }

    public static TheoryData<string, int> Messages()
    {
        var data = new TheoryData<string, int>();
        foreach (var (name, _, status) in Vectors.Torture())
            data.Add(name, status);
        return data;
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Datagram_TortureMessage_GetsTheAnswerOfTheRfc(string name, int status)
    {
        var wire = Vectors.Torture(name);
        var answers = new List<int>();
        var host = _world.Network.AddHost("192.0.2.201");
        var listener = new Listener(answers);
        var loop = _world.CreateLoop("peer");
        IDatagramSocket? socket = null;
        foreach (var port in new[] { 5060, PortOf(wire) }.Distinct())
            socket = host.OpenDatagram(NetAddress.Parse($"192.0.2.201:{port}"), loop, listener);
        socket!.Send(wire, NetAddress.Parse("192.0.2.200:5060"));
        _world.RunFor(300 * MonotonicTime.Millisecond);
        answers.Distinct().ShouldBe(status == 0 ? [] : [status], name);
    }

    [Theory]
    [InlineData("longreq", "SIP/2.0 486 Busy Here")]
    [InlineData("mpart01", "SIP/2.0 405 Method Not Allowed")]
    [InlineData("dblreq", "SIP/2.0 405 Method Not Allowed|SIP/2.0 400 Missing Contact|closed")]
    [InlineData("ncl", "SIP/2.0 400 Malformed Content-Length|closed")]
    [InlineData("inv2543", "SIP/2.0 400 Content-Length Mismatch|closed")]
    [InlineData("clerr", "")]
    public void Stream_TortureMessage_IsFramedByItsLength(string name, string expected)
    {
        var client = new StreamPeer();
        _world.Network.AddHost("192.0.2.202").Connect(NetAddress.Parse("192.0.2.200:5060"), null, null, _world.CreateLoop("raw"), client);
        _world.RunFor(MonotonicTime.Second);
        client.Stream!.Send(Vectors.Torture(name));
        _world.RunFor(MonotonicTime.Second);
        client.Says.ShouldBe(expected);
    }

    static int PortOf(byte[] wire)
    {
        var message = new SipMessage();
        message.TryParse(wire, out _);
        return message.TryTopVia(out var via) && via.Port != 0 ? via.Port : 5060;
    }

    sealed class Listener(List<int> answers) : IDatagramReceiver
    {
        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            var message = new SipMessage();
            message.TryParse(payload, out _);
            if (message.StatusCode >= 200)
                answers.Add(message.StatusCode);
        }
    }
}
