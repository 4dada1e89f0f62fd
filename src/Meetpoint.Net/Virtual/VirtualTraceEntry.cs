namespace Meetpoint.Net.Virtual;

/// <summary>What the virtual network did with something.</summary>
public enum VirtualTraceKind
{
    /// <summary>Brought to its receiver.</summary>
    Delivered,

    /// <summary>Lost by chance.</summary>
    Lost,

    /// <summary>Dropped at a cut.</summary>
    Cut,

    /// <summary>Nobody listens there.</summary>
    Unreachable,
}

/// <summary>One thing that the network did; a run's list of them is the same for the same seed.</summary>
/// <param name="NowNs">When.</param>
/// <param name="Kind">What.</param>
/// <param name="IsStream">A stream's segment, else a datagram.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Bytes">Size of the payload.</param>
public readonly record struct VirtualTraceEntry(
    long NowNs, VirtualTraceKind Kind, bool IsStream, NetAddress From, NetAddress To, int Bytes);

/// <summary>Hears what the network did, with the payload.</summary>
public delegate void VirtualTap(in VirtualTraceEntry entry, ReadOnlySpan<byte> payload);
