using System.Buffers.Text;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// Writes one message into a buffer that it keeps: start line, headers in the order called, then <see cref="End"/> or <see cref="EndWithBody"/>.
/// </summary>
/// <remarks>Values must not contain CR or LF: they are replaced by spaces, so that no caller's text can add a header. Not thread safe.</remarks>
public sealed class SipWriter
{
    byte[] _bytes = new byte[2_048];
    int _length;

    /// <summary>What was written so far; good until the next <see cref="Request"/> or <see cref="Response"/>.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins a request.</summary>
    public SipWriter Request(string method, string uri)
    {
        _length = 0;
        Text(method);
        Raw(" "u8);
        Text(uri);
        return Raw(" SIP/2.0\r\n"u8);
    }

    /// <summary>
    /// Begins a response: status line, then Via, From, To, Call-ID, CSeq of the request, and Record-Route where the response can make a
    /// dialog (RFC 3261 sections 8.2.6.2 and 12.1.1). The top Via gets received and rport.
    /// </summary>
    /// <param name="request">What is answered; <see cref="SipMessage.IsAnswerable"/> must hold.</param>
    /// <param name="status">100 to 699.</param>
    /// <param name="phrase">Null takes the usual one.</param>
    /// <param name="toTag">Added when the request's To has none; null leaves it out.</param>
    public SipWriter Response(SipMessage request, int status, string? phrase = null, string? toTag = null)
    {
        _length = 0;
        Raw("SIP/2.0 "u8);
        Number(status);
        Raw(" "u8);
        Text(phrase ?? SipStatus.Phrase(status));
        Raw("\r\n"u8);
        var isTop = true;
        foreach (var via in request.Values(SipHeader.Via))
        {
            Raw("Via: "u8);
            if (isTop)
                TopVia(via, request.Source);
            else
                Value(via);
            isTop = false;
            Raw("\r\n"u8);
        }

        First(request, SipHeader.From);
        if (request.Has(SipHeader.To))
            To(request, toTag);
        First(request, SipHeader.Call_ID);
        First(request, SipHeader.CSeq);
        if (status == 100 && request.Text("Timestamp") is { } sent)
            Header("Timestamp", sent); // section 8.2.6.1: lets the sender measure the round trip
        if (status is > 100 and < 300 && request.Method is SipMethod.Invite or SipMethod.Subscribe or SipMethod.Refer)
            CopyList(request, SipHeader.Record_Route);
        return this;
    }

    /// <summary>Adds a header.</summary>
    public SipWriter Header(SipHeader header, string value) => Name(SipHeaders.Utf8(header)).Line(value);

    /// <summary>Adds a header.</summary>
    public SipWriter Header(SipHeader header, ReadOnlySpan<byte> value)
    {
        Name(SipHeaders.Utf8(header)).Value(value);
        return Raw("\r\n"u8);
    }

    /// <summary>Adds a header with a number.</summary>
    public SipWriter Header(SipHeader header, long value)
    {
        Name(SipHeaders.Utf8(header)).Number(value);
        return Raw("\r\n"u8);
    }

    /// <summary>Adds a header by its name.</summary>
    public SipWriter Header(string name, string value)
    {
        Text(name);
        Raw(": "u8);
        return Line(value);
    }

    /// <summary>Adds whole header lines, each with its CRLF.</summary>
    internal SipWriter Lines(ReadOnlySpan<byte> lines) => Raw(lines);

    /// <summary>Ends a message without body.</summary>
    public ReadOnlySpan<byte> End()
    {
        Raw("Content-Length: 0\r\n\r\n"u8);
        return Written;
    }

    /// <summary>Ends a message with a body.</summary>
    public ReadOnlySpan<byte> EndWithBody(string contentType, ReadOnlySpan<byte> body)
    {
        Header(SipHeader.Content_Type, contentType);
        Header(SipHeader.Content_Length, body.Length);
        Raw("\r\n"u8);
        Raw(body);
        return Written;
    }

    /// <summary>Copies each line of a header as it was received.</summary>
    public SipWriter Copy(SipMessage from, SipHeader header)
    {
        foreach (ref readonly var line in from.Lines)
        {
            if (line.Header == header)
                Header(header, from.ValueOf(line));
        }

        return this;
    }

    void CopyList(SipMessage from, SipHeader header)
    {
        foreach (var value in from.Values(header))
            Header(header, value);
    }

    /// <summary>What may stand once only; of a request that has it twice, and so is refused, the first.</summary>
    void First(SipMessage request, SipHeader header)
    {
        if (request.Has(header))
            Header(header, request.Value(header));
    }

    void To(SipMessage request, string? toTag)
    {
        Raw("To: "u8);
        Value(request.Value(SipHeader.To));
        if (toTag is not null && request.ToTag.IsEmpty)
        {
            Raw(";tag="u8);
            Text(toTag);
        }

        Raw("\r\n"u8);
    }

    void TopVia(ReadOnlySpan<byte> via, in NetAddress source)
    {
        var from = _length;
        if (ViaStamp.TryWrite(via, in source, Room(via.Length + ViaStamp.MaxGrowth), out var length))
        {
            WithoutLineEnds(_bytes.AsSpan(from, length));
            _length += length;
        }
        else
        {
            Value(via);
        }
    }

    SipWriter Name(ReadOnlySpan<byte> name)
    {
        Raw(name);
        return Raw(": "u8);
    }

    SipWriter Line(string value)
    {
        Text(value);
        return Raw("\r\n"u8);
    }

    SipWriter Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    void Value(ReadOnlySpan<byte> value)
    {
        var room = Room(value.Length)[..value.Length];
        value.CopyTo(room);
        WithoutLineEnds(room);
        _length += value.Length;
    }

    void Text(string text)
    {
        var room = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        var written = Encoding.UTF8.GetBytes(text, room);
        WithoutLineEnds(room[..written]);
        _length += written;
    }

    void Number(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        _length += written;
    }

    static void WithoutLineEnds(Span<byte> text)
    {
        for (var at = text.IndexOfAny((byte)'\r', (byte)'\n'); at >= 0; at = text.IndexOfAny((byte)'\r', (byte)'\n'))
            text[at] = (byte)' ';
    }

    Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        return _bytes.AsSpan(_length);
    }
}
