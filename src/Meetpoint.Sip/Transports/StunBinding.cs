using System.Buffers.Binary;
using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// Answers the STUN binding requests (RFC 5389) by which clients keep their flow over UDP alive and see that it still is the same one (RFC 5626
/// section 8). Nothing else of STUN is here.
/// </summary>
/// <remarks>An answer is at most 60 bytes, and whoever is answered has sent at least 20. No allocation.</remarks>
static class StunBinding
{
    /// <summary>Bytes of the largest answer: header, an IPv6 address, and a fingerprint; or four unknown attributes.</summary>
    public const int MaxAnswerBytes = 64;

    const int HeaderBytes = 20;
    const int MaxRequestBytes = 548; // RFC 5389 section 7.1
    const int MaxUnknown = 4;
    const uint Cookie = 0x2112_A442;
    const uint FingerprintMask = 0x5354_554E;
    const ushort BindingRequest = 0x0001;
    const ushort BindingSuccess = 0x0101;
    const ushort BindingError = 0x0111;
    const ushort ErrorCode = 0x0009;
    const ushort UnknownAttributes = 0x000A;
    const ushort XorMappedAddress = 0x0020;
    const ushort Fingerprint = 0x8028;

    /// <summary>True for what is STUN and no SIP: the first two bits are nought, which no text begins with, and the cookie stands in its place.</summary>
    public static bool IsStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderBytes && (datagram[0] & 0xC0) == 0 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == Cookie;

    /// <summary>Writes the answer to a request and gives its length; 0 for what is answered by silence.</summary>
    /// <param name="request">A datagram that is STUN.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="answer">At least <see cref="MaxAnswerBytes"/>.</param>
    public static int Answer(ReadOnlySpan<byte> request, in NetAddress from, Span<byte> answer)
    {
        if (request.Length > MaxRequestBytes || BinaryPrimitives.ReadUInt16BigEndian(request) != BindingRequest
            || BinaryPrimitives.ReadUInt16BigEndian(request[2..]) != request.Length - HeaderBytes || request.Length % 4 != 0)
            return 0;
        Span<ushort> unknown = stackalloc ushort[MaxUnknown];
        if (!TryReadAttributes(request, unknown, out var unknownCount, out var hasFingerprint))
            return 0;
        request[4..HeaderBytes].CopyTo(answer[4..]);
        var length = unknownCount > 0 ? WriteUnknown(answer, unknown[..unknownCount]) : WriteMapped(answer, from);
        return hasFingerprint ? WriteFingerprint(answer, length) : length;
    }

    /// <summary>False when they are broken, or the fingerprint is wrong: then it is none of ours.</summary>
    static bool TryReadAttributes(ReadOnlySpan<byte> request, Span<ushort> unknown, out int unknownCount, out bool hasFingerprint)
    {
        unknownCount = 0;
        hasFingerprint = false;
        for (var at = HeaderBytes; at < request.Length;)
        {
            if (hasFingerprint || request.Length - at < 4)
                return false; // the fingerprint is the last
            var type = BinaryPrimitives.ReadUInt16BigEndian(request[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(request[(at + 2)..]);
            var padded = (length + 3) & ~3;
            if (request.Length - at - 4 < padded)
                return false;
            if (type == Fingerprint)
            {
                hasFingerprint = true;
                if (length != 4 || BinaryPrimitives.ReadUInt32BigEndian(request[(at + 4)..]) != (Crc32(request[..at]) ^ FingerprintMask))
                    return false;
            }
            else if (type < 0x8000 && unknownCount < MaxUnknown)
                unknown[unknownCount++] = type; // must be understood, and none is in a keep-alive
            at += 4 + padded;
        }

        return true;
    }

    static int WriteMapped(Span<byte> answer, in NetAddress from)
    {
        Span<byte> address = stackalloc byte[16];
        from.WriteBytes(address);
        var size = from.IsIPv4 ? 4 : 16;
        Begin(answer, BindingSuccess, 4 + 4 + size);
        var attribute = answer[HeaderBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, XorMappedAddress);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)(4 + size));
        attribute[4] = 0;
        attribute[5] = (byte)(from.IsIPv4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[6..], (ushort)(from.Port ^ (int)(Cookie >> 16)));
        // The mask is cookie and transaction id, as they stand in the header.
        for (var i = 0; i < size; i++)
            attribute[8 + i] = (byte)(address[16 - size + i] ^ answer[4 + i]);
        return HeaderBytes + 4 + 4 + size;
    }

    /// <summary>420 (RFC 5389 section 7.3.1).</summary>
    static int WriteUnknown(Span<byte> answer, ReadOnlySpan<ushort> unknown)
    {
        var listed = (unknown.Length * 2 + 3) & ~3;
        Begin(answer, BindingError, 8 + 4 + listed);
        var attribute = answer[HeaderBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, ErrorCode);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], 4);
        BinaryPrimitives.WriteUInt32BigEndian(attribute[4..], 4 << 8 | 20);
        attribute = attribute[8..];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, UnknownAttributes);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)(unknown.Length * 2));
        attribute[4..(4 + listed)].Clear();
        for (var i = 0; i < unknown.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(attribute[(4 + 2 * i)..], unknown[i]);
        return HeaderBytes + 8 + 4 + listed;
    }

    static int WriteFingerprint(Span<byte> answer, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(answer[2..], (ushort)(length + 8 - HeaderBytes)); // it covers the length with itself in it
        BinaryPrimitives.WriteUInt16BigEndian(answer[length..], Fingerprint);
        BinaryPrimitives.WriteUInt16BigEndian(answer[(length + 2)..], 4);
        BinaryPrimitives.WriteUInt32BigEndian(answer[(length + 4)..], Crc32(answer[..length]) ^ FingerprintMask);
        return length + 8;
    }

    static void Begin(Span<byte> answer, ushort type, int attributesBytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(answer, type);
        BinaryPrimitives.WriteUInt16BigEndian(answer[2..], (ushort)attributesBytes);
    }

    /// <summary>CRC-32 of ITU V.42, by bits: the few bytes of a keep-alive want no table.</summary>
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
