using System.Buffers.Binary;

namespace Meetpoint.Sip.Bfcp;

/// <summary>The header of every message of floor control (RFC 8855 section 5.1): 12 octets, and 4 more in a fragment.</summary>
public readonly record struct BfcpHeader
{
    /// <summary>Octets without those of a fragment.</summary>
    public const int Length = 12;

    /// <summary>Octets in which a fragment says where it belongs.</summary>
    public const int FragmentLength = 4;

    /// <summary>The version over reliable transport.</summary>
    public const byte Reliable = 1;

    /// <summary>The version over unreliable transport.</summary>
    public const byte Unreliable = 2;

    const int VersionShift = 5;
    const byte ResponseBit = 0x10;
    const byte FragmentBit = 0x08;

    /// <summary>0 to 7; 1 over reliable transport, 2 over unreliable.</summary>
    public required byte Version { get; init; }

    /// <summary>It answers what came; over unreliable transport alone.</summary>
    public bool IsResponse { get; init; }

    /// <summary>It is a part of a message.</summary>
    public bool IsFragment { get; init; }

    /// <summary>What it is; may be one that nobody knows.</summary>
    public required BfcpPrimitive Primitive { get; init; }

    /// <summary>Octets after the header in all, of every fragment together; a multiple of four.</summary>
    public int PayloadBytes { get; init; }

    /// <summary>Which conference.</summary>
    public uint Conference { get; init; }

    /// <summary>Which transaction; 0 of what a server says by itself over reliable transport.</summary>
    public ushort Transaction { get; init; }

    /// <summary>Which user.</summary>
    public ushort User { get; init; }

    /// <summary>Octets of the payload before this fragment.</summary>
    public int Offset { get; init; }

    /// <summary>Octets of the payload in this fragment.</summary>
    public int FragmentBytes { get; init; }

    /// <summary>Octets of this header on the wire.</summary>
    public int WireLength => IsFragment ? Length + FragmentLength : Length;

    /// <summary>Reads a header; false where there are too few octets.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BfcpHeader header)
    {
        header = default;
        if (bytes.Length < Length)
            return false;
        var isFragment = (bytes[0] & FragmentBit) != 0;
        if (isFragment && bytes.Length < Length + FragmentLength)
            return false;
        header = new BfcpHeader
        {
            Version = (byte)(bytes[0] >> VersionShift),
            IsResponse = (bytes[0] & ResponseBit) != 0,
            IsFragment = isFragment,
            Primitive = (BfcpPrimitive)bytes[1],
            PayloadBytes = 4 * BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Conference = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Transaction = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]),
            User = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]),
            Offset = isFragment ? 4 * BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) : 0,
            FragmentBytes = isFragment ? 4 * BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]) : 0,
        };
        return true;
    }

    /// <summary>Writes it to the first <see cref="WireLength"/> octets.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)((Version << VersionShift) | (IsResponse ? ResponseBit : 0) | (IsFragment ? FragmentBit : 0));
        bytes[1] = (byte)Primitive;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)(PayloadBytes / 4));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], Conference);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[8..], Transaction);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], User);
        if (!IsFragment)
            return;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], (ushort)(Offset / 4));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[14..], (ushort)(FragmentBytes / 4));
    }
}
