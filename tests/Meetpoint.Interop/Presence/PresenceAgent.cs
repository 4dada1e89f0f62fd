using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Calls;
using Meetpoint.Net;

namespace Meetpoint.Interop.Presence;

/// <summary>
/// A SIP user agent of presence by hand, over a plain socket: sends SUBSCRIBE and PUBLISH as the test writes them, answers each NOTIFY and MESSAGE and no BENOTIFY, and keeps what it hears. One message a
/// datagram over UDP; one connection over TCP and over TLS.
/// </summary>
sealed class PresenceAgent : IAsyncDisposable
{
    readonly Socket? _socket;
    readonly Stream? _stream;
    readonly string _transport;
    readonly Lock _lock = new();
    readonly List<(string Message, long At)> _heard = [];
    readonly Task _reading;

    PresenceAgent(Socket? socket, Stream? stream, NetAddress local, string transport)
    {
        (_socket, _stream, Local, _transport) = (socket, stream, local, transport);
        _reading = ReadAsync();
    }

    public NetAddress Local { get; }

    /// <summary>Messages that came, in order, each with when.</summary>
    public IReadOnlyList<(string Message, long At)> Heard
    {
        get
        {
            lock (_lock)
                return [.. _heard];
        }
    }

    public static PresenceAgent OverUdp(NetAddress local, NetAddress remote)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(local.ToIPEndPoint());
        socket.Connect(remote.ToIPEndPoint());
        return new PresenceAgent(socket, null, local, "UDP");
    }

    public static async Task<PresenceAgent> OverTcpAsync(NetAddress local, NetAddress remote)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(local.ToIPEndPoint().Address, 0));
        await socket.ConnectAsync(remote.ToIPEndPoint(), TestContext.Current.CancellationToken);
        return new PresenceAgent(null, new NetworkStream(socket, ownsSocket: true), local.WithPort(((IPEndPoint)socket.LocalEndPoint!).Port), "TCP");
    }

    /// <summary>Over a TLS connection that stands, whoever opened it; the agent closes it.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="local">What the agent says of where it is.</param>
    public static PresenceAgent OverTls(SslStream stream, NetAddress local) => new(null, stream, local, "TLS");

    /// <summary>Sends a request, and gives its final answer.</summary>
    public async Task<string> AskAsync(SipText request)
    {
        await SendAsync(request.ToString());
        var cseq = string.Create(CultureInfo.InvariantCulture, $"{request.Sequence} {request.Method}");
        return await Expect.EventuallyAsync(
            () => Task.FromResult(Heard.Select(heard => heard.Message).FirstOrDefault(message => message.StartsWith("SIP/2.0 ", StringComparison.Ordinal)
                && SipText.Status(message) >= 200 && SipText.Header(message, "CSeq") == cseq && SipText.Header(message, "Call-ID") == request.EffectiveCallId)),
            BorderWorld.Soon, $"an answer to {cseq}", Log);
    }

    /// <summary>Subscribes, and gives the subscription once it is granted.</summary>
    public async Task<Watching> WatchAsync(string target, string watcher, string more = "Accept: application/pidf+xml\r\n")
    {
        var subscribe = new SipText("SUBSCRIBE", $"sip:{target}", Local)
        {
            Caller = $"sip:{watcher}", More = $"Event: presence\r\nExpires: 600\r\n{more}", Transport = _transport,
        };
        var answer = await AskAsync(subscribe);
        Assert.True(SipText.Status(answer) is 200 or 202, $"expected {watcher} to watch {target}; instead: {answer}");
        return new Watching(this, subscribe, answer);
    }

    /// <summary>Publishes, and gives the answer.</summary>
    public Task<string> PublishAsync(string address, string body, string? tag = null, int seconds = 600) => AskAsync(new SipText("PUBLISH", $"sip:{address}", Local)
    {
        Caller = $"sip:{address}",
        Transport = _transport,
        More = $"Event: presence\r\nExpires: {seconds.ToString(CultureInfo.InvariantCulture)}\r\n{(tag is null ? "" : $"SIP-If-Match: {tag}\r\n")}",
        ContentType = body.Length == 0 ? null : "application/pidf+xml",
        Body = body,
    });

    /// <summary>Publishes, and gives the tag by which it is changed.</summary>
    public async Task<string> PutAsync(string address, string body, string? tag = null)
    {
        var answer = await PublishAsync(address, body, tag);
        Assert.True(SipText.Status(answer) == 200, answer);
        return SipText.Header(answer, "SIP-ETag")!;
    }

    /// <summary>The first request of a method that it has heard, waited for.</summary>
    public Task<string> HearsAsync(string method, Func<string>? log = null) => Expect.EventuallyAsync(
        () => Task.FromResult(Heard.Select(heard => heard.Message).FirstOrDefault(message => message.StartsWith(method + " ", StringComparison.Ordinal))),
        BorderWorld.Soon, $"a request {method}", () => $"{Log()}\n{log?.Invoke()}");

    public string Log() => string.Join("\n----\n", Heard.Select(heard => heard.Message));

    public async ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        if (_stream is not null)
            await _stream.DisposeAsync();
        await _reading;
    }

    /// <summary>Sends a message as it is.</summary>
    public async Task SendAsync(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        if (_stream is not null)
            await _stream.WriteAsync(bytes);
        else
            await _socket!.SendAsync(bytes);
    }

    async Task ReadAsync()
    {
        var buffer = new byte[262_144];
        var filled = 0;
        while (true)
        {
            try
            {
                var count = _stream is not null ? await _stream.ReadAsync(buffer.AsMemory(filled)) : await _socket!.ReceiveAsync(buffer.AsMemory(filled));
                if (count == 0 && _stream is not null)
                    return;
                filled += count;
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionRefused)
            {
                continue; // the exchange is away for a while
            }
            catch (Exception fault) when (fault is SocketException or IOException or ObjectDisposedException)
            {
                return;
            }

            while (LengthOfFirst(buffer.AsSpan(0, filled)) is > 0 and var length)
            {
                await TakeAsync(Encoding.UTF8.GetString(buffer, 0, length));
                buffer.AsSpan(length, filled - length).CopyTo(buffer);
                filled -= length;
            }
        }
    }

    async Task TakeAsync(string message)
    {
        lock (_lock)
            _heard.Add((message, TimeProvider.System.GetTimestamp()));
        if (message.StartsWith("NOTIFY ", StringComparison.Ordinal) || message.StartsWith("MESSAGE ", StringComparison.Ordinal))
            await SendAsync(Answering.To(message, 200, "OK", Local));
    }

    int LengthOfFirst(ReadOnlySpan<byte> bytes)
    {
        if (_stream is null)
            return bytes.Length;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return 0;
        var head = Encoding.UTF8.GetString(bytes[..end]) + "\r\n\r\n";
        var length = end + 4 + int.Parse(SipText.Header(head, "Content-Length") ?? "0", CultureInfo.InvariantCulture);
        return length <= bytes.Length ? length : 0;
    }
}
