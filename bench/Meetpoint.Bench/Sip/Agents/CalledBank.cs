using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>Answers all calls that come to one socket.</summary>
sealed class CalledBank : IDatagramReceiver
{
    readonly IEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly Dictionary<string, CalledCall> _calls = new(StringComparer.Ordinal);
    int _number;

    public CalledBank(ThreadEventLoop loop, SocketNetwork network, Media? media)
    {
        (_loop, Media) = (loop, media);
        _socket = network.OpenDatagram(NetAddress.Parse($"{SipPlan.Called}:{SipPlan.CalledPort}"), loop, this);
        Contact = Encoding.ASCII.GetBytes($"Contact: <sip:bob@{_socket.Local}>\r\n");
    }

    public Media? Media { get; }

    public AgentTimes Times { get; set; } = new();

    public TimerWheel Timers => _loop.Timers;

    public MessageText Text { get; } = new();

    public byte[] Contact { get; }

    /// <summary>200s sent again since the start.</summary>
    public int Retransmissions { get; set; }

    public void Send(ReadOnlySpan<byte> message, in NetAddress to) => _socket.Send(message, to);

    /// <summary>The call is over, or nobody ended it.</summary>
    public void Forget(CalledCall call)
    {
        _calls.Remove(call.Id);
        call.Over();
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!HeardMessage.TryRead(payload, out var message) || !message.IsRequest)
            return;
        var id = Encoding.ASCII.GetString(message.CallId);
        _calls.TryGetValue(id, out var call);
        var method = message.Method;
        if (method.SequenceEqual("INVITE"u8))
        {
            if (call is not null)
                call.Repeat();
            else
                _calls.Add(id, new CalledCall(this, id, message, from, nowNs, Encoding.ASCII.GetBytes($"d{++_number}")));
        }
        else if (method.SequenceEqual("ACK"u8))
        {
            call?.OnAck(nowNs);
        }
        else
        {
            if (call is not null && (method.SequenceEqual("BYE"u8) || method.SequenceEqual("CANCEL"u8)))
                Forget(call);

            Send(AgentAnswer.To(Text, message, "200 OK"u8).Add("Content-Length: 0\r\n\r\n"u8).Written, from);
        }
    }
}
