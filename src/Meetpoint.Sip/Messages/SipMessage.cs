using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// A received message: its bytes, a table of where each header stands, and typed access that reads the bytes when asked.
/// </summary>
/// <remarks>
/// Holds a copy of the bytes, so it may outlive the receive buffer. Parsing into the same object again allocates nothing once its
/// buffers have grown. Not thread safe. Spans handed out are good until the next parse.
/// </remarks>
public sealed partial class SipMessage
{
    readonly short[] _first;
    byte[] _bytes;
    int _length;
    SipHeaderLine[] _lines;
    int _lineCount;
    int _methodLength;
    int _uriStart;
    int _uriLength;
    int _reasonStart;
    int _reasonLength;
    int _bodyStart;
    int _bodyLength;
    string? _callId;
    SipUri? _requestUri;
    NameAddress? _from;
    NameAddress? _to;

    /// <summary>With room for a message of the usual size.</summary>
    public SipMessage()
        : this(new byte[2_048], new SipHeaderLine[48], new short[SipHeaders.Count])
    {
    }

    SipMessage(byte[] bytes, SipHeaderLine[] lines, short[] first) => (_bytes, _lines, _first) = (bytes, lines, first);

    /// <summary>True for a request, false for a response.</summary>
    public bool IsRequest { get; private set; }

    /// <summary>The method of the request line, or of a response's CSeq.</summary>
    public SipMethod Method { get; private set; }

    /// <summary>Status of a response, 100 to 699; 0 for a request.</summary>
    public int StatusCode { get; private set; }

    /// <summary>CSeq's number, 0 to 2^31-1.</summary>
    public uint CSeq { get; private set; }

    /// <summary>What the last parse found.</summary>
    public SipParseError Error { get; private set; }

    /// <summary>Where it came from: a response's Via gets it as received and rport (RFC 3581). Set by the transport.</summary>
    public NetAddress Source { get; set; }

    /// <summary>All bytes, up to the end of the body.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The method as received, or the one of CSeq in a response.</summary>
    public ReadOnlySpan<byte> MethodToken => IsRequest ? _bytes.AsSpan(0, _methodLength) : CSeqMethodToken;

    /// <summary>The method's name.</summary>
    public string MethodName => Method != SipMethod.Other ? Method.Name() : Encoding.UTF8.GetString(MethodToken);

    /// <summary>The request URI as received.</summary>
    public ReadOnlySpan<byte> RequestUriBytes => _bytes.AsSpan(_uriStart, _uriLength);

    /// <summary>Where the request URI stands in <see cref="Bytes"/>.</summary>
    public Range RequestUriRange => _uriStart..(_uriStart + _uriLength);

    /// <summary>A response's reason phrase.</summary>
    public string ReasonPhrase => Encoding.UTF8.GetString(_bytes, _reasonStart, _reasonLength);

    /// <summary>The body; empty without one.</summary>
    public ReadOnlySpan<byte> Body => _bytes.AsSpan(_bodyStart, _bodyLength);

    /// <summary>Offset after the last header line: where the empty line before the body stands.</summary>
    public int HeadersEnd => _bodyStart - 2;

    /// <summary>The header lines in order.</summary>
    public ReadOnlySpan<SipHeaderLine> Lines => _lines.AsSpan(0, _lineCount);

    /// <summary>True when a response to this request can be made: Via and CSeq stand there, in whatever state; what else is missing is left out.</summary>
    public bool IsAnswerable => IsRequest && Method != SipMethod.Ack && Has(SipHeader.Via) && Has(SipHeader.CSeq);

    /// <summary>True when the header stands there at least once.</summary>
    public bool Has(SipHeader header) => _first[(int)header] != 0;

    /// <summary>True when a comma-list header has more than one value, on one line or on several.</summary>
    public bool HasSeveral(SipHeader header)
    {
        var count = 0;
        foreach (var _ in Values(header))
        {
            if (++count > 1)
                return true;
        }

        return false;
    }

    /// <summary>Value of the first line of a header, trimmed, folds kept; empty when it is absent.</summary>
    public ReadOnlySpan<byte> Value(SipHeader header)
    {
        var index = _first[(int)header];
        return index == 0 ? default : ValueOf(_lines[index - 1]);
    }

    /// <summary>The bytes of a line's value.</summary>
    public ReadOnlySpan<byte> ValueOf(scoped in SipHeaderLine line) => _bytes.AsSpan(line.ValueStart, line.ValueLength);

