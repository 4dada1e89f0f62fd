using System.Buffers.Binary;

namespace Meetpoint.Radius.Authenticators;

/// <summary>The authenticator of a request, kept while its answer is awaited: 16 octets as two numbers.</summary>
/// <param name="High">The first eight octets.</param>
/// <param name="Low">The last eight.</param>
public readonly record struct RequestAuthenticator(ulong High, ulong Low)
{
    /// <summary>Octets of it.</summary>
    public const int Length = 16;

    /// <summary>Reads 16 octets.</summary>
    public static RequestAuthenticator Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes 16 octets.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }
}
