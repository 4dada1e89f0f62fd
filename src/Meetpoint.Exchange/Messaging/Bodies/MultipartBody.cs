using System.Text;

namespace Meetpoint.Exchange.Messaging.Bodies;

/// <summary>One part of a multipart body.</summary>
/// <param name="body">What it holds.</param>
/// <param name="type">Its type.</param>
/// <param name="isEncoded">True where its bytes stand for others (base64, quoted-printable), which SIP has no need of.</param>
readonly ref struct BodyPart(ReadOnlySpan<byte> body, ContentType type, bool isEncoded)
{
    /// <summary>What it holds.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>Its type; plain text without a header (RFC 2046 section 5.1).</summary>
    public ContentType Type { get; } = type;

    /// <summary>True where its bytes stand for others.</summary>
    public bool IsEncoded { get; } = isEncoded;
}

/// <summary>The parts of a multipart body (RFC 2046 section 5.1), in order; at most <see cref="MaxParts"/>, and nothing of one that does not end.</summary>
ref struct MultipartBody
{
    /// <summary>Parts that are looked at.</summary>
    const int MaxParts = 16;

    readonly ReadOnlySpan<byte> _delimiter;
    ReadOnlySpan<byte> _rest;
    ReadOnlySpan<byte> _part;
    int _parts;

    /// <summary>Reads from the first delimiter on.</summary>
    public MultipartBody(ReadOnlySpan<byte> body, string boundary)
    {
        _delimiter = Encoding.UTF8.GetBytes("\r\n--" + boundary);
        // The first delimiter may stand at the very beginning, without a line before it.
        _rest = body.StartsWith(_delimiter[2..]) ? body[(_delimiter.Length - 2)..] : After(body);
    }

    /// <summary>The part that stands.</summary>
    public readonly BodyPart Current
    {
        get
        {
            var (type, isEncoded) = ("", false);
            var head = _part.StartsWith("\r\n"u8) ? 0 : _part.IndexOf("\r\n\r\n"u8);
            if (head < 0)
                return new BodyPart(default, default, isEncoded: true);
            foreach (var line in Encoding.UTF8.GetString(_part[..head]).Split("\r\n"))
            {
                if (Value(line, "Content-Type:") is { } content)
                    type = content;
                else if (Value(line, "Content-Transfer-Encoding:") is { } encoding)
                    isEncoded = !(encoding.Equals("7bit", StringComparison.OrdinalIgnoreCase) || encoding.Equals("8bit", StringComparison.OrdinalIgnoreCase)
                        || encoding.Equals("binary", StringComparison.OrdinalIgnoreCase));
            }

            return new BodyPart(_part[(head + (head == 0 ? 2 : 4))..], ContentType.Parse(type), isEncoded);
        }
    }

    /// <summary>For foreach.</summary>
    public readonly MultipartBody GetEnumerator() => this;

    /// <summary>To the next part; false at the end.</summary>
    public bool MoveNext()
    {
        var line = _rest.IndexOf("\r\n"u8);
        if (_rest.StartsWith("--"u8) || line < 0 || _parts++ == MaxParts)
            return false;
        var body = _rest[(line + 2)..];
        // A part without headers may be empty too: then the line before the delimiter is its own.
        var end = _rest[line..].IndexOf(_delimiter);
        if (end < 0)
            return false;
        _part = end < 2 ? default : body[..(end - 2)];
        _rest = _rest[(line + end + _delimiter.Length)..];
        return true;
    }

    readonly ReadOnlySpan<byte> After(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf(_delimiter);
        return at < 0 ? default : body[(at + _delimiter.Length)..];
    }

    static string? Value(string line, string name) => line.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? line[name.Length..].Trim() : null;
}
