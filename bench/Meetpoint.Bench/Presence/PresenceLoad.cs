using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.Presence;

/// <summary>Watchers and publishers of one server, each on a socket of its own: answers every NOTIFY, and publishes with a number of requests under way. Kamailio and ours get the same bytes but for addresses.</summary>
sealed class PresenceLoad : IDisposable
{
    const int ReceiveMs = 20_000;
    const int UnderWay = 4;
    /// <summary>Fewer than a socket of the default size holds, of requests and the answers to the NOTIFYs that they bring: nothing here is sent twice.</summary>
    const int SubscriptionsUnderWay = 40;

    /// <summary>So many requests a second, at most: a server holds the transaction of each for 32 s over UDP, and ours has a limit of 100,000.</summary>
    const int RequestsASecond = 2_800;

    readonly string _watchersHost;
    readonly string _publishersHost;
    readonly string _presentities;
    readonly string _domain;
    readonly Socket _watchers;
    readonly Socket _publishers;
    readonly IPEndPoint _server;
    readonly byte[] _buffer = new byte[65_536];
    readonly Dictionary<string, string> _tags = [];
    readonly string _run = Guid.NewGuid().ToString("n")[..8];
    int _branch;
    int _number;

    /// <summary>Watchers on one address, publishers on another: to an exchange they are two systems, each of which is shown the other's states.</summary>
    /// <param name="server">Address of the server under measurement.</param>
    /// <param name="watchers">Address of those who watch.</param>
    /// <param name="publishers">Address of those who publish.</param>
    /// <param name="presentities">Domain of those who are watched.</param>
    /// <param name="domain">Domain of those who watch.</param>
    public PresenceLoad(string server, string watchers, string publishers, string presentities = PresencePlan.Domain, string domain = PresencePlan.Domain)
    {
        (_watchersHost, _publishersHost, _presentities, _domain) = (watchers, publishers, presentities, domain);
        _watchers = Open(watchers);
        _publishers = Open(publishers);
        _server = new IPEndPoint(IPAddress.Parse(server), PresencePlan.ServerPort);
    }

    /// <summary>NOTIFYs that came.</summary>
    public long Notified { get; private set; }

    /// <summary>Bytes of the last one.</summary>
    public int NotifyBytes { get; private set; }

    /// <summary>Told of each NOTIFY while <see cref="Listen"/> runs.</summary>
    public Action<int> Heard { get; set; } = static _ => { };

