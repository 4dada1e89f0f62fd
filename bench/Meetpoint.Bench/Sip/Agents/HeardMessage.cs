using System.Buffers.Text;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>What an agent has to know of a message that it was sent, found without making a copy. Reads what servers write: long names, no folded lines.</summary>
readonly ref struct HeardMessage
{
    const int StatusOffset = 8; // of "SIP/2.0 200 "

    HeardMessage(ReadOnlySpan<byte> bytes, int headersEnd)
    {
        Bytes = bytes;
        Head = bytes[..(headersEnd + 2)];
        Body = bytes[(headersEnd + 4)..];
    }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Start line and headers, each with its end of line.</summary>
    public ReadOnlySpan<byte> Head { get; }

    public ReadOnlySpan<byte> Body { get; }

    public bool IsRequest => !Bytes.StartsWith("SIP/2.0 "u8);

    /// <summary>Of an answer; 0 when there is none.</summary>
    public int Status => Utf8Parser.TryParse(Bytes[StatusOffset..], out int status, out _) ? status : 0;

    /// <summary>Of a request.</summary>
    public ReadOnlySpan<byte> Method => Bytes[..Bytes.IndexOf((byte)' ')];

    /// <summary>Of a request or of what an answer is to.</summary>
    public ReadOnlySpan<byte> CSeqMethod
    {
        get
        {
            var value = Value("CSeq: "u8);
            return value[(value.LastIndexOf((byte)' ') + 1)..];
        }
    }

    public ReadOnlySpan<byte> CallId => Value("Call-ID: "u8);

    /// <summary>The URI of the Contact, without its brackets.</summary>
    public ReadOnlySpan<byte> ContactUri
    {
        get
        {
            var value = Value("Contact: "u8);
            var open = value.IndexOf((byte)'<');
            return open < 0 ? value : value[(open + 1)..value.IndexOf((byte)'>')];
        }
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out HeardMessage message)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        message = end < 0 || bytes.Length < 2 * StatusOffset ? default : new HeardMessage(bytes, end);
        return message.Bytes.Length > 0;
    }

    /// <summary>The first value of a header, which is named with its colon and space.</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> name)
    {
        var lines = new HeaderLines(Head, name);
        return lines.MoveNext() ? lines.Current[name.Length..^2] : [];
    }

    /// <summary>The lines of a header, which is named with its colon and space; each with its end of line.</summary>
    public HeaderLines Lines(ReadOnlySpan<byte> name) => new(Head, name);
}

/// <summary>Goes through the lines of one header.</summary>
ref struct HeaderLines(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
{
    readonly ReadOnlySpan<byte> _name = name;
    ReadOnlySpan<byte> _rest = head[(head.IndexOf("\r\n"u8) + 2)..];

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly HeaderLines GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var length = _rest.IndexOf("\r\n"u8) + 2;
            Current = _rest[..length];
            _rest = _rest[length..];
            if (Current.StartsWith(_name))
                return true;
        }

        return false;
    }
}
