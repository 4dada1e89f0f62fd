using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>Makes branches, tags, Call-IDs and numbers that nobody can guess.</summary>
public sealed class SipTokens
{
    readonly Randomness _randomness;

    /// <summary>From this source; null takes the system's.</summary>
    public SipTokens(Randomness? randomness = null) => _randomness = randomness ?? Randomness.Secure;

    /// <summary>A From or To tag, 64 bits.</summary>
    public string Tag() => Hex(8);

    /// <summary>A branch of RFC 3261 section 8.1.1.7.</summary>
    public string Branch() => "z9hG4bK" + Hex(12);

    /// <summary>A Call-ID without host: it tells no address.</summary>
    public string CallId() => Hex(16);

    /// <summary>A Session-ID half: 32 hexadecimal digits (RFC 7989 section 4.1).</summary>
    public string SessionId() => Hex(16);

    /// <summary>A number from <paramref name="min"/> to below <paramref name="max"/>.</summary>
    public long Between(long min, long max) => _randomness.Between(min, max);

    /// <summary>Random bytes into what is given.</summary>
    internal void Fill(Span<byte> bytes) => _randomness.Fill(bytes);

    /// <summary>Random bytes.</summary>
    public byte[] Bytes(int count) => _randomness.Bytes(count);

    string Hex(int count)
    {
        Span<byte> bytes = stackalloc byte[count];
        _randomness.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
