using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meetpoint.Media.DataChannels;

/// <summary>DATA_CHANNEL_OPEN (RFC 8832 section 5.1).</summary>
/// <param name="Label">At most <see cref="MaxNameBytes"/> in UTF-8.</param>
/// <param name="Protocol">The same.</param>
sealed record DataChannelOpen(string Label, string Protocol)
{
    public const byte Type = 3;
    public const byte AckType = 2;
    public const int MaxNameBytes = 255;

    const int HeaderLength = 12;

    /// <summary>The message, of a channel that is reliable and in order.</summary>
    public byte[] Write()
    {
        var (label, protocol) = (Encoding.UTF8.GetBytes(Label), Encoding.UTF8.GetBytes(Protocol));
        var message = new byte[HeaderLength + label.Length + protocol.Length];
        message[0] = Type;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)label.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)protocol.Length);
        label.CopyTo(message, HeaderLength);
        protocol.CopyTo(message, HeaderLength + label.Length);
        return message;
    }

    /// <summary>Reads one; false when it is none. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out DataChannelOpen? open)
    {
        open = null;
        if (message.Length < HeaderLength || message[0] != Type)
            return false;
        int label = BinaryPrimitives.ReadUInt16BigEndian(message[8..]), protocol = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (label > MaxNameBytes || protocol > MaxNameBytes || message.Length != HeaderLength + label + protocol)
            return false;
        open = new DataChannelOpen(Encoding.UTF8.GetString(message.Slice(HeaderLength, label)), Encoding.UTF8.GetString(message[(HeaderLength + label)..]));
        return true;
    }
}
