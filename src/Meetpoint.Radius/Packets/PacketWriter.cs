using System.Buffers.Binary;
using Meetpoint.Radius.Authenticators;

namespace Meetpoint.Radius.Packets;

/// <summary>
/// Writes a packet into a buffer of the caller's. Nothing throws for want of room: what does not fit returns false, writes nothing, and the packet
/// is then none (<see cref="PacketSecurity.SignRequest"/> gives 0), so that only the last step need be asked.
/// </summary>
public ref struct PacketWriter
{
    readonly Span<byte> _buffer;
    int _length;

    internal PacketWriter(Span<byte> buffer, RadiusCode code)
    {
        _buffer = buffer.Length > RadiusPacket.MaxLength ? buffer[..RadiusPacket.MaxLength] : buffer;
        HasOverflowed = _buffer.Length < RadiusPacket.HeaderLength;
        if (HasOverflowed)
            return;
        _length = RadiusPacket.HeaderLength;
        _buffer[..RadiusPacket.HeaderLength].Clear();
        _buffer[0] = (byte)code;
    }

    /// <summary>What is written.</summary>
    public readonly RadiusCode Code => HasOverflowed ? RadiusCode.None : (RadiusCode)_buffer[0];

    /// <summary>True once something did not fit.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Octets so far.</summary>
    public readonly int Length => _length;

    /// <summary>Where the value of the Message-Authenticator begins; 0 when there is none.</summary>
    internal int MessageAuthenticatorOffset { readonly get; private set; }

    /// <summary>Adds an attribute.</summary>
    /// <param name="type">1 to 255.</param>
    /// <param name="value">0 to 253 octets.</param>
    public bool TryWrite(AttributeType type, scoped ReadOnlySpan<byte> value)
    {
        if (!TryReserve(type, value.Length, out var place))
            return false;
        value.CopyTo(place);
        return true;
    }

    /// <summary>Adds an attribute of a number of 32 bits.</summary>
    public bool TryWriteInteger(AttributeType type, uint value)
    {
        if (!TryReserve(type, sizeof(uint), out var place))
            return false;
        BinaryPrimitives.WriteUInt32BigEndian(place, value);
        return true;
    }

    /// <summary>Adds attributes as they stand in another packet, whole.</summary>
    /// <param name="attributes">Type, length and value of each.</param>
    public bool TryCopy(scoped ReadOnlySpan<byte> attributes)
    {
        if (HasOverflowed || attributes.Length > _buffer.Length - _length)
            return Overflow();
        attributes.CopyTo(_buffer[_length..]);
        _length += attributes.Length;
        return true;
    }

    /// <summary>Adds an attribute and gives the place of its value, to be filled before anything else is written.</summary>
    /// <param name="type">1 to 255.</param>
    /// <param name="length">Octets of the value, 0 to 253.</param>
    /// <param name="value">The place.</param>
    public bool TryReserve(AttributeType type, int length, out Span<byte> value)
    {
        value = default;
        if (HasOverflowed || length > RadiusAttribute.MaxValueLength || 2 + length > _buffer.Length - _length)
            return Overflow();
        _buffer[_length] = (byte)type;
        _buffer[_length + 1] = (byte)(2 + length);
        value = _buffer.Slice(_length + 2, length);
        _length += 2 + length;
        return true;
    }

    /// <summary>Room for an attribute whose length is known only after it is written: give it back by <see cref="End"/>.</summary>
    /// <param name="type">1 to 255.</param>
    /// <param name="value">As many octets as an attribute and the packet can take.</param>
    internal bool TryBegin(AttributeType type, out Span<byte> value)
    {
        var room = HasOverflowed ? -1 : Math.Min(RadiusAttribute.MaxValueLength, _buffer.Length - _length - 2);
        value = default;
        if (room < 0)
            return Overflow();
        _buffer[_length] = (byte)type;
        value = _buffer.Slice(_length + 2, room);
        return true;
    }

    /// <summary>Ends what <see cref="TryBegin"/> began.</summary>
    internal void End(int length)
    {
        _buffer[_length + 1] = (byte)(2 + length);
        _length += 2 + length;
    }

    internal bool Overflow()
    {
        HasOverflowed = true;
        return false;
    }

    internal void ReserveMessageAuthenticator()
    {
        var at = _length + 2;
        if (!TryReserve(AttributeType.MessageAuthenticator, Md5.DigestLength, out var value))
            return;
        value.Clear();
        MessageAuthenticatorOffset = at;
    }

    internal readonly void SetId(uint id, in RequestAuthenticator authenticator, bool isVersion11)
    {
        if (HasOverflowed)
            return;
        if (isVersion11)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_buffer[4..], id);
            return;
        }

        _buffer[1] = (byte)id;
        authenticator.Write(_buffer[4..]);
    }

    /// <summary>Writes the length. All of the packet; empty when it did not fit.</summary>
    internal readonly Span<byte> Finish()
    {
        if (HasOverflowed)
            return default;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)_length);
        return _buffer[.._length];
    }
}
