namespace Meetpoint.Sip;

/// <summary>What a <see cref="SipStreamFramer"/> found.</summary>
public enum SipFrame : byte
{
    /// <summary>More bytes are needed.</summary>
    NeedMore,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>A double CRLF: the sender wants a CRLF back (RFC 5626 section 3.5.1).</summary>
    Ping,

    /// <summary>A single CRLF: the answer to our ping.</summary>
    Pong,

    /// <summary>The stream cannot be followed any more; answer if possible and close.</summary>
    Broken,
}

/// <summary>
/// Cuts a byte stream into messages by Content-Length (RFC 3261 section 18.3), holding at most <see cref="SipLimits.MessageBytes"/>.
/// </summary>
/// <remarks>Feed with <see cref="Add"/>, then call <see cref="Next"/> until it needs more. Not thread safe.</remarks>
public sealed class SipStreamFramer
{
    byte[] _bytes = new byte[4_096];
    int _start;
    int _end;
    int _scanned;
    bool _broken;

    /// <summary>Why the stream is broken.</summary>
    public SipParseError Error { get; private set; }

    /// <summary>Bytes held for a message that is not whole.</summary>
    public int Pending => _end - _start;

    /// <summary>Takes received bytes.</summary>
    public void Add(ReadOnlySpan<byte> received)
    {
        if (_broken || received.IsEmpty)
            return;
        if (_bytes.Length - _end < received.Length)
            MakeRoom(received.Length);
        received.CopyTo(_bytes.AsSpan(_end));
        _end += received.Length;
    }

    /// <summary>Takes the next thing off the stream.</summary>
    /// <param name="message">The message's bytes, or with <see cref="SipFrame.Broken"/> what can be parsed for an answer; good until the next Add.</param>
    public SipFrame Next(out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_broken)
            return SipFrame.NeedMore;
        var held = _bytes.AsSpan(_start, _end - _start);
        if (held.IsEmpty)
            return SipFrame.NeedMore;
        if (held[0] is (byte)'\r' or (byte)'\n')
            return NextKeepAlive(held);
        var headersEnd = held[_scanned..].IndexOf("\r\n\r\n"u8);
        if (headersEnd < 0)
        {
            if (held.Length > SipLimits.MessageBytes)
                return Break(SipParseError.MessageTooLarge, held[..SipLimits.MessageBytes], out message);
            _scanned = Math.Max(0, held.Length - 3);
            return SipFrame.NeedMore;
        }

        headersEnd += _scanned + 4;
        var lengthError = ContentLength(held[..headersEnd], out var bodyLength);
        if (headersEnd + bodyLength > SipLimits.MessageBytes)
            lengthError = headersEnd > SipLimits.MessageBytes ? SipParseError.MessageTooLarge : SipParseError.BodyTooLarge;
        if (lengthError != SipParseError.None)
            return Break(lengthError, held[..headersEnd], out message);
        var total = headersEnd + (int)bodyLength;
        if (held.Length < total)
        {
            _scanned = headersEnd - 4;
            return SipFrame.NeedMore;
        }

        message = held[..total];
        Consume(total);
        return SipFrame.Message;
    }

    SipFrame NextKeepAlive(ReadOnlySpan<byte> held)
    {
        if (held.StartsWith("\r\n\r\n"u8))
        {
            Consume(4);
            return SipFrame.Ping;
        }

        if (held.Length < 4 && "\r\n\r\n"u8.StartsWith(held))
        {
            // A lone CRLF may be the first half of a ping; taken for a pong now, the second half is one pong more, which does no harm.
            if (held.Length < 2)
                return SipFrame.NeedMore;
            Consume(2);
            return SipFrame.Pong;
        }

        if (held.Length == 1)
            return SipFrame.NeedMore;
        if (!held.StartsWith("\r\n"u8))
            return Break(SipParseError.NotSip, held, out _);
        Consume(2);
        return SipFrame.Pong;
    }

    SipFrame Break(SipParseError error, ReadOnlySpan<byte> held, out ReadOnlySpan<byte> message)
    {
        _broken = true;
        Error = error;
        message = held;
        return SipFrame.Broken;
    }

    void Consume(int count)
    {
        _start += count;
        _scanned = 0;
        if (_start == _end)
            _start = _end = 0;
    }

    void MakeRoom(int more)
    {
        var held = _end - _start;
        if (_bytes.Length < held + more)
        {
            var bigger = new byte[Math.Max(_bytes.Length * 2, held + more)];
            _bytes.AsSpan(_start, held).CopyTo(bigger);
            _bytes = bigger;
        }
        else
            _bytes.AsSpan(_start, held).CopyTo(_bytes);
        _start = 0;
        _end = held;
    }

    static SipParseError ContentLength(ReadOnlySpan<byte> head, out long bodyLength)
    {
        bodyLength = 0;
        var found = false;
        while (true)
        {
            var lineEnd = head.IndexOf("\r\n"u8);
            if (lineEnd < 0)
                break;
            var line = head[..lineEnd];
            head = head[(lineEnd + 2)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || SipHeaders.Parse(line[..colon].TrimEnd(" \t"u8)) != SipHeader.Content_Length)
                continue;
            if (found)
                return SipParseError.HeaderRepeated;
            found = true;
            if (!SipLexer.TryNumber(SipLexer.Trim(line[(colon + 1)..]), long.MaxValue - SipLimits.MessageBytes, out bodyLength))
                return SipParseError.ContentLengthMalformed;
        }

        // RFC 3261 section 20.14: over a stream the header must be there, as nothing else tells where the next message begins.
        return found ? SipParseError.None : SipParseError.ContentLengthMismatch;
    }
}
