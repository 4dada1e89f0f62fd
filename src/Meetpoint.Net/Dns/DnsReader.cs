using System.Buffers.Binary;

namespace Meetpoint.Net.Dns;

/// <summary>Reads the parts of a DNS message. The first error stays, and after it everything reads as nothing.</summary>
ref struct DnsReader(ReadOnlySpan<byte> message)
{
    /// <summary>RFC 1035, section 2.3.4, counting length bytes and the root.</summary>
    const int MaxNameBytes = 255;

    const byte PointerBits = 0xC0;

    readonly ReadOnlySpan<byte> _message = message;
    int _position;

    internal DnsParseError Error { get; private set; }

    internal readonly int Position => _position;

    internal void Fail(DnsParseError error)
    {
        if (Error == DnsParseError.None)
            Error = error;
    }

    internal byte ReadByte() => Take(1) is [var value] ? value : (byte)0;

    internal ushort ReadUInt16() => Take(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16BigEndian(two) : (ushort)0;

    internal uint ReadUInt32() => Take(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32BigEndian(four) : 0;

    internal ReadOnlySpan<byte> Take(int count)
    {
        if (Error != DnsParseError.None)
            return default;
        if (_message.Length - _position < count)
        {
            Fail(DnsParseError.Truncated);
            return default;
        }

        _position += count;
        return _message.Slice(_position - count, count);
    }

    /// <summary>A length byte and that many bytes (RFC 1035, section 3.3), as Latin-1 text.</summary>
    internal string ReadCharacterString() => System.Text.Encoding.Latin1.GetString(Take(ReadByte()));

    /// <summary>
    /// A name, compressed or not (RFC 1035, section 4.1.4). A pointer must point before the place where the name, or the last jump,
    /// began: so it cannot loop.
    /// </summary>
    internal string ReadName()
    {
        Span<byte> name = stackalloc byte[MaxNameBytes];
        var length = 0;
        var at = _position;
        var lowest = _position;
        var afterName = -1;
        while (Error == DnsParseError.None)
        {
            if (at >= _message.Length)
            {
                Fail(DnsParseError.Truncated);
                break;
            }

            int first = _message[at];
            if (first == 0)
            {
                _position = afterName >= 0 ? afterName : at + 1;
                return DnsName.ToText(name[..length]);
            }

            if ((first & PointerBits) == PointerBits)
            {
                if (at + 1 >= _message.Length)
                {
                    Fail(DnsParseError.Truncated);
                    break;
                }

                var target = ((first & ~PointerBits) << 8) | _message[at + 1];
                afterName = afterName >= 0 ? afterName : at + 2;
                if (target >= lowest)
                    Fail(DnsParseError.BadPointer);
                at = lowest = target;
                continue;
            }

            if ((first & PointerBits) != 0)
                Fail(DnsParseError.BadLabel);
            else if (at + 1 + first > _message.Length)
                Fail(DnsParseError.Truncated);
            else if (length + 1 + first > MaxNameBytes - 1)
                Fail(DnsParseError.NameTooLong);
            else
                _message.Slice(at, first + 1).CopyTo(name[length..]);
            length += first + 1;
            at += first + 1;
        }

        return "";
    }
}
