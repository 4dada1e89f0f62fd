namespace Meetpoint.Media.Relay;

/// <summary>
/// Which payload type of one side stands for the same format on the other, where the two negotiated different numbers (RFC 3264 5.1), and
/// which may not pass. Immutable; thread safe.
/// </summary>
public sealed class PayloadTypeMap
{
    /// <summary>Payload types that there are: seven bits.</summary>
    public const int Count = 128;

    /// <summary>Stands for a payload type that does not pass.</summary>
    public const byte Dropped = 0xFF;

    readonly byte[] _to = new byte[Count];

    PayloadTypeMap()
    {
    }

    /// <summary>Everything passes as it is.</summary>
    public static PayloadTypeMap Identity { get; } = Renaming([]);

    /// <summary>What stands for the payload type on the other side, or <see cref="Dropped"/>.</summary>
    /// <param name="payloadType">0 to 127; higher bits are not looked at.</param>
    public byte this[int payloadType] => _to[payloadType & (Count - 1)];

    /// <summary>Renames the pairs; everything else passes as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 127.</exception>
    public static PayloadTypeMap Renaming(params ReadOnlySpan<(int From, int To)> pairs)
    {
        var map = new PayloadTypeMap();
        for (var i = 0; i < Count; i++)
            map._to[i] = (byte)i;
        map.Set(pairs);
        return map;
    }

    /// <summary>Passes the pairs alone, each under its other number: what was not negotiated is dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 127.</exception>
    public static PayloadTypeMap Only(params ReadOnlySpan<(int From, int To)> pairs)
    {
        var map = new PayloadTypeMap();
        map._to.AsSpan().Fill(Dropped);
        map.Set(pairs);
        return map;
    }

    void Set(ReadOnlySpan<(int From, int To)> pairs)
    {
        foreach (var (from, to) in pairs)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)from, (uint)Count, nameof(pairs));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)to, (uint)Count, nameof(pairs));
            _to[from] = (byte)to;
        }
    }
}
