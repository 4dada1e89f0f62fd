using System.Buffers.Text;
using System.Text;

namespace Meetpoint.Sip;

/// <summary>
/// A received message with a list of edits over its bytes: what no edit touches goes on byte for byte. How a relay changes messages.
/// </summary>
/// <remarks>
/// For one message at a time, reused; allocates nothing once its buffers have grown. Not thread safe. Edits may come in any order; they must not
/// overlap, and those that insert at one place stand in the order in which they came. Text must not hold CR or LF other than its own line ends.
/// </remarks>
public sealed class SipEdits
{
    Edit[] _edits = new Edit[32];
    int _count;
    byte[] _text = new byte[2_048];
    int _textLength;
    byte[] _written = new byte[4_096];

    /// <summary>The message that is edited.</summary>
    public SipMessage Message { get; private set; } = null!;

    /// <summary>Begins anew with a message, which must not change until <see cref="Write"/>.</summary>
    public SipEdits Begin(SipMessage message)
    {
        Message = message;
        _count = _textLength = 0;
        return this;
    }

    /// <summary>Where headers of ours go: before the first Via, so that they stand first; after the start line when there is none.</summary>
    public int Top
    {
        get
        {
            foreach (ref readonly var line in Message.Lines)
            {
                if (line.Header == SipHeader.Via)
                    return line.Start;
            }

            return Message.Lines.Length > 0 ? Message.Lines[0].Start : Message.HeadersEnd;
        }
    }

    /// <summary>Inserts a value before all others of its header, wherever those stand: with a proxy that puts Record-Route before Via, before that.</summary>
    public SipEdits InsertFirst(SipHeader header, ReadOnlySpan<byte> value)
    {
        foreach (ref readonly var line in Message.Lines)
        {
            if (line.Header == header)
                return InsertHeader(line.Start, header, value);
        }

        return InsertHeader(Top, header, value);
    }

    /// <summary>Puts text in the place of a range of the message.</summary>
    public SipEdits Replace(Range range, ReadOnlySpan<byte> text)
    {
        var (start, length) = range.GetOffsetAndLength(Message.Bytes.Length);
        return Add(start, start + length, text);
    }

    /// <summary>Replaces the value of a header line and leaves its name as it was written.</summary>
    public SipEdits ReplaceValue(in SipHeaderLine line, ReadOnlySpan<byte> value) => Add(line.ValueStart, line.ValueStart + line.ValueLength, value);

    /// <summary>Puts text in the place of a part of the message that was read from it: a tag, a URI. Nothing when it is not part of it.</summary>
    public SipEdits ReplacePart(ReadOnlySpan<byte> part, ReadOnlySpan<byte> text) =>
        Message.Bytes.Overlaps(part, out var at) ? Add(at, at + part.Length, text) : this;

    /// <summary>Sets the tag of From or To; an empty one takes it away.</summary>
    public SipEdits SetTag(SipHeader header, ReadOnlySpan<byte> tag)
    {
        foreach (ref readonly var line in Message.Lines)
        {
            if (line.Header != header)
                continue;
            var value = Message.ValueOf(in line);
            if (!NameAddrView.TryParse(value, out var address))
                return this;
            if (!address.Tag.IsEmpty && !tag.IsEmpty)
                return ReplacePart(address.Tag, tag);
            var from = _textLength;
            if (address.Tag.IsEmpty)
            {
                if (tag.IsEmpty)
                    return this;
                Append(";tag="u8);
                Append(tag);
                return AddText(line.ValueStart + value.Length, line.ValueStart + value.Length, from);
            }

            var equals = value.LastIndexOf(address.Tag);
            var semicolon = value[..equals].LastIndexOf((byte)';');
            return Add(line.ValueStart + semicolon, line.ValueStart + equals + address.Tag.Length, default);
        }

        return this;
    }

    /// <summary>Takes a header line out, with its folds.</summary>
    public SipEdits Remove(in SipHeaderLine line) => Add(line.Start, line.End, default);

    /// <summary>Takes every line of a header out.</summary>
    public SipEdits RemoveAll(SipHeader header)
    {
        foreach (ref readonly var line in Message.Lines)
        {
            if (line.Header == header)
                Remove(in line);
        }

        return this;
    }

    /// <summary>
    /// Takes the first values of a comma-list header out: whole lines where all of one go, else up to the next value. Nothing when the header is
    /// absent.
    /// </summary>
    public SipEdits RemoveFirstValues(SipHeader header, int count = 1)
    {
        foreach (ref readonly var line in Message.Lines)
        {
            if (count == 0)
                break;
            if (line.Header != header)
                continue;
            var value = Message.ValueOf(in line);
            var rest = value;
            while (count > 0 && SipLexer.NextListValue(ref rest, out _))
                count--;
            rest = rest.TrimStart(" \t\r\n"u8);
            if (rest.IsEmpty)
                Remove(in line);
            else
                Add(line.ValueStart, line.ValueStart + value.Length - rest.Length, default);
        }

        return this;
    }