    /// <summary>The bytes of a line's name.</summary>
    public ReadOnlySpan<byte> NameOf(scoped in SipHeaderLine line) => _bytes.AsSpan(line.Start, line.NameLength);

    /// <summary>All values of a comma-list header, over its lines and within them, in order.</summary>
    public SipHeaderValues Values(SipHeader header) => new(this, _first[(int)header]);

    /// <summary>First value of a comma-list header; empty when it is absent.</summary>
    public ReadOnlySpan<byte> FirstListValue(SipHeader header)
    {
        var rest = Value(header);
        return SipLexer.NextListValue(ref rest, out var value) ? value : default;
    }

    /// <summary>Value of the first line of a header with folds made one space; null when it is absent.</summary>
    public string? Text(SipHeader header) => Has(header) ? Unfold(Value(header)) : null;

    /// <summary>Value of a header by its full name; null when it is absent.</summary>
    public string? Text(string name)
    {
        Span<byte> wanted = stackalloc byte[128];
        if (!Encoding.UTF8.TryGetBytes(name, wanted, out var length))
            return null;
        var header = SipHeaders.Parse(wanted[..length]);
        if (header != SipHeader.Other)
            return Text(header);
        foreach (ref readonly var line in Lines)
        {
            if (line.Header == SipHeader.Other && SipLexer.EqualsIgnoreCase(NameOf(line), wanted[..length]))
                return Unfold(ValueOf(line));
        }

        return null;
    }

    /// <summary>Every value of a comma-list header as text.</summary>
    public List<string> Texts(SipHeader header)
    {
        var texts = new List<string>();
        foreach (var value in Values(header))
            texts.Add(Unfold(value));
        return texts;
    }

    /// <summary>True when a list of tokens (Supported, Require, Allow...) names <paramref name="token"/>.</summary>
    public bool Lists(SipHeader header, ReadOnlySpan<byte> token)
    {
        foreach (var value in Values(header))
        {
            if (SipLexer.EqualsIgnoreCase(value, token))
                return true;
        }

        return false;
    }

    /// <summary>A copy that the caller owns.</summary>
    public SipMessage ToOwned()
    {
        var copy = new SipMessage(Bytes.ToArray(), Lines.ToArray(), [.. _first]);
        copy._length = _length;
        copy._lineCount = _lineCount;
        copy._methodLength = _methodLength;
        copy._uriStart = _uriStart;
        copy._uriLength = _uriLength;
        copy._reasonStart = _reasonStart;
        copy._reasonLength = _reasonLength;
        copy._bodyStart = _bodyStart;
        copy._bodyLength = _bodyLength;
        copy.IsRequest = IsRequest;
        copy.Method = Method;
        copy.StatusCode = StatusCode;
        copy.CSeq = CSeq;
        copy.Error = Error;
        copy.Source = Source;
        return copy;
    }

    /// <summary>Start line and header fields alone: read again, they are the message without its body.</summary>
    internal byte[] CopyHeaders() => _bytes[.._bodyStart];

    /// <summary>The message as text, for a trace.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes);

    internal SipHeaderLine LineAt(int oneBasedIndex) => _lines[oneBasedIndex - 1];

    static string Unfold(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value);
        if (!text.Contains('\n', StringComparison.Ordinal))
            return text;
        return string.Join(' ', text.Split(["\r\n", "\n"], StringSplitOptions.TrimEntries));
    }
}

/// <summary>Enumerates the values of a comma-list header without allocation.</summary>
public ref struct SipHeaderValues
{
    readonly SipMessage _message;
    int _next;
    ReadOnlySpan<byte> _rest;
    ReadOnlySpan<byte> _current;
    int _taken;

    internal SipHeaderValues(SipMessage message, int first)
    {
        _message = message;
        _next = first;
    }

    /// <summary>The value, trimmed.</summary>
    public readonly ReadOnlySpan<byte> Current => _current;

    /// <summary>For foreach.</summary>
    public readonly SipHeaderValues GetEnumerator() => this;

    /// <summary>Goes on; false at the end, or over <see cref="SipLimits.ListValues"/>.</summary>
    public bool MoveNext()
    {
        while (!SipLexer.NextListValue(ref _rest, out _current))
        {
            if (_next == 0)
                return false;
            var line = _message.LineAt(_next);
            _next = line.Next;
            _rest = _message.ValueOf(line);
        }

        return ++_taken <= SipLimits.ListValues;
    }
}
