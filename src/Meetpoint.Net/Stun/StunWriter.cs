using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Meetpoint.Net.Stun;

/// <summary>Writes a STUN message (RFC 8489) into a buffer of the caller's, attribute by attribute; signature and fingerprint last, in this order.</summary>
/// <remarks>No allocation. The header's length is right after every step. What does not fit is the caller's mistake.</remarks>
public ref struct StunWriter
{
    readonly Span<byte> _buffer;

    /// <summary>Begins a message.</summary>
    /// <param name="buffer">Room for all of it.</param>
    /// <param name="type">Method and class.</param>
    /// <param name="transactionId">Twelve bytes; of an answer those of the request.</param>
    public StunWriter(Span<byte> buffer, StunType type, scoped ReadOnlySpan<byte> transactionId)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunFormat.Cookie);
        transactionId[..StunFormat.TransactionIdBytes].CopyTo(buffer[8..]);
        Length = StunFormat.HeaderBytes;
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>An attribute of any bytes, or of none.</summary>
    public void Bytes(StunAttribute type, scoped ReadOnlySpan<byte> value) => value.CopyTo(Add(type, value.Length));

    /// <summary>A number of 32 bits.</summary>
    public void UInt32(StunAttribute type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Add(type, 4), value);

    /// <summary>A number of 64 bits.</summary>
    public void UInt64(StunAttribute type, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Add(type, 8), value);

    /// <summary>XOR-MAPPED-ADDRESS (section 14.2).</summary>
    public void MappedAddress(scoped in NetAddress address)
    {
        Span<byte> sixteen = stackalloc byte[16];
        address.WriteBytes(sixteen);
        var host = address.IsIPv4 ? sixteen[12..] : sixteen;
        var value = Add(StunAttribute.XorMappedAddress, 4 + host.Length);
        value[0] = 0;
        value[1] = (byte)(address.IsIPv4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], StunFormat.Mask(address.Port));
        host.CopyTo(value[4..]);
        StunFormat.Mask(_buffer, value[4..]);
    }

    /// <summary>ERROR-CODE without words (section 14.8): an answer to who may be a stranger is short.</summary>
    public void Error(int code)
    {
        var value = Add(StunAttribute.ErrorCode, 4);
        BinaryPrimitives.WriteUInt32BigEndian(value, (uint)(code / 100 << 8 | code % 100));
    }

    /// <summary>UNKNOWN-ATTRIBUTES (section 14.13).</summary>
    public void Unknown(scoped ReadOnlySpan<StunAttribute> types)
    {
        var value = Add(StunAttribute.UnknownAttributes, types.Length * 2);
        for (var i = 0; i < types.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(value[(2 * i)..], (ushort)types[i]);
    }

    /// <summary>MESSAGE-INTEGRITY with this key (section 14.5): of short-term credentials the password.</summary>
    public void Sign(scoped ReadOnlySpan<byte> key)
    {
        var before = Length;
        var value = Add(StunAttribute.MessageIntegrity, StunFormat.IntegrityBytes); // the hash covers the length with itself in it
        HMACSHA1.HashData(key, _buffer[..before], value);
    }

    /// <summary>FINGERPRINT (section 14.7): the last.</summary>
    public void Fingerprint()
    {
        var before = Length;
        var value = Add(StunAttribute.Fingerprint, 4);
        BinaryPrimitives.WriteUInt32BigEndian(value, StunFormat.Fingerprint(_buffer[..before]));
    }

    Span<byte> Add(StunAttribute type, int length)
    {
        var attribute = _buffer.Slice(Length, StunFormat.AttributeHeaderBytes + StunFormat.Padded(length));
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        attribute[(StunFormat.AttributeHeaderBytes + length)..].Clear();
        Length += attribute.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length - StunFormat.HeaderBytes));
        return attribute.Slice(StunFormat.AttributeHeaderBytes, length);
    }
}
