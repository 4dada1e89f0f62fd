using System.Buffers.Binary;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Streams;

/// <summary>
/// Cuts a stream (RFC 6613 section 2.1; within TLS RFC 6614) into packets by the length in their headers. What came whole is read where it stands; only what is cut is kept, at
/// most one packet. A length that none has ends the stream: nothing tells where the next packet would begin. Allocates once. Not thread safe.
/// </summary>
public sealed class RadiusStreamReader
{
    const int LengthEnd = 4;

    readonly byte[] _kept = new byte[RadiusPacket.MaxLength];
    int _count;
    int _done; // what the last packet had of it

    /// <summary>Why nothing more is read; none while it is.</summary>
    public PacketError Error { get; private set; }

    /// <summary>Octets of a packet that has begun and is not whole.</summary>
    public int Pending => _count - _done;

    /// <summary>The next whole packet: its octets, good until the next call. False when more must come, or the stream is over.</summary>
    /// <param name="received">What has come; shrinks by what is taken, and is empty before more must come.</param>
    /// <param name="packet">From code to the last attribute; to be read by <see cref="RadiusPacket.TryParse"/>.</param>
    public bool TryRead(ref ReadOnlySpan<byte> received, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        if (_done > 0)
            _count = _done = 0;
        if (Error != PacketError.None)
            return false;
        if (_count == 0 && TryLength(received, out var length) && received.Length >= length)
        {
            packet = received[..length];
            received = received[length..];
            return true;
        }

        if (Error != PacketError.None || !Keep(ref received, LengthEnd) || !TryLength(_kept.AsSpan(0, _count), out length) || !Keep(ref received, length))
            return false;
        packet = _kept.AsSpan(0, length);
        _done = length;
        return true;
    }

    /// <summary>
    /// Whether an error ends the stream (RFC 6613 section 2.6.4): one that says that both ends do not agree on octets or secret does; a code that is not known, and what is only more
    /// than we read, does not.
    /// </summary>
    public static bool Ends(PacketError error) =>
        error is not (PacketError.None or PacketError.UnknownCode or PacketError.UnexpectedCode or PacketError.TooManyAttributes);

    bool TryLength(ReadOnlySpan<byte> bytes, out int length)
    {
        length = bytes.Length < LengthEnd ? 0 : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (bytes.Length < LengthEnd)
            return false;
        Error = length < RadiusPacket.HeaderLength ? PacketError.TooShort : length > RadiusPacket.MaxLength ? PacketError.TooLong : PacketError.None;
        return Error == PacketError.None;
    }

    /// <summary>Takes what is missing to so many octets; false when not as many have come.</summary>
    bool Keep(ref ReadOnlySpan<byte> received, int wanted)
    {
        var length = Math.Clamp(wanted - _count, 0, received.Length);
        received[..length].CopyTo(_kept.AsSpan(_count));
        received = received[length..];
        _count += length;
        return _count >= wanted;
    }
}
