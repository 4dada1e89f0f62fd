namespace Meetpoint.Sip;

public sealed partial class SipMessage
{
    /// <summary>
    /// Takes and indexes a message. A body longer than Content-Length is cut (RFC 3261 section 18.3), a shorter one is an error.
    /// </summary>
    /// <param name="received">A datagram, or what a stream's framing gave.</param>
    /// <param name="error">Why it is not valid. The header table is filled as far as it could be, for an answer and for a log line.</param>
    /// <returns>False when it is not valid. Never throws, whatever the bytes.</returns>
    public bool TryParse(ReadOnlySpan<byte> received, out SipParseError error)
    {
        Reset();
        error = Error = Parse(received);
        return error == SipParseError.None;
    }

    /// <summary>Marks it as broken by what stood around it: the framing of its stream.</summary>
    internal void Fail(SipParseError error) => Error = error;

    void Reset()
    {
        _length = _lineCount = _methodLength = _uriStart = _uriLength = _reasonStart = _reasonLength = _bodyStart = _bodyLength = 0;
        Array.Clear(_first);
        _callId = null;
        _requestUri = null;
        _from = _to = null;
        IsRequest = false;
        Method = SipMethod.Other;
        StatusCode = 0;
        CSeq = 0;
        Source = default;
    }

    SipParseError Parse(ReadOnlySpan<byte> received)
    {
        // RFC 3261 section 7.5: line ends before the start line are ignored.
        var lead = received.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (lead < 0)
            return SipParseError.KeepAlive;
        received = received[lead..];
        if (received.Length > SipLimits.MessageBytes)
            return SipParseError.MessageTooLarge;
        if (_bytes.Length < received.Length)
            _bytes = new byte[Math.Max(received.Length, _bytes.Length * 2)];
        received.CopyTo(_bytes);
        _length = received.Length;

        var startLineEnd = Bytes.IndexOf((byte)'\n');
        if (startLineEnd <= 0 || _bytes[startLineEnd - 1] != '\r')
            return SipParseError.NotSip;
        var startLineError = ParseStartLine(Bytes[..(startLineEnd - 1)]);
        if (startLineError == SipParseError.NotSip)
            return startLineError;

        var headerError = ParseLines(startLineEnd + 1);
        if (headerError is SipParseError.HeadersUnterminated or SipParseError.TooManyHeaders)
            return Worst(startLineError, headerError);
        var bodyError = TakeBody();

        // The start line's fault says most to the sender, then a broken line, then what a header says.
        return Worst(Worst(startLineError, headerError), Worst(CheckHeaders(), bodyError));
    }

    static SipParseError Worst(SipParseError first, SipParseError second) => first != SipParseError.None ? first : second;

