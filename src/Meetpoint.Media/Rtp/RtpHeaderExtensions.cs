using System.Buffers.Binary;

namespace Meetpoint.Media.Rtp;

/// <summary>Writes a header extension of one-byte elements (RFC 8285 4.2): what stands between the CSRC list and the payload, when the header's X bit is set.</summary>
/// <param name="destination">At least <see cref="HeaderLength"/> bytes and those of the elements, rounded up to four.</param>
public ref struct RtpHeaderExtensions(Span<byte> destination)
{
    /// <summary>The name of the media's identification in SDP extmap (RFC 9143 15.2).</summary>
    public const string MidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /// <summary>The name of the simulcast layer's id in SDP extmap (RFC 8852 4.1).</summary>
    public const string RidUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /// <summary>The name of the id of the layer that a retransmission repairs, in SDP extmap (RFC 8852 4.2).</summary>
    public const string RepairedRidUri = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /// <summary>The name of the transport sequence number in SDP extmap (draft-holmer-rmcat-transport-wide-cc-extensions-01 2).</summary>
    public const string TransportSequenceUri = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /// <summary>Bytes ahead of the elements: profile and length in words.</summary>
    public const int HeaderLength = 4;

    /// <summary>The longest value of a one-byte element.</summary>
    public const int MaxValueLength = 16;

    /// <summary>The highest id of a one-byte element; 15 is reserved.</summary>
    public const int MaxId = 14;

    readonly Span<byte> _destination = destination;
    int _length;

    /// <summary>Adds an element; false when id or length is none that the one-byte form has, or the room is used up. Id 0 is not negotiated: nothing is written.</summary>
    public bool TryAdd(int id, scoped ReadOnlySpan<byte> value)
    {
        if (id is < 1 or > MaxId || value.Length is < 1 or > MaxValueLength || (HeaderLength + _length + 1 + value.Length + 3) / 4 * 4 > _destination.Length)
            return false;
        var element = _destination[(HeaderLength + _length)..];
        element[0] = (byte)((id << 4) | (value.Length - 1));
        value.CopyTo(element[1..]);
        _length += 1 + value.Length;
        return true;
    }

    /// <summary>Adds the two octets of the transport sequence number.</summary>
    public bool TryAddTransportSequence(int id, ushort sequence)
    {
        Span<byte> value = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(value, sequence);
        return TryAdd(id, value);
    }

    /// <summary>Writes what stands ahead of the elements and the zeros behind them; bytes in all, 0 when there is no element.</summary>
    public readonly int Finish()
    {
        if (_length == 0)
            return 0;
        var words = (_length + 3) / 4;
        BinaryPrimitives.WriteUInt16BigEndian(_destination, RtpPacket.OneByteProfile);
        BinaryPrimitives.WriteUInt16BigEndian(_destination[2..], (ushort)words);
        _destination[(HeaderLength + _length)..(HeaderLength + (words * 4))].Clear();
        return HeaderLength + (words * 4);
    }
}
