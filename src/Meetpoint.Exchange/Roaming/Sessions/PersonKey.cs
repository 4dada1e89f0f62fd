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

    /// <summary>Where somebody calls from, a character for an octet; letter case and separators of an address make no difference (RFC 3580 section 3.21).</summary>
    public static string StationOf(ReadOnlySpan<byte> callingStation)
    {
        Span<char> canonical = stackalloc char[byte.MaxValue];
        var length = 0;
        foreach (var octet in callingStation[..Math.Min(callingStation.Length, canonical.Length)])
        {
            if (octet is not ((byte)'-' or (byte)':' or (byte)'.'))
                canonical[length++] = (char)(octet is >= (byte)'a' and <= (byte)'z' ? octet - 32 : octet);
        }

        return new string(canonical[..length]);
    }

    /// <summary>The name of who calls from there.</summary>
    public string NameOf(ReadOnlySpan<byte> callingStation) => NameOf(StationOf(callingStation));

    /// <summary>The name of who calls from a station, as <see cref="StationOf"/> gives it.</summary>
    public string NameOf(string station)
    {
        Span<byte> canonical = stackalloc byte[byte.MaxValue];
        var length = Encoding.Latin1.GetBytes(station, canonical);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, canonical[..length], hash);
        return $"p-{Convert.ToHexStringLower(hash[..NameBytes])}";
    }
}
