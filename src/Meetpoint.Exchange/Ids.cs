using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange;

/// <summary>
/// Makes ids with a prefix for their type and time first, so that they sort by age: mtg_ + 10 characters of milliseconds + 16 random.
/// </summary>
/// <remarks>Crockford's base 32 in lower case. Randomness is handed in, so that a simulation repeats. Thread safe when the source is.</remarks>
public sealed class Ids(IClock clock, Randomness randomness)
{
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Ids with the system's secure randomness.</summary>
    public Ids(IClock clock)
        : this(clock, Randomness.Secure)
    {
    }

    /// <summary>A new id such as mtg_01j9z3k8fq6v7w8x9y0z1a2b3c.</summary>
    public string New(string prefix)
    {
        Span<byte> random = stackalloc byte[16];
        randomness.Fill(random);
        var milliseconds = clock.GetCurrentInstant().ToUnixTimeMilliseconds();
        Span<char> text = stackalloc char[26];
        for (var i = 9; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(milliseconds & 31)];
            milliseconds >>= 5;
        }

        for (var i = 0; i < 16; i++)
            text[10 + i] = Alphabet[random[i] & 31];
        return string.Concat(prefix, "_", text);
    }

    /// <summary>An unguessable token of 160 bits, for links.</summary>
    public string Token()
    {
        Span<byte> random = stackalloc byte[32];
        randomness.Fill(random);
        Span<char> text = stackalloc char[32];
        for (var i = 0; i < 32; i++)
            text[i] = Alphabet[random[i] & 31];
        return new string(text);
    }
}
