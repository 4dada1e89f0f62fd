using System.Security.Cryptography;
using System.Text;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// Names people without saying who they are: a keyed hash of the Calling-Station-Id. Each month has a key of its own, and when that is erased
/// nobody can tell any more whose name it was, nor try out addresses.
/// </summary>
/// <param name="month">As "2026-11".</param>
/// <param name="secret">32 octets.</param>
sealed class PersonKey(string month, byte[] secret)
{
    /// <summary>Octets of a key.</summary>
    public const int Length = 32;

    /// <summary>Octets of the hash that make a name: enough that two people of a month do not meet.</summary>
    const int NameBytes = 12;

    /// <summary>Of which month, in UTC.</summary>
    public string Month => month;

    /// <summary>The name of who calls from there; letter case and separators of an address make no difference (RFC 3580 section 3.21).</summary>
    public string NameOf(ReadOnlySpan<byte> callingStation)
    {
        Span<byte> canonical = stackalloc byte[byte.MaxValue];
        var length = 0;
        foreach (var octet in callingStation[..Math.Min(callingStation.Length, canonical.Length)])
        {
            if (octet is not ((byte)'-' or (byte)':' or (byte)'.'))
                canonical[length++] = (byte)char.ToUpperInvariant((char)octet);
        }

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, canonical[..length], hash);
        return $"p-{Convert.ToHexStringLower(hash[..NameBytes])}";
    }
}
