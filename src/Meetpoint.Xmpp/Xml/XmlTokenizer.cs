using System.Buffers;

namespace Meetpoint.Xmpp.Xml;

/// <summary>What a token of an XML stream is.</summary>
enum XmlTokenKind
{
    /// <summary>More bytes are needed.</summary>
    None,

    /// <summary>Character data, up to the next markup.</summary>
    Text,

    /// <summary>A start tag or an empty element, from "&lt;" to "&gt;".</summary>
    StartTag,

    /// <summary>An end tag.</summary>
    EndTag,

    /// <summary>What stands in a CDATA section.</summary>
    CData,

    /// <summary>An XML declaration.</summary>
    Declaration,

    /// <summary>Not taken: see the fault.</summary>
    Fault,
}

/// <summary>
/// Cuts received bytes into tokens, wherever they are split. What is not whole is kept, up to a limit, and what was looked at is not looked at
/// again: a token that comes byte by byte costs no more than one that comes at once.
/// </summary>
sealed class XmlTokenizer(int maxTokenBytes) : IDisposable
{
    const int FirstBytes = 2_048;

    static readonly SearchValues<byte> _tagEndOrQuote = SearchValues.Create(">\"'<"u8);

    byte[] _bytes = [];
    int _start;
    int _end;
    int _scanned;
    byte _quote;

    /// <summary>Bytes that are not part of a token given out yet.</summary>
    internal int Pending => _end - _start;

    internal XmlFault Fault { get; private set; }

    /// <summary>Takes bytes that were received. On a fault nothing more is taken.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (Fault != XmlFault.None)
            return;
        if (_end + bytes.Length > _bytes.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next whole token; its bytes are lent until the next call of <see cref="Next"/>, <see cref="Add"/> or <see cref="Rest"/>.</summary>
    internal XmlTokenKind Next(out ReadOnlySpan<byte> token)
    {
        token = default;
        if (Fault != XmlFault.None)
            return XmlTokenKind.Fault;
        var waiting = _bytes.AsSpan(_start, _end - _start);
        if (waiting.IsEmpty)
            return XmlTokenKind.None;
        var kind = waiting[0] == '<' ? Markup(waiting, ref token) : Text(waiting, ref token);
        if (kind == XmlTokenKind.None && waiting.Length > maxTokenBytes)
            return Fail(XmlFault.Limit);
        return kind;
    }

    /// <summary>Lets go of blanks that nothing follows yet: between stanzas they say no more than that the other end lives.</summary>
    internal void SkipBlanks()
    {
        if (Fault != XmlFault.None || Pending == 0 || _bytes[_start] == '<')
            return;
        var waiting = _bytes.AsSpan(_start, Pending);
        _start += waiting.Length - waiting.TrimStart(" \t\r\n"u8).Length;
        _scanned = 0;
    }

    /// <summary>Gives memory back when nothing waits: an idle stream keeps none.</summary>
    internal void Rest()
    {
        if (Pending > 0 || _bytes.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _end = _scanned = 0;
    }

    public void Dispose()
    {
        _end = _start;
        Rest();
    }

    /// <summary>Text begins where nothing else does: up to the next "&lt;".</summary>
    XmlTokenKind Text(ReadOnlySpan<byte> waiting, ref ReadOnlySpan<byte> token)
    {
        var at = waiting[_scanned..].IndexOf((byte)'<');
        if (at < 0)
        {
            _scanned = waiting.Length;
            return XmlTokenKind.None;
        }

        token = Take(waiting, _scanned + at);
        return XmlTokenKind.Text;
    }

    XmlTokenKind Markup(ReadOnlySpan<byte> waiting, ref ReadOnlySpan<byte> token)
    {
        if (waiting.Length < 2)
            return XmlTokenKind.None;
        switch (waiting[1])
        {
            case (byte)'!':
                return CData(waiting, ref token);
            case (byte)'?':
                return Declaration(waiting, ref token);
        }

        if (TagEnd(waiting) is not (>= 0 and var end))
            return Fault == XmlFault.None ? XmlTokenKind.None : XmlTokenKind.Fault;
        token = Take(waiting, end + 1);
        return token[1] == '/' ? XmlTokenKind.EndTag : XmlTokenKind.StartTag;
    }

    /// <summary>The "&gt;" that is in no quotes; -1 when it is not there yet.</summary>
    int TagEnd(ReadOnlySpan<byte> waiting)
    {
        if (_scanned == 0)
            _scanned = 1;
        while (true)
        {
            var rest = waiting[_scanned..];
            var at = _quote != 0 ? rest.IndexOf(_quote) : rest.IndexOfAny(_tagEndOrQuote);
            if (at < 0)
            {
                _scanned = waiting.Length;
                return -1;
            }

            _scanned += at + 1;
            var found = rest[at];
            if (_quote != 0)
                _quote = 0;
            else if (found == '>')
                return _scanned - 1;
            else if (found == '<')
            {
                Fault = XmlFault.NotWellFormed;
                return -1;
            }
            else
                _quote = found;
        }
    }

    XmlTokenKind CData(ReadOnlySpan<byte> waiting, ref ReadOnlySpan<byte> token)
    {
        var opening = "<![CDATA["u8;
        if (waiting.Length < opening.Length)
            return opening.StartsWith(waiting) ? XmlTokenKind.None : Fail(XmlFault.Restricted);
        if (!waiting.StartsWith(opening))
            return Fail(XmlFault.Restricted);
        var from = Math.Max(opening.Length, _scanned);
        var at = waiting[from..].IndexOf("]]>"u8);
        if (at < 0)
        {
            // The end may be cut in two.
            _scanned = Math.Max(opening.Length, waiting.Length - 2);
            return XmlTokenKind.None;
        }

        token = Take(waiting, from + at + 3)[opening.Length..^3];
        return XmlTokenKind.CData;
    }

    XmlTokenKind Declaration(ReadOnlySpan<byte> waiting, ref ReadOnlySpan<byte> token)
    {
        var opening = "<?xml"u8;
        if (!opening.StartsWith(waiting[..Math.Min(waiting.Length, opening.Length)]))
            return Fail(XmlFault.Restricted);
        var at = waiting[_scanned..].IndexOf((byte)'>');
        if (at < 0)
        {
            _scanned = waiting.Length;
            return XmlTokenKind.None;
        }

        token = Take(waiting, _scanned + at + 1);
        return XmlTokenKind.Declaration;
    }

    ReadOnlySpan<byte> Take(ReadOnlySpan<byte> waiting, int count)
    {
        _start += count;
        _scanned = 0;
        if (_start == _end)
            _start = _end = 0;
        return waiting[..count];
    }

    XmlTokenKind Fail(XmlFault fault)
    {
        Fault = fault;
        return XmlTokenKind.Fault;
    }

    void MakeRoom(int more)
    {
        var pending = Pending;
        if (pending + more <= _bytes.Length && _start >= pending)
        {
            _bytes.AsSpan(_start, pending).CopyTo(_bytes);
        }
        else
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, (pending + more) * 2));
            _bytes.AsSpan(_start, pending).CopyTo(grown);
            if (_bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = grown;
        }

        _start = 0;
        _end = pending;
    }
}
