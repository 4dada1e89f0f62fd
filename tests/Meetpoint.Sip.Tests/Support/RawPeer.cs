using System.Text;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Sip.Tests.Support;

/// <summary>A peer at the byte level: notes each datagram with its time, and sends whatever a test writes.</summary>
sealed class RawPeer : IDatagramReceiver
{
    readonly VirtualWorld _world;
    readonly IDatagramSocket _socket;

    public RawPeer(VirtualWorld world, string address)
    {
        _world = world;
        Loop = world.CreateLoop(address);
        Host = world.Network.AddHost(address);
        _socket = Host.OpenDatagram(NetAddress.Parse(address + ":5060"), Loop, this);
        Address = address;
    }

    public string Address { get; }

    public VirtualEventLoop Loop { get; }

    public VirtualHost Host { get; }

    public List<(double Seconds, SipMessage Message)> Heard { get; } = [];

    /// <summary>Answers each datagram; null sends nothing.</summary>
    public Func<SipMessage, string?> Responder { get; set; } = _ => null;

    public IEnumerable<string> FirstLines => Heard.Select(h => h.Message.ToString().Split("\r\n")[0]);

    public IEnumerable<double> Times(string prefix) => Heard.Where(h => h.Message.ToString().StartsWith(prefix, StringComparison.Ordinal)).Select(h => h.Seconds);

    public SipMessage Last => Heard[^1].Message;

    public void Send(string text, string to) => _socket.Send(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")), NetAddress.Parse(to + ":5060"));

    public void SendBytes(ReadOnlySpan<byte> bytes, string to) => _socket.Send(bytes, NetAddress.Parse(to + ":5060"));

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        var message = new SipMessage();
        message.TryParse(payload, out _);
        Heard.Add((Math.Round((_world.NowNs - MonotonicTime.Millisecond) / (double)MonotonicTime.Second, 2), message));
        if (Responder(message) is { } answer)
            socket.Send(Encoding.UTF8.GetBytes(answer.ReplaceLineEndings("\r\n")), from);
    }

    /// <summary>An answer to a request as text.</summary>
    public static string Answer(SipMessage request, int status, string extra = "")
    {
        var writer = new SipWriter();
        writer.Response(request, status, null, "raw");
        if (status < 300)
            writer.Header("Contact", "<sip:raw@192.0.2.9>");
        var text = Encoding.UTF8.GetString(writer.End());
        return text.Replace("Content-Length: 0", extra + "Content-Length: 0", StringComparison.Ordinal);
    }

    /// <summary>A request as text, without body.</summary>
    public string Request(string method, string to, string branch = "z9hG4bKone", string extra = "", string toTag = "", string callId = "raw-1", int cseq = 1) => $"""
        {method} sip:room@{to} SIP/2.0
        Via: SIP/2.0/UDP {Address}:5060;branch={branch}
        Max-Forwards: 70
        From: <sip:raw@{Address}>;tag=r1
        To: <sip:room@{to}>{toTag}
        Call-ID: {callId}
        CSeq: {cseq} {method}
        Contact: <sip:raw@{Address}>
        {extra}Content-Length: 0


        """;
}
