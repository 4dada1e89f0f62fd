using System.Buffers.Binary;

namespace Meetpoint.Net.Native;

/// <summary>Writes and reads struct sockaddr_in and sockaddr_in6.</summary>
/// <remarks>The scope id is not kept, so link-local IPv6 addresses cannot be used.</remarks>
static unsafe class SocketAddressCodec
{
    /// <summary>Room for either family.</summary>
    internal const int MaxBytes = 28;

    const int IPv4Bytes = 16;

    /// <summary>
    /// Writes the address for a socket of the family. Gives the length, or 0 when an IPv4 socket cannot reach it.
    /// </summary>
    internal static uint Write(byte* destination, in NetAddress address, int family)
    {
        var span = new Span<byte>(destination, MaxBytes);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)address.Port);
        *(ushort*)destination = (ushort)family;
        if (family == Libc.AfInet)
        {
            if (!address.IsIPv4)
                return 0;
            BinaryPrimitives.WriteUInt32BigEndian(span[4..], address.IPv4Bits);
            span[8..IPv4Bytes].Clear();
            return IPv4Bytes;
        }

        span[4..8].Clear();
        address.WriteBytes(span[8..24]);
        span[24..].Clear();
        return MaxBytes;
    }

    /// <summary>Reads what the kernel wrote; <see cref="NetAddress.None"/> for another family.</summary>
    internal static NetAddress Read(byte* source)
    {
        var span = new ReadOnlySpan<byte>(source, MaxBytes);
        var port = BinaryPrimitives.ReadUInt16BigEndian(span[2..]);
        return *(ushort*)source switch
        {
            Libc.AfInet => NetAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(span[4..]), port),
            Libc.AfInet6 => NetAddress.FromIPv6(span[8..24], port),
            _ => NetAddress.None,
        };
    }
}
