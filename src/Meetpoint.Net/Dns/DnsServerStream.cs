namespace Meetpoint.Net.Dns;

/// <summary>One TCP connection to a <see cref="DnsServer"/>: any number of queries, closed when it is quiet.</summary>
sealed class DnsServerStream(DnsServer server, IEventLoop loop) : TimerNode, IStreamReceiver
{
    /// <summary>How long a connection may be quiet (RFC 7766 section 6.2.3 wants seconds).</summary>
    const long IdleNs = 10 * MonotonicTime.Second;

    readonly DnsStreamFramer _framer = new();
    IStream? _stream;

    internal void Start(IStream stream)
    {
        _stream = stream;
        loop.Timers.Arm(this, loop.NowNs + IdleNs);
    }

    public void OnOpened(IStream stream)
    {
    }

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        _framer.Add(bytes);
        while (_framer.TryNext(out var payload))
        {
            // A connection that does not speak DNS, or does not read what it asked for, is not kept.
            if (server.AnswerTo(payload) is not { } reply || !DnsStreamFramer.Send(stream, reply, server.StreamBuffer))
            {
                stream.Close();
                return;
            }

            loop.Timers.Arm(this, nowNs + IdleNs);
        }
    }

    public void OnClosed(IStream stream, string reason)
    {
        loop.Timers.Cancel(this);
        server.OnClosed(this);
    }

    internal void Close() => _stream?.Close();

    protected internal override void Fire(long nowNs) => Close();
}
