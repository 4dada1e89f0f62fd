using System.Buffers.Binary;
using System.Numerics;

namespace Meetpoint.Media.DataChannels;

/// <summary>Types of chunks (RFC 9260 section 3.2).</summary>
enum SctpChunkType : byte
{
    Data = 0,
    Init = 1,
    InitAck = 2,
    Sack = 3,
    Heartbeat = 4,
    HeartbeatAck = 5,
    Abort = 6,
    Shutdown = 7,
    ShutdownAck = 8,
    Error = 9,
    CookieEcho = 10,
    CookieAck = 11,
    ShutdownComplete = 14,
}

/// <summary>The common header of packets (RFC 9260 section 3.1), their checksum, and how chunks follow each other.</summary>
static class SctpPacket
{
    public const int HeaderLength = 12;
    public const int ChunkHeaderLength = 4;

    const int ChecksumAt = 8;

    /// <summary>True for a packet whose checksum is right.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> packet) =>
        packet.Length >= HeaderLength + ChunkHeaderLength && BinaryPrimitives.ReadUInt32LittleEndian(packet[ChecksumAt..]) == Checksum(packet);

    public static (ushort Source, ushort Destination, uint Tag) Header(ReadOnlySpan<byte> packet) => (
        BinaryPrimitives.ReadUInt16BigEndian(packet), BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), BinaryPrimitives.ReadUInt32BigEndian(packet[4..]));

    /// <summary>Takes the next chunk off; false at the end, and where its length is none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> chunks, out SctpChunkType type, out byte flags, out ReadOnlySpan<byte> value)
    {
        (type, flags) = (default, 0);
        value = default;
        if (chunks.Length < ChunkHeaderLength)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(chunks[2..]);
        if (length < ChunkHeaderLength || length > chunks.Length)
            return false;
        (type, flags) = ((SctpChunkType)chunks[0], chunks[1]);
        value = chunks[ChunkHeaderLength..length];
        chunks = chunks[Math.Min(chunks.Length, Padded(length))..];
        return true;
    }

    public static void WriteHeader(Span<byte> packet, ushort source, ushort destination, uint tag)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, source);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], destination);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], tag);
    }

    /// <summary>Writes a chunk's header and padding around a value that stands there already; bytes in all.</summary>
    public static int WriteChunk(Span<byte> at, SctpChunkType type, byte flags, int valueLength)
    {
        (at[0], at[1]) = ((byte)type, flags);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)(ChunkHeaderLength + valueLength));
        var padded = Padded(ChunkHeaderLength + valueLength);
        at[(ChunkHeaderLength + valueLength)..padded].Clear();
        return padded;
    }

    public static void WriteChecksum(Span<byte> packet) => BinaryPrimitives.WriteUInt32LittleEndian(packet[ChecksumAt..], Checksum(packet));

    public static int Padded(int length) => (length + 3) & ~3;

    /// <summary>CRC32c, of the packet with zeros where the checksum stands (RFC 9260 appendix A).</summary>
    static uint Checksum(ReadOnlySpan<byte> packet)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < packet.Length; i++)
            crc = BitOperations.Crc32C(crc, i is >= ChecksumAt and < HeaderLength ? (byte)0 : packet[i]);
        return ~crc;
    }
}