    /// <summary>Answers every NOTIFY from now on, on a thread of its own, until it is closed.</summary>
    public void Listen(Action<int> heard)
    {
        Heard = heard;
        _watchers.ReceiveTimeout = 0;
        new Thread(() =>
        {
            try
            {
                while (true)
                {
                    if (Pump() is null)
                        Heard(1);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Closed at the end of the benchmark.
            }
        }) { IsBackground = true, Name = "watchers" }.Start();
    }

    /// <summary>Subscribes watchers to presentities u0 to uN.</summary>
    /// <param name="presentities">How many.</param>
    /// <param name="watchers">Of each.</param>
    /// <param name="progress">Told how many presentities have their watchers; null tells nobody.</param>
    public void Subscribe(int presentities, int watchers, Action<int>? progress = null)
    {
        var begunNs = TimeProvider.System.NowNs();
        var (asked, answered, before) = (0, 0, Notified);
        for (var i = 0; i < presentities; i++)
        {
            while (Since(begunNs) * RequestsASecond < asked)
                Pause.For(1);
            progress?.Invoke(i);
            for (var k = 0; k < watchers; k++)
                Send(_watchers, Request("SUBSCRIBE", $"u{i}", $"w{k}", _watchersHost, $"s{_run}-{i}-{k}", $"f{i}x{k}", "Accept: application/pidf+xml\r\n", ""));
            asked += watchers;
            while (asked - answered >= SubscriptionsUnderWay)
                Take();
        }

        while (answered < asked || Notified < before + asked)
            Take();

        void Take()
        {
            if (Pump() is not { } status)
                return;
            answered++;
            if (status / 100 != 2)
                throw new InvalidOperationException($"SUBSCRIBE is answered {status}");
        }
    }

    /// <summary>Publishes for presentities one after the other, and waits for all answers and notifications.</summary>
    /// <param name="kind">"u" for those with watchers, "v" for those without.</param>
    /// <param name="count">Publications.</param>
    /// <param name="watchers">Notifications that each brings.</param>
    /// <param name="presentities">Of how many, in turn.</param>
    public void Publish(string kind, int count, int watchers, int presentities = PresencePlan.Presentities)
    {
        var begunNs = TimeProvider.System.NowNs();
        var wanted = Notified + ((long)count * watchers);
        var free = new Queue<string>(Enumerable.Range(0, presentities).Select(i => $"{kind}{i}"));
        var (sent, answered, underWay) = (0, 0, 0);
        while (answered < count || Notified < wanted)
        {
            while (underWay < UnderWay && sent < count && wanted - Notified - ((long)(count - sent) * watchers) < UnderWay * Math.Max(1, watchers) && free.TryDequeue(out var user))
            {
                while (sent > (Since(begunNs) + 1) * RequestsASecond)
                    Pause.For(1);
                Publish(user);
                sent++;
                underWay++;
            }

            if (TakeAnswer() is { } who)
            {
                answered++;
                underWay--;
                free.Enqueue(who);
            }
            else
            {
                Drain();
            }
        }
    }

    public void Dispose()
    {
        _watchers.Dispose();
        _publishers.Dispose();
    }

    static double Since(long begunNs) => (TimeProvider.System.NowNs() - begunNs) / (double)MonotonicTime.Second;

    static Socket Open(string host)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = ReceiveMs, ReceiveBufferSize = 8 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Parse(host), PresencePlan.LoadPort));
        return socket;
    }

    void Publish(string user)
    {
        var more = _tags.TryGetValue(user, out var tag) ? $"SIP-If-Match: {tag}\r\n" : "";
        Send(_publishers, Request("PUBLISH", user, user, _publishersHost, $"p{_run}-{user}-{_number}", "g" + user, more + "Content-Type: application/pidf+xml\r\n", Body(user, _number++)));
    }

    /// <summary>Takes what the publishers' socket has; the user whose publication was answered.</summary>
    string? TakeAnswer()
    {
        // Whichever has something first; a microsecond is enough where both have.
        var ready = new List<Socket> { _publishers, _watchers };
        Socket.Select(ready, null, null, ReceiveMs * 1_000);
        if (ready.Count == 0)
            throw new InvalidOperationException($"nothing comes any more: {Notified} notifications");
        if (!ready.Contains(_publishers))
            return null;
        var length = _publishers.Receive(_buffer);
        var text = Encoding.ASCII.GetString(_buffer, 0, length);
        var user = Value(text, "Call-ID: ").Split('-')[1];
        if (!text.StartsWith("SIP/2.0 200", StringComparison.Ordinal))
            throw new InvalidOperationException($"PUBLISH is answered {text[..text.IndexOf('\r', StringComparison.Ordinal)]}");
        _tags[user] = Value(text, "SIP-ETag: ");
        return user;
    }

    void Drain()
    {
        while (_watchers.Available > 0)
            Pump();
    }

    /// <summary>One datagram of the watchers' socket: NOTIFY is answered; the status of a response.</summary>
    int? Pump()
    {
        var length = _watchers.Receive(_buffer);
        if (_buffer.AsSpan(0, 6).SequenceEqual("NOTIFY"u8))
        {
            Notified++;
            NotifyBytes = length;
            _watchers.SendTo(Answer(_buffer.AsSpan(0, length)), _server);
            return null;
        }

        return int.Parse(_buffer.AsSpan(8, 3), CultureInfo.InvariantCulture);
    }

    readonly byte[] _answer = new byte[4_096];

    /// <summary>200 with the lines that an answer repeats.</summary>
    ReadOnlySpan<byte> Answer(ReadOnlySpan<byte> notify)
    {
        var length = 0;
        Add("SIP/2.0 200 OK\r\n"u8);
        var rest = notify[(notify.IndexOf("\r\n"u8) + 2)..];
        while (true)
        {
            var end = rest.IndexOf("\r\n"u8);
            if (end <= 0)
                break;
            var line = rest[..(end + 2)];
            if (line.StartsWith("Via:"u8) || line.StartsWith("From:"u8) || line.StartsWith("To:"u8) || line.StartsWith("Call-ID:"u8) || line.StartsWith("CSeq:"u8))
                Add(line);
            rest = rest[(end + 2)..];
        }

        Add("Content-Length: 0\r\n\r\n"u8);
        return _answer.AsSpan(0, length);

        void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_answer.AsSpan(length));
            length += bytes.Length;
        }
    }

    void Send(Socket from, string text) => from.SendTo(Encoding.ASCII.GetBytes(text), _server);

    string Request(string method, string to, string from, string host, string callId, string tag, string more, string body) =>
        $"{method} sip:{to}@{_presentities} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{PresencePlan.LoadPort};branch=z9hG4bK{_run}x{_branch++}\r\nMax-Forwards: 70\r\n" +
        $"From: <sip:{from}@{_domain}>;tag={tag}\r\nTo: <sip:{to}@{_presentities}>\r\nCall-ID: {callId}\r\nCSeq: 1 {method}\r\n" +
        $"Contact: <sip:{from}@{host}:{PresencePlan.LoadPort}>\r\nEvent: presence\r\nExpires: 3600\r\n{more}Content-Length: {body.Length}\r\n\r\n{body}";

    static string Value(string text, string name)
    {
        var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase) + name.Length;
        return text[at..text.IndexOf('\r', at)];
    }

    static string Body(string user, int number) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:{user}@{PresencePlan.Domain}">
        <tuple id="t{user}"><status><basic>open</basic></status><contact priority="0.8">sip:{user}@127.0.0.1:5090</contact><note>state {number}</note><timestamp>2026-01-01T00:00:00Z</timestamp></tuple>
        <dm:person id="p{user}"><rpid:activities><rpid:{Activities[number & 3]}/></rpid:activities><rpid:mood><rpid:neutral/></rpid:mood><dm:note>state {number}</dm:note></dm:person>
        </presence>
        """;

    static readonly string[] Activities = ["busy", "dinner", "away", "meeting"];
}
