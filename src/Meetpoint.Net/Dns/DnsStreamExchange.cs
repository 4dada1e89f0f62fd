namespace Meetpoint.Net.Dns;

/// <summary>One query over TCP, for an answer that did not fit into a datagram (RFC 7766 section 5).</summary>
/// <param name="query">What is sent once the connection stands.</param>
/// <param name="done">Called once, with the first message that comes, or null when none does.</param>
sealed class DnsStreamExchange(DnsMessage query, Action<DnsMessage?> done) : IStreamReceiver
{
    readonly DnsStreamFramer _framer = new();
    Action<DnsMessage?>? _done = done;
    IStream? _stream;

    internal void Begin(INetwork network, IEventLoop loop, in NetAddress server) => _stream = network.Connect(server, null, null, loop, this);

    /// <summary>Gives it up; <c>done</c> is not called any more.</summary>
    internal void Stop()
    {
        _done = null;
        _stream?.Close();
    }

    public void OnOpened(IStream stream)
    {
        Span<byte> buffer = stackalloc byte[DnsMessage.PlainUdpBytes];
        DnsStreamFramer.Send(stream, query, buffer);
    }

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        _framer.Add(bytes);
        if (!_framer.TryNext(out var payload))
            return;
        Finish(DnsMessage.TryParse(payload, out var message, out _) ? message : null);
        stream.Close();
    }

    public void OnClosed(IStream stream, string reason) => Finish(null);

    void Finish(DnsMessage? message)
    {
        var done = _done;
        _done = null;
        done?.Invoke(message);
    }
}
