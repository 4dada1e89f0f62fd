using Meetpoint.Radius.Packets;

namespace Meetpoint.Radius.Attributes;

/// <summary>A value that goes over several attributes of one type, which stand one behind the other (concat, RFC 8044 section 3.6): EAP-Message (RFC 3579 section 3.1).</summary>
public static class ConcatenatedValue
{
    /// <summary>Puts all attributes of a type together; false when there is none, or not enough room.</summary>
    /// <param name="packet">Where they stand.</param>
    /// <param name="type">Of them.</param>
    /// <param name="value">Room; a packet's length is always enough.</param>
    /// <param name="length">Octets of the value.</param>
    public static bool TryRead(in RadiusPacket packet, AttributeType type, Span<byte> value, out int length)
    {
        (length, var found) = (0, false);
        foreach (var attribute in packet.Attributes)
        {
            if (attribute.Type != type)
                continue;
            found = true;
            if (!attribute.Value.TryCopyTo(value[length..]))
                return false;
            length += attribute.Value.Length;
        }

        return found;
    }

    /// <summary>Writes a value as attributes of up to 253 octets each; false when they do not fit. An empty value is one empty attribute.</summary>
    public static bool TryWrite(ref PacketWriter writer, AttributeType type, scoped ReadOnlySpan<byte> value)
    {
        while (value.Length > RadiusAttribute.MaxValueLength)
        {
            if (!writer.TryWrite(type, value[..RadiusAttribute.MaxValueLength]))
                return false;
            value = value[RadiusAttribute.MaxValueLength..];
        }

        return writer.TryWrite(type, value);
    }
}