    SipParseError ParseStartLine(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("SIP/"u8))
            return ParseStatusLine(line);
        var space = line.IndexOf((byte)' ');
        var lastSpace = line.TrimEnd((byte)' ').LastIndexOf((byte)' ');
        if (space <= 0 || lastSpace <= space || space > SipLimits.MethodBytes || !SipLexer.IsToken(line[..space]))
            return SipParseError.NotSip;
        var version = line[(lastSpace + 1)..].TrimEnd((byte)' ');
        if (version.Length < 5 || !SipLexer.EqualsIgnoreCase(version[..4], "SIP/"u8))
            return SipParseError.NotSip;
        IsRequest = true;
        _methodLength = space;
        Method = SipMethods.Parse(line[..space]);
        _uriStart = space + 1;
        _uriLength = lastSpace - space - 1;
        if (!SipLexer.EqualsIgnoreCase(version, "SIP/2.0"u8))
            return SipParseError.VersionUnsupported;
        if (_uriLength > SipLimits.UriBytes)
            return SipParseError.UriTooLong;
        if (lastSpace + 1 + version.Length != line.Length || RequestUriBytes.IndexOfAny(" \t"u8) >= 0)
            return SipParseError.RequestLineMalformed;
        return SipUriView.Parse(RequestUriBytes, out var uri) switch
        {
            SipUriError.UnknownScheme => SipParseError.UriSchemeUnsupported,
            SipUriError.Malformed => SipParseError.UriMalformed,
            _ => uri.Headers.IsEmpty ? SipParseError.None : SipParseError.UriMalformed,
        };
    }

    SipParseError ParseStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("SIP/2.0 "u8))
            return line.StartsWith("SIP/2.0"u8) ? SipParseError.StatusMalformed : SipParseError.VersionUnsupported;
        if (!SipLexer.TryNumber(line[8..11], 699, out var status) || status < 100 || (line.Length > 11 && line[11] != ' '))
            return SipParseError.StatusMalformed;
        StatusCode = (int)status;
        _reasonStart = Math.Min(12, line.Length);
        _reasonLength = line.Length - _reasonStart;
        return SipParseError.None;
    }

    SipParseError ParseLines(int position)
    {
        var error = SipParseError.None;
        Span<short> last = stackalloc short[SipHeaders.Count];
        last.Clear();
        while (true)
        {
            var bytes = Bytes;
            if (position >= bytes.Length)
                return SipParseError.HeadersUnterminated;
            var end = LineEnd(bytes, position, out var bare);
            if (end < 0)
                return SipParseError.HeadersUnterminated;
            if (end - position == 2 && !bare)
            {
                _bodyStart = end;
                return error;
            }

            if (_lineCount == SipLimits.HeaderLines)
                return SipParseError.TooManyHeaders;
            var lineError = bare ? SipParseError.HeaderMalformed
                : end - position > SipLimits.HeaderLineBytes ? SipParseError.HeaderTooLong
                : AddLine(position, end, last);
            error = Worst(error, lineError);
            position = end;
        }
    }

    /// <summary>Offset after the CRLF of the line and of its folds; -1 when there is none.</summary>
    static int LineEnd(ReadOnlySpan<byte> bytes, int position, out bool bare)
    {
        bare = false;
        var from = position;
        while (true)
        {
            var stop = bytes[from..].IndexOfAny((byte)'\r', (byte)'\n');
            if (stop < 0)
                return -1;
            stop += from;
            if (bytes[stop] == '\n' || stop + 1 >= bytes.Length || bytes[stop + 1] != '\n')
            {
                // A bare CR or LF: others may see a line end here and we not. The line is refused, and the walk goes on.
                bare = true;
                from = stop + 1;
                if (from >= bytes.Length)
                    return -1;
                continue;
            }

            var end = stop + 2;
            var isEmptyLine = stop == position;
            if (isEmptyLine || end >= bytes.Length || bytes[end] is not ((byte)' ' or (byte)'\t'))
                return end;
            from = end;
        }
    }

    SipParseError AddLine(int start, int end, Span<short> last)
    {
        var line = _bytes.AsSpan(start, end - 2 - start);
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
            return SipParseError.HeaderMalformed;
        var name = line[..colon].TrimEnd(" \t"u8);
        if (!SipLexer.IsToken(name))
            return SipParseError.HeaderMalformed;
        var valueStart = colon + 1;
        while (valueStart < line.Length && SipLexer.IsLws(line[valueStart]))
            valueStart++;
        var value = SipLexer.Trim(line[valueStart..]);
        var header = SipHeaders.Parse(name);
        if (_lineCount == _lines.Length)
            Array.Resize(ref _lines, Math.Min(_lines.Length * 2, SipLimits.HeaderLines));
        _lines[_lineCount++] = new SipHeaderLine
        {
            Header = header, Start = start, NameLength = name.Length, ValueStart = start + valueStart, ValueLength = value.Length, End = end,
        };
        var index = (short)_lineCount;
        if (header == SipHeader.Other)
            return SipParseError.None;
        ref var previous = ref last[(int)header];
        var repeated = previous != 0;
        if (repeated)
            _lines[previous - 1] = WithNext(_lines[previous - 1], index);
        else
            _first[(int)header] = index;
        previous = index;
        return repeated && SipHeaders.IsSingleton(header) ? SipParseError.HeaderRepeated : SipParseError.None;
    }

    static SipHeaderLine WithNext(in SipHeaderLine line, short next) => new()
    {
        Header = line.Header, Start = line.Start, NameLength = line.NameLength, ValueStart = line.ValueStart, ValueLength = line.ValueLength,
        End = line.End, Next = next,
    };

    SipParseError TakeBody()
    {
        _bodyLength = _length - _bodyStart;
        if (!Has(SipHeader.Content_Length))
            return SipParseError.None;
        if (!SipLexer.TryNumber(Value(SipHeader.Content_Length), long.MaxValue, out var stated))
            return SipParseError.ContentLengthMalformed;
        if (stated > _bodyLength)
            return stated > SipLimits.MessageBytes ? SipParseError.BodyTooLarge : SipParseError.ContentLengthMismatch;
        _bodyLength = (int)stated;
        _length = _bodyStart + _bodyLength;
        return SipParseError.None;
    }
}