    /// <summary>Inserts text before an offset.</summary>
    public SipEdits Insert(int at, ReadOnlySpan<byte> text) => Add(at, at, text);

    /// <summary>Inserts a whole header before an offset where a line begins.</summary>
    public SipEdits InsertHeader(int at, SipHeader header, ReadOnlySpan<byte> value)
    {
        var from = _textLength;
        Append(SipHeaders.Utf8(header));
        Append(": "u8);
        Append(value);
        Append("\r\n"u8);
        return AddText(at, at, from);
    }

    /// <summary>Adds a whole header after all others.</summary>
    public SipEdits AddHeader(SipHeader header, ReadOnlySpan<byte> value) => InsertHeader(Message.HeadersEnd, header, value);

    /// <summary>Adds a whole header after all others, by its name.</summary>
    public SipEdits AddHeader(string name, string value)
    {
        var from = _textLength;
        Append(Encoding.UTF8.GetBytes($"{name}: {value}\r\n"));
        return AddText(Message.HeadersEnd, Message.HeadersEnd, from);
    }

    /// <summary>Sets a header that stands once: replaces its value, or adds it after all others.</summary>
    public SipEdits Set(SipHeader header, ReadOnlySpan<byte> value)
    {
        foreach (ref readonly var line in Message.Lines)
        {
            if (line.Header == header)
                return ReplaceValue(in line, value);
        }

        return AddHeader(header, value);
    }

    /// <summary>Sets a header that stands once to a number.</summary>
    public SipEdits Set(SipHeader header, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        return Set(header, digits[..length]);
    }

    /// <summary>Replaces the body; Content-Length follows. An empty one takes Content-Type with it.</summary>
    public SipEdits ReplaceBody(ReadOnlySpan<byte> body)
    {
        Add(Message.HeadersEnd + 2, Message.Bytes.Length, body);
        if (body.IsEmpty)
            RemoveAll(SipHeader.Content_Type);
        return Set(SipHeader.Content_Length, body.Length);
    }

    /// <summary>Replaces a part of the body that was read from it, all of it or one of a multipart body; Content-Length follows.</summary>
    public SipEdits ReplaceBodyPart(ReadOnlySpan<byte> part, ReadOnlySpan<byte> text)
    {
        if (!Message.Body.Overlaps(part))
            return this;
        ReplacePart(part, text);
        return Set(SipHeader.Content_Length, Message.Body.Length - part.Length + text.Length);
    }

    /// <summary>The edited message; good until the next <see cref="Write"/> of this object.</summary>
    public ReadOnlySpan<byte> Write()
    {
        Sort();
        var source = Message.Bytes;
        var needed = source.Length + _textLength;
        if (_written.Length < needed)
            _written = new byte[Math.Max(needed, _written.Length * 2)];
        var from = 0;
        var to = 0;
        foreach (ref readonly var edit in _edits.AsSpan(0, _count))
        {
            if (edit.Start > from)
            {
                source[from..edit.Start].CopyTo(_written.AsSpan(to));
                to += edit.Start - from;
            }

            _text.AsSpan(edit.Text, edit.TextLength).CopyTo(_written.AsSpan(to));
            to += edit.TextLength;
            from = Math.Max(from, edit.End);
        }

        source[from..].CopyTo(_written.AsSpan(to));
        return _written.AsSpan(0, to + source.Length - from);
    }

    SipEdits Add(int start, int end, ReadOnlySpan<byte> text)
    {
        var from = _textLength;
        Append(text);
        return AddText(start, end, from);
    }

    SipEdits AddText(int start, int end, int from)
    {
        if (_count == _edits.Length)
            Array.Resize(ref _edits, _edits.Length * 2);
        _edits[_count++] = new Edit(start, end, from, _textLength - from);
        return this;
    }

    void Append(ReadOnlySpan<byte> text)
    {
        if (_text.Length - _textLength < text.Length)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + text.Length));
        text.CopyTo(_text.AsSpan(_textLength));
        _textLength += text.Length;
    }

    /// <summary>By place, those of one place as they came; there are few, and nearly all come in order.</summary>
    void Sort()
    {
        for (var i = 1; i < _count; i++)
        {
            var edit = _edits[i];
            var at = i;
            for (; at > 0 && _edits[at - 1].Start > edit.Start; at--)
                _edits[at] = _edits[at - 1];
            _edits[at] = edit;
        }
    }

    readonly record struct Edit(int Start, int End, int Text, int TextLength);
}
