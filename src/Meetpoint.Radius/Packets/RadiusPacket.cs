using System.Buffers.Binary;

namespace Meetpoint.Radius.Packets;

/// <summary>
/// A packet read in place (RFC 2865 section 3): code, identifier, length, authenticator of 16 octets, attributes. A view over bytes that somebody else
/// owns; what must outlive them is copied.
/// </summary>
public readonly ref struct RadiusPacket
{
    /// <summary>Octets before the attributes.</summary>
    public const int HeaderLength = 20;

    /// <summary>The most octets of a packet (RFC 2865 section 3).</summary>
    public const int MaxLength = 4_096;

    /// <summary>The most attributes that are read: what real packets have ten times over, and what bounds the work that a packet makes.</summary>
    public const int MaxAttributes = 256;

    /// <summary>Octets of an authenticator.</summary>
    public const int AuthenticatorLength = 16;

    readonly short _messageAuthenticator;
    readonly bool _hasEap;
    readonly bool _hasProxyState;

    RadiusPacket(ReadOnlySpan<byte> bytes, int messageAuthenticator, bool hasEap, bool hasProxyState)
    {
        Bytes = bytes;
        _messageAuthenticator = (short)messageAuthenticator;
        _hasEap = hasEap;
        _hasProxyState = hasProxyState;
    }

    /// <summary>The packet without what stood behind it: 20 to 4,096 octets.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What it is.</summary>
    public RadiusCode Code => (RadiusCode)Bytes[0];

    /// <summary>Joins an answer to its request; unused in RADIUS/1.1.</summary>
    public byte Identifier => Bytes[1];

    /// <summary>The same in RADIUS/1.1: the first four octets of what was the authenticator (RFC 9765 section 4.1).</summary>
    public uint Token => BinaryPrimitives.ReadUInt32BigEndian(Bytes[4..]);

    /// <summary>Octets of all of it.</summary>
    public int Length => Bytes.Length;

    /// <summary>16 octets.</summary>
    public ReadOnlySpan<byte> Authenticator => Bytes.Slice(4, AuthenticatorLength);

    /// <summary>All attributes as they came.</summary>
    public ReadOnlySpan<byte> AttributeBytes => Bytes[HeaderLength..];

    /// <summary>The attributes in order.</summary>
    public AttributeEnumerator Attributes => new(Bytes, HeaderLength);

    /// <summary>Where the value of the Message-Authenticator begins, from the start of the packet; 0 when there is none.</summary>
    public int MessageAuthenticatorOffset => _messageAuthenticator;

    /// <summary>True with an EAP-Message in it.</summary>
    public bool HasEapMessage => _hasEap;

    /// <summary>True when a proxy stands between its maker and us.</summary>
    public bool HasProxyState => _hasProxyState;

    /// <summary>Reads a packet; false, with the reason, for one that is to be discarded. What stands behind its length is padding (RFC 2865 section 3).</summary>
    /// <param name="datagram">From the first octet on; as many as came.</param>
    /// <param name="packet">A view over them.</param>
    /// <param name="error">Why not.</param>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RadiusPacket packet, out PacketError error)
    {
        packet = default;
        error = PacketError.TooShort;
        if (datagram.Length < HeaderLength)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length < HeaderLength)
            return false;
        error = length > MaxLength ? PacketError.TooLong
            : length > datagram.Length ? PacketError.Truncated
            : !((RadiusCode)datagram[0]).IsKnown() ? PacketError.UnknownCode : PacketError.None;
        if (error != PacketError.None)
            return false;
        var bytes = datagram[..length];
        var (messageAuthenticator, hasEap, hasProxyState, count) = (0, false, false, 0);
        for (var at = HeaderLength; at < bytes.Length; at += bytes[at + 1])
        {
            error = bytes.Length - at < 2 || bytes[at + 1] > bytes.Length - at ? PacketError.AttributeTruncated
                : bytes[at + 1] < 2 ? PacketError.AttributeTooShort
                : ++count > MaxAttributes ? PacketError.TooManyAttributes : PacketError.None;
            if (error != PacketError.None)
                return false;
            switch ((AttributeType)bytes[at])
            {
                case AttributeType.MessageAuthenticator:
                    error = bytes[at + 1] != 2 + AuthenticatorLength ? PacketError.MessageAuthenticatorLength
                        : messageAuthenticator != 0 ? PacketError.MessageAuthenticatorTwice : PacketError.None;
                    if (error != PacketError.None)
                        return false;
                    messageAuthenticator = at + 2;
                    break;
                case AttributeType.EapMessage:
                    hasEap = true;
                    break;
                case AttributeType.ProxyState:
                    hasProxyState = true;
                    break;
            }
        }

        packet = new RadiusPacket(bytes, messageAuthenticator, hasEap, hasProxyState);
        return true;
    }

    /// <summary>The first attribute of a type.</summary>
    public bool TryFind(AttributeType type, out RadiusAttribute found)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Type != type)
                continue;
            found = attribute;
            return true;
        }

        found = default;
        return false;
    }

    /// <summary>The first attribute of a type as a number of 32 bits; false when there is none of four octets.</summary>
    public bool TryFindInteger(AttributeType type, out uint value)
    {
        var found = TryFind(type, out var attribute) && attribute.Value.Length == sizeof(uint);
        value = found ? BinaryPrimitives.ReadUInt32BigEndian(attribute.Value) : 0;
        return found;
    }
}
