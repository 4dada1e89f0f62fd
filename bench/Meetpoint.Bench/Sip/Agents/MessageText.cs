using System.Buffers.Text;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>Puts a message together in a buffer that is used again and again.</summary>
sealed class MessageText
{
    readonly byte[] _buffer = new byte[8_192];
    int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public MessageText Begin(ReadOnlySpan<byte> text)
    {
        _length = 0;
        return Add(text);
    }

    public MessageText Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
        return this;
    }

    public MessageText Add(long number)
    {
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written);
        _length += written;
        return this;
    }

    /// <summary>Copies the lines of a header.</summary>
    public MessageText AddLines(HeaderLines lines)
    {
        foreach (var line in lines)
            Add(line);
        return this;
    }

    /// <summary>Ends the headers, with a description or without.</summary>
    public MessageText End(ReadOnlySpan<byte> sdp) => sdp.IsEmpty
        ? Add("Content-Length: 0\r\n\r\n"u8)
        : Add("Content-Type: application/sdp\r\nContent-Length: "u8).Add(sdp.Length).Add("\r\n\r\n"u8).Add(sdp);
}
