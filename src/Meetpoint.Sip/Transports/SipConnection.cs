using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>One TCP or TLS connection: framing, what waits for it to open, keep-alive and idle close.</summary>
sealed class SipConnection : TimerNode, IStreamReceiver
{
    readonly SipTransports _transports;
    readonly SipStreamFramer _framer = new();
    List<byte[]>? _pending;
    int _pendingBytes;
    long _lastBytesNs;
    long _waitingSinceNs;
    bool _isWaiting;
    bool _isSlow;
    bool _isClosing;
    bool _hasHeard;
    bool _isClosed;

    public SipConnection(SipTransports transports, SipListener listener, SipTransport transport, bool isOurs)
    {
        _transports = transports;
        IsOurs = isOurs;
        Flow = new SipFlow(listener, transport, this);
        if (isOurs)
            _pending = [];
    }

    public SipFlow Flow { get; }

    /// <summary>True when we opened it.</summary>
    public bool IsOurs { get; }

    public IStream? Stream { get; private set; }

    /// <summary>Hears of a connection of ours that the other end closed without a word: with TLS 1.3, how it refuses our certificate.</summary>
    public Action<NetAddress, string>? ClosedUnheard { get; init; }

    /// <summary>The stream of an accepted connection, or the one being opened.</summary>
    public void Attach(IStream stream, bool isOpen)
    {
        if (_isClosed)
            return;
        Stream = stream;
        if (isOpen)
            Opened(stream);
    }

    public bool Send(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed || (_pending is not null && _pendingBytes + bytes.Length > _transports.Options.MaxPendingBytes))
            return Tell(bytes, isSent: false);
        if (_pending is null)
            return Tell(bytes, Stream!.Send(bytes));
        _pending.Add(bytes.ToArray());
        _pendingBytes += bytes.Length;
        return true;
    }

    public void Close()
    {
        _isClosing = true;
        Stream?.Close();
    }

    public void OnOpened(IStream stream)
    {
        Stream = stream;
        Opened(stream);
    }

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        _lastBytesNs = nowNs;
        _hasHeard = true;
        _framer.Add(bytes);
        while (!_isClosed)
        {
            switch (_framer.Next(out var message))
            {
                case SipFrame.NeedMore:
                    if (_framer.Pending > 0 && !_isWaiting)
                        WaitForMessage(nowNs);
                    return;
                case SipFrame.Message:
                    _isWaiting = false;
                    _transports.Arrived(Flow, message);
                    break;
                case SipFrame.Ping:
                    stream.Send("\r\n"u8);
                    break;
                case SipFrame.Broken:
                    _transports.Receive(Flow, message, _framer.Error);
                    stream.Close();
                    return;
                default:
                    break;
            }
        }
    }

    public void OnClosed(IStream stream, string reason)
    {
        if (_isClosed)
            return;
        _isClosed = true;
        Flow.IsOpen = false;
        if (_pending is null && !_hasHeard && !_isClosing)
            ClosedUnheard?.Invoke(stream.Remote, $"{reason} before it said anything");
        if (_framer.Pending > 0 && _framer.Error == SipParseError.None && !_isSlow)
            _transports.Truncated(this);
        foreach (var bytes in _pending ?? [])
            Tell(bytes, isSent: false);
        _pending = null;
        _transports.Loop.Timers.Cancel(this);
        _transports.Closed(this, reason);
    }

    protected override void Fire(long nowNs)
    {
        var options = _transports.Options;
        if (_isWaiting && nowNs - _waitingSinceNs >= options.MessageSeconds * MonotonicTime.Second)
        {
            _isSlow = true;
            _transports.Slow(this, _framer.Pending > 0 ? "a message did not become whole in time" : "no message came in time");
            return;
        }

        if (nowNs - _lastBytesNs >= options.IdleCloseSeconds * MonotonicTime.Second && nowNs >= Flow.KeptUntilNs)
        {
            Close();
            return;
        }

        if (IsOurs && options.PingSeconds > 0)
            Stream!.Send("\r\n\r\n"u8);
        Rearm(nowNs);
    }

    void Opened(IStream stream)
    {
        Flow.IsOpen = true;
        Flow.Local = stream.Local;
        Flow.Remote = stream.Remote;
        _lastBytesNs = _transports.Loop.NowNs;
        var waiting = _pending;
        _pending = null;
        foreach (var bytes in waiting ?? [])
            Tell(bytes, stream.Send(bytes));
        if (IsOurs)
            Rearm(_lastBytesNs);
        else
            WaitForMessage(_lastBytesNs);
    }

    bool Tell(ReadOnlySpan<byte> bytes, bool isSent)
    {
        _transports.Tell(Flow, isSent ? SipTapEvent.Sent : SipTapEvent.Unsent, Flow.Remote, bytes);
        return isSent;
    }

    void WaitForMessage(long nowNs)
    {
        _isWaiting = true;
        _waitingSinceNs = nowNs;
        Rearm(nowNs);
    }

    void Rearm(long nowNs)
    {
        var options = _transports.Options;
        var seconds = IsOurs && options.PingSeconds > 0 ? options.PingSeconds : options.IdleCloseSeconds;
        var at = nowNs + seconds * MonotonicTime.Second;
        if (_isWaiting)
            at = Math.Min(at, _waitingSinceNs + options.MessageSeconds * MonotonicTime.Second);
        _transports.Loop.Timers.Arm(this, at);
    }
}
