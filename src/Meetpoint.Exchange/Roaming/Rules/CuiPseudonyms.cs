using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>
/// The identities that one home issues (Chargeable-User-Identity, RFC 4372) as one visited provider sees them: others than elsewhere, the same as long as the home's are, and read back here
/// without a table. Sealed as in RFC 5297, with a synthetic initialisation vector: HMAC-SHA256 over what is sealed, cut to 16 octets, then AES-256 in counter mode.
/// Two of one home and hotspot are equal when what they stand for is. On one loop; sealing and opening allocate nothing.
/// </summary>
sealed class CuiPseudonyms
{
    /// <summary>The longest identity that is sealed; a longer one has no room in an attribute.</summary>
    public const int MaxIssuedLength = RadiusAttribute.MaxValueLength - VectorLength;

    const int VectorLength = 16, KeyLength = 32, NonceLength = 12, TagLength = 16;

    /// <summary>Octets of which the text still goes into an attribute: access servers store an identity as text more often than not, and cut it at its first nought.</summary>
    const int MaxTextOctets = RadiusAttribute.MaxValueLength * 3 / 4;

    readonly byte[] _vectorKey;
    readonly AesGcm _cipher;

    /// <param name="secret">Of the exchange, 32 octets.</param>
    /// <param name="home">Id of the provider that issues them.</param>
    /// <param name="visited">Id of the provider that sees the pseudonyms.</param>
    public CuiPseudonyms(byte[] secret, string home, string visited)
    {
        // Ids have no line feed, so that no two pairs are the same text.
        var keys = HKDF.Expand(HashAlgorithmName.SHA256, secret, 2 * KeyLength, Encoding.UTF8.GetBytes($"cui\n{home}\n{visited}"));
        _vectorKey = keys[..KeyLength];
        _cipher = new AesGcm(keys.AsSpan(KeyLength), TagLength);
    }

    /// <summary>True for the nul by which an access server asks for an identity (RFC 4372 section 2.2), and for nothing at all.</summary>
    public static bool IsNul(ReadOnlySpan<byte> identity) => identity.Length == 0 || identity is [0];

    /// <summary>Writes the pseudonym; its length, 0 for an identity that is too long.</summary>
    /// <param name="issued">As the home issued it.</param>
    /// <param name="pseudonym">Room for a value of an attribute.</param>
    public int Seal(ReadOnlySpan<byte> issued, Span<byte> pseudonym)
    {
        if (issued.Length > MaxIssuedLength)
            return 0;
        Span<byte> octets = stackalloc byte[RadiusAttribute.MaxValueLength];
        var length = VectorLength + issued.Length;
        Vector(issued, octets[..VectorLength]);
        Turn(octets[..VectorLength], issued, octets[VectorLength..length]);
        if (length <= MaxTextOctets)
        {
            Base64Url.EncodeToUtf8(octets[..length], pseudonym, out _, out var written);
            return written;
        }

        octets[..length].CopyTo(pseudonym);
        return length;
    }

    /// <summary>Writes the identity that a pseudonym stands for; its length, -1 for what is no pseudonym of this pair.</summary>
    /// <param name="pseudonym">As it came.</param>
    /// <param name="issued">Room for a value of an attribute.</param>
    public int Open(ReadOnlySpan<byte> pseudonym, Span<byte> issued)
    {
        Span<byte> octets = stackalloc byte[RadiusAttribute.MaxValueLength];
        if (Base64Url.IsValid(pseudonym) && Base64Url.DecodeFromUtf8(pseudonym, octets, out _, out var length) == System.Buffers.OperationStatus.Done && OpenOctets(octets[..length], issued) is >= 0 and var opened)
            return opened;
        return OpenOctets(pseudonym, issued);
    }

    int OpenOctets(ReadOnlySpan<byte> octets, Span<byte> issued)
    {
        var length = octets.Length - VectorLength;
        if (length <= 0)
            return -1;
        Span<byte> vector = stackalloc byte[VectorLength];
        Turn(octets[..VectorLength], octets[VectorLength..], issued[..length]);
        Vector(issued[..length], vector);
        return CryptographicOperations.FixedTimeEquals(vector, octets[..VectorLength]) ? length : -1;
    }

    void Vector(ReadOnlySpan<byte> issued, Span<byte> vector)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_vectorKey, issued, hash);
        hash[..VectorLength].CopyTo(vector);
    }

    /// <summary>Counter mode, which turns either way. It is GCM's, whose tag is not needed: the vector is proof of what it was taken over.</summary>
    void Turn(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> from, Span<byte> to)
    {
        Span<byte> tag = stackalloc byte[TagLength];
        _cipher.Encrypt(vector[..NonceLength], from, to, tag);
    }
}
