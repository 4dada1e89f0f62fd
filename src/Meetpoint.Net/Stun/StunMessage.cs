using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Meetpoint.Net.Stun;

/// <summary>A STUN message (RFC 8489) read in place: every attribute is known to lie within it, and a fingerprint, where there is one, to be right.</summary>
/// <remarks>What stands behind MESSAGE-INTEGRITY, but the fingerprint, is not read (section 14.5): nobody signed it. No allocation, no exception.</remarks>
public readonly ref struct StunMessage
{
    /// <summary>Bytes of the longest message that is read. Over UDP none is longer than a packet, though RFC 8489 section 6.1 asks for 548.</summary>
    public const int MaxBytes = 1500;

    readonly ReadOnlySpan<byte> _bytes;
    readonly int _end; // of what may be believed, were the integrity right
    readonly int _integrityAt; // 0: none

    StunMessage(ReadOnlySpan<byte> bytes, int end, int integrityAt, bool hasFingerprint)
    {
        _bytes = bytes;
        _end = end;
        _integrityAt = integrityAt;
        HasFingerprint = hasFingerprint;
    }

    /// <summary>Method and class.</summary>
    public StunType Type => (StunType)StunFormat.Word(_bytes, 0);

    /// <summary>Twelve bytes that the answer repeats.</summary>
    public ReadOnlySpan<byte> TransactionId => _bytes.Slice(8, StunFormat.TransactionIdBytes);

    /// <summary>True when it has MESSAGE-INTEGRITY, right or wrong.</summary>
    public bool HasIntegrity => _integrityAt > 0;

    /// <summary>True when it has a fingerprint, which then is right.</summary>
    public bool HasFingerprint { get; }

    /// <summary>True for what can be no RTP, DTLS or text: the first two bits are nought, and the cookie stands in its place.</summary>
    public static bool IsStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= StunFormat.HeaderBytes && (datagram[0] & 0xC0) == 0 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == StunFormat.Cookie;

    /// <summary>Reads a datagram; false when it is none, broken, longer than <see cref="MaxBytes"/>, or its fingerprint is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (!IsStun(datagram) || datagram.Length > MaxBytes || datagram.Length % 4 != 0 || StunFormat.Word(datagram, 2) != datagram.Length - StunFormat.HeaderBytes)
            return false;
        var (integrityAt, end) = (0, datagram.Length);
        for (var at = StunFormat.HeaderBytes; at < datagram.Length;)
        {
            if (!TryReadAttribute(datagram, at, out var type, out var length))
                return false;
            var next = at + StunFormat.AttributeHeaderBytes + StunFormat.Padded(length);
            if (type == StunAttribute.Fingerprint)
            {
                // The last, or it is none.
                if (length != 4 || next != datagram.Length || BinaryPrimitives.ReadUInt32BigEndian(datagram[(at + 4)..]) != StunFormat.Fingerprint(datagram[..at]))
                    return false;
                message = new StunMessage(datagram, Math.Min(at, end), integrityAt, hasFingerprint: true);
                return true;
            }

            if (type == StunAttribute.MessageIntegrity && integrityAt == 0)
            {
                if (length != StunFormat.IntegrityBytes)
                    return false;
                (integrityAt, end) = (at, at);
            }

            at = next;
        }

        message = new StunMessage(datagram, end, integrityAt, hasFingerprint: false);
        return true;
    }

    /// <summary>The first attribute of this type; false when there is none.</summary>
    public bool TryGet(StunAttribute type, out ReadOnlySpan<byte> value)
    {
        for (var at = StunFormat.HeaderBytes; at < _end;)
        {
            _ = TryReadAttribute(_bytes, at, out var found, out var length);
            value = _bytes.Slice(at + StunFormat.AttributeHeaderBytes, length);
            if (found == type)
                return true;
            at += StunFormat.AttributeHeaderBytes + StunFormat.Padded(length);
        }

        value = default;
        return false;
    }

    /// <summary>A number of 32 bits; false when there is none, or it is of another size.</summary>
    public bool TryGetUInt32(StunAttribute type, out uint value)
    {
        var found = TryGet(type, out var bytes) && bytes.Length == 4;
        value = found ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
        return found;
    }

    /// <summary>The address that an answer tells (section 14.2); false when there is none.</summary>
    public bool TryGetMappedAddress(out NetAddress address)
    {
        address = default;
        if (!TryGet(StunAttribute.XorMappedAddress, out var value) || value.Length < 4 || (value[1], value.Length) is not ((1, 8) or (2, 20)))
            return false;
        Span<byte> host = stackalloc byte[16];
        host = host[..(value.Length - 4)];
        value[4..].CopyTo(host);
        StunFormat.Mask(_bytes, host);
        var port = StunFormat.Mask(StunFormat.Word(value, 2));
        address = host.Length == 4 ? NetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(host), port) : NetAddress.FromIPv6(host, port);
        return true;
    }

    /// <summary>Number of an error, 300 to 699 (section 14.8); false when there is none.</summary>
    public bool TryGetError(out int code)
    {
        code = 0;
        if (!TryGet(StunAttribute.ErrorCode, out var value) || value.Length < 4)
            return false;
        code = ((value[2] & 7) * 100) + value[3];
        return code is >= 300 and < 700;
    }

    /// <summary>Collects the attributes that must be understood and are not; as many as there is room for.</summary>
    /// <returns>How many were put into <paramref name="unknown"/>.</returns>
    public int FindUnknown(ReadOnlySpan<StunAttribute> understood, Span<StunAttribute> unknown)
    {
        var count = 0;
        for (var at = StunFormat.HeaderBytes; at < _end && count < unknown.Length;)
        {
            _ = TryReadAttribute(_bytes, at, out var type, out var length);
            if ((ushort)type < 0x8000 && !understood.Contains(type))
                unknown[count++] = type;
            at += StunFormat.AttributeHeaderBytes + StunFormat.Padded(length);
        }

        return count;
    }

    /// <summary>True when it was signed with this key: of short-term credentials the password (section 14.5).</summary>
    public bool IsSignedBy(ReadOnlySpan<byte> key)
    {
        if (_integrityAt == 0)
            return false;
        // The length in the header is the one that the message had when it was signed: to the end of the signature.
        Span<byte> signed = stackalloc byte[MaxBytes];
        signed = signed[.._integrityAt];
        _bytes[.._integrityAt].CopyTo(signed);
        BinaryPrimitives.WriteUInt16BigEndian(
            signed[2..], (ushort)(_integrityAt + StunFormat.AttributeHeaderBytes + StunFormat.IntegrityBytes - StunFormat.HeaderBytes));
        Span<byte> hash = stackalloc byte[StunFormat.IntegrityBytes];
        HMACSHA1.HashData(key, signed, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _bytes.Slice(_integrityAt + StunFormat.AttributeHeaderBytes, StunFormat.IntegrityBytes));
    }

    static bool TryReadAttribute(ReadOnlySpan<byte> bytes, int at, out StunAttribute type, out int length)
    {
        (type, length) = (StunAttribute.None, 0);
        if (bytes.Length - at < StunFormat.AttributeHeaderBytes)
            return false;
        type = (StunAttribute)StunFormat.Word(bytes, at);
        length = StunFormat.Word(bytes, at + 2);
        return bytes.Length - at - StunFormat.AttributeHeaderBytes >= StunFormat.Padded(length);
    }
}
