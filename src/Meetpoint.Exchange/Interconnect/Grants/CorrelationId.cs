using System.Buffers.Binary;
using System.Globalization;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// The id that every leg, record, log line and trace of one session carries, on every exchange of the path: 128 bits, written as 32
/// lower-case hex digits in Session-ID (RFC 7989 section 5) and as icid-value of P-Charging-Vector (RFC 7315 section 4.6).
/// </summary>
/// <remarks>The default value is the null id of RFC 7989: none yet. Not a secret. Immutable.</remarks>
public readonly record struct CorrelationId(ulong High, ulong Low)
{
    /// <summary>Length of the text.</summary>
    public const int TextLength = 32;

    /// <summary>True for the null id.</summary>
    public bool IsNull => (High | Low) == 0;

    /// <summary>Reads 32 hex digits; upper case is taken too.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CorrelationId id)
    {
        id = default;
        if (text.Length != TextLength ||
            !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high) ||
            !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
            return false;
        id = new CorrelationId(high, low);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out CorrelationId)"/>
    public static bool TryParse(ReadOnlySpan<byte> text, out CorrelationId id)
    {
        id = default;
        if (text.Length != TextLength ||
            !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high) ||
            !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
            return false;
        id = new CorrelationId(high, low);
        return true;
    }

    /// <summary>Writes the 32 digits; false when there is no room.</summary>
    public bool TryFormat(Span<char> text) => text.Length >= TextLength &&
        High.TryFormat(text, out _, "x16", CultureInfo.InvariantCulture) && Low.TryFormat(text[16..], out _, "x16", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="TryFormat(Span{char})"/>
    public bool TryFormat(Span<byte> text) => text.Length >= TextLength &&
        High.TryFormat(text, out _, "x16", CultureInfo.InvariantCulture) && Low.TryFormat(text[16..], out _, "x16", CultureInfo.InvariantCulture);

    /// <summary>The 32 digits.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, id) => id.TryFormat(text));
}

/// <summary>
/// A refusal's number, which the refused party is told and the log line carries, so that support finds one by the other.
/// </summary>
public readonly record struct IncidentId(ulong Value)
{
    /// <summary>What its text begins with.</summary>
    public const string Prefix = "inc_";

    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>"inc_" and 13 characters of Crockford's base 32.</summary>
    public override string ToString() => string.Create(17, Value, static (text, value) =>
    {
        Prefix.CopyTo(text);
        for (var i = text.Length - 1; i >= Prefix.Length; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    });
}

/// <summary>
/// Makes correlation and incident ids: a counter through two keyed bijections, so that no two of one source are equal and two sources differ by
/// their random keys. Thread safe, lock free, allocates nothing.
/// </summary>
public sealed class CorrelationSource
{
    readonly ulong _highKey;
    readonly ulong _lowKey;
    readonly ulong _incidentKey;
    long _next;

    /// <summary>A source seeded once; the same seed gives the same ids.</summary>
    public CorrelationSource(Randomness randomness)
    {
        Span<byte> seed = stackalloc byte[24];
        randomness.Fill(seed);
        _highKey = BinaryPrimitives.ReadUInt64LittleEndian(seed);
        _lowKey = BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]);
        _incidentKey = BinaryPrimitives.ReadUInt64LittleEndian(seed[16..]);
    }

    /// <summary>A new id, never null.</summary>
    public CorrelationId Next()
    {
        var count = (ulong)Interlocked.Increment(ref _next);
        var id = new CorrelationId(Scramble(count, _highKey), Scramble(count, _lowKey));
        return id.IsNull ? Next() : id;
    }

    /// <summary>A new incident.</summary>
    public IncidentId NextIncident() => new(Scramble((ulong)Interlocked.Increment(ref _next), _incidentKey));

    // The finaliser of SplitMix64: each step can be undone, so distinct counts give distinct words.
    static ulong Scramble(ulong count, ulong key)
    {
        unchecked
        {
            var value = (count * 0x9E37_79B9_7F4A_7C15UL) + key;
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EBUL;
            return value ^ (value >> 31);
        }
    }
}
