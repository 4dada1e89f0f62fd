using System.Buffers.Text;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>Begins calls at even intervals from one socket, and hears what comes of them.</summary>
sealed class CallerBank : TimerNode, IDatagramReceiver
{
    /// <summary>How often calls are begun, all that are due at once.</summary>
    const long TickNs = MonotonicTime.Millisecond;

    readonly ThreadEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly Dictionary<int, CallerCall> _calls = [];
    readonly ManualResetEventSlim _done = new();
    NetAddress _server;
    AgentCounts _counts = new(0, 0);
    int _number;
    int _left;
    int _open;
    long _intervalNs;
    long _nextNs;
    long _firstNs;

    public CallerBank(ThreadEventLoop loop, SocketNetwork network, Media? media)
    {
        (_loop, Media) = (loop, media);
        _socket = network.OpenDatagram(NetAddress.Parse($"{SipPlan.Caller}:{SipPlan.CallerPort}"), loop, this);
        SentBy = Encoding.ASCII.GetBytes(_socket.Local.ToString());
        Contact = Encoding.ASCII.GetBytes($"Contact: <sip:alice@{_socket.Local}>\r\n");
    }

    public Media? Media { get; }

    public AgentTimes Times { get; private set; } = new();

    public TimerWheel Timers => _loop.Timers;

    public MessageText Text { get; } = new();

    public byte[] SentBy { get; }

    public byte[] Contact { get; }

    /// <summary>What follows a call's number.</summary>
    public byte[] CallIdTail { get; } = Encoding.ASCII.GetBytes($"@bench-{Environment.ProcessId}");

    /// <summary>Sends that many calls at that rate, and waits until each came to an end of some kind.</summary>
    public AgentCounts Run(string server, int calls, double callsPerSecond, AgentTimes times)
    {
        _done.Reset();
        _loop.Post(() =>
        {
            (_server, Times) = (NetAddress.Parse(server), times);
            (_left, _open) = (calls, calls);
            _intervalNs = (long)(MonotonicTime.Second / callsPerSecond);
            _firstNs = _nextNs = _loop.NowNs;
            _counts = new AgentCounts(_firstNs + times.SettleNs, _firstNs + (calls * _intervalNs));
            _calls.Clear();
            Timers.Arm(this, _nextNs);
        });
        _done.Wait();
        return _counts;
    }

    public void Send(MessageText text) => _socket.Send(text.Written, _server);

    public void OnOver()
    {
        if (--_open == 0)
            _done.Set();
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!HeardMessage.TryRead(payload, out var message))
            return;
        if (message.IsRequest)
            socket.Send(AgentAnswer.To(Text, message, "200 OK"u8).Add("Content-Length: 0\r\n\r\n"u8).Written, from);
        else if (Utf8Parser.TryParse(message.CallId, out int number, out _) && _calls.TryGetValue(number, out var call))
            call.OnAnswer(message, nowNs);
    }

    protected internal override void Fire(long nowNs)
    {
        for (; _left > 0 && _nextNs <= nowNs; _nextNs += _intervalNs, _left--)
        {
            var call = new CallerCall(this, _counts, ++_number, Media?.Take());
            _calls.Add(_number, call);
            call.Begin(nowNs);
            _counts.BeginningNs = nowNs - _firstNs;
        }

        if (_left > 0)
            Timers.Arm(this, Math.Max(_nextNs, nowNs + TickNs));
    }
}
