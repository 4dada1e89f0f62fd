namespace Meetpoint.Exchange.Interconnect;

/// <summary>An address after <see cref="NumberNormaliser.Normalise"/>. Its spans are good as long as the received URI and the buffer are.</summary>
public readonly ref struct NormalisedNumber
{
    /// <summary>What it is.</summary>
    public required NumberKind Kind { get; init; }

    /// <summary>"+" and 1 to 15 digits for a number; the dialled code for a short or emergency code; empty otherwise.</summary>
    public ReadOnlySpan<byte> Number { get; init; }

    /// <summary>
    /// What admission is asked for as target: the routing number when there is one that is believed (RFC 4694), else the number, else the URI as it came.
    /// </summary>
    public ReadOnlySpan<byte> Target { get; init; }

    /// <summary>What goes on the wire; the received bytes themselves when nothing had to change.</summary>
    public ReadOnlySpan<byte> Uri { get; init; }

    /// <summary>True when <see cref="Uri"/> differs from what was received.</summary>
    public bool IsChanged { get; init; }
}
