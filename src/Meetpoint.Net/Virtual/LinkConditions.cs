namespace Meetpoint.Net.Virtual;

/// <summary>How the virtual network treats what crosses it, one way.</summary>
public sealed record LinkConditions
{
    /// <summary>A quiet link of one millisecond.</summary>
    public static LinkConditions Quiet { get; } = new();

    /// <summary>Time that every packet takes, in nanoseconds.</summary>
    public long LatencyNs { get; init; } = MonotonicTime.Millisecond;

    /// <summary>Most time that a packet takes on top, evenly spread, in nanoseconds. Datagrams may overtake each other by it.</summary>
    public long JitterNs { get; init; }

    /// <summary>Chance, 0 to 1, that a datagram is lost; a stream's segment is sent again after <see cref="RetransmitNs"/> instead.</summary>
    public double Loss { get; init; }

    /// <summary>Chance, 0 to 1, that a datagram is lost and a stream's segment is not, as behind a wall that lets streams pass alone.</summary>
    public double DatagramLoss { get; init; }

    /// <summary>Chance, 0 to 1, that a datagram comes twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Chance, 0 to 1, that a datagram is held back by <see cref="ReorderNs"/>, so that later ones come first.</summary>
    public double Reordering { get; init; }

    /// <summary>How long a reordered datagram is held back, in nanoseconds.</summary>
    public long ReorderNs { get; init; } = 10 * MonotonicTime.Millisecond;

    /// <summary>How long a stream waits before it sends a lost segment again, in nanoseconds.</summary>
    public long RetransmitNs { get; init; } = 200 * MonotonicTime.Millisecond;

    /// <summary>A stream's bytes come in pieces of at most this size.</summary>
    public int SegmentBytes { get; init; } = 1460;
}
