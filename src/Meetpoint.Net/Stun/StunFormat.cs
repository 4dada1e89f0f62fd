using System.Buffers.Binary;

namespace Meetpoint.Net.Stun;

/// <summary>What reader and writer of STUN share: sizes, the cookie, the checksum, the mask of an address.</summary>
static class StunFormat
{
    public const int HeaderBytes = 20;
    public const int AttributeHeaderBytes = 4;
    public const int TransactionIdBytes = 12;
    public const int IntegrityBytes = 20;
    public const uint Cookie = 0x2112_A442;

    /// <summary>"STUN": keeps the checksum from being that of another protocol (RFC 8489 section 14.7).</summary>
    public const uint FingerprintMask = 0x5354_554E;

    public static int Padded(int length) => (length + 3) & ~3;

    public static uint Fingerprint(ReadOnlySpan<byte> before) => Crc32(before) ^ FingerprintMask;

    /// <summary>Masks, or unmasks, an address of 4 or 16 bytes with cookie and transaction id as they stand in the header.</summary>
    public static void Mask(ReadOnlySpan<byte> header, Span<byte> address)
    {
        for (var i = 0; i < address.Length; i++)
            address[i] ^= header[4 + i];
    }

    public static ushort Mask(int port) => (ushort)(port ^ (int)(Cookie >> 16));

    public static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    /// <summary>CRC-32 of ITU V.42, by bits: the few bytes of a check every some seconds want no table.</summary>
    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1;
        }

        return ~crc;
    }
}
