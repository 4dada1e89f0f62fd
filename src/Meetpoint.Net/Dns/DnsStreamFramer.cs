using System.Buffers.Binary;

namespace Meetpoint.Net.Dns;

/// <summary>Cuts a stream into messages, each with its length in two bytes before it (RFC 1035 section 4.2.2).</summary>
sealed class DnsStreamFramer
{
    const int PrefixBytes = 2;

    byte[] _bytes = new byte[DnsMessage.PlainUdpBytes];
    int _count;
    int _taken;

    /// <summary>Takes received bytes. A message is at most 64 KiB by its own length, and one at most is kept unread.</summary>
    internal void Add(ReadOnlySpan<byte> received)
    {
        _bytes.AsSpan(_taken, _count - _taken).CopyTo(_bytes);
        (_count, _taken) = (_count - _taken, 0);
        if (_bytes.Length < _count + received.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + received.Length));
        received.CopyTo(_bytes.AsSpan(_count));
        _count += received.Length;
    }

    /// <summary>The next whole message, good until the next <see cref="Add"/>.</summary>
    internal bool TryNext(out ReadOnlySpan<byte> message)
    {
        message = default;
        var held = _bytes.AsSpan(_taken, _count - _taken);
        if (held.Length < PrefixBytes || BinaryPrimitives.ReadUInt16BigEndian(held) is var length && held.Length < PrefixBytes + length)
            return false;
        message = held.Slice(PrefixBytes, length);
        _taken += PrefixBytes + length;
        return true;
    }

    /// <summary>Sends one message; false when the stream takes no more.</summary>
    internal static bool Send(IStream stream, DnsMessage message, Span<byte> buffer)
    {
        var length = message.Write(buffer[PrefixBytes..]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        return stream.Send(buffer[..(PrefixBytes + length)]);
    }
}
