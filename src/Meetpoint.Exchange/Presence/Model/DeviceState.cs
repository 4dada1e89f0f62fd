namespace Meetpoint.Exchange.Presence;

/// <summary>What one device of a presentity reports, with where it comes from. Immutable; a newer version takes its place.</summary>
public sealed record DeviceState
{
    /// <summary>The system that it was first heard of, as "exchange/neighbour": unique among all exchanges.</summary>
    public required string Origin { get; init; }

    /// <summary>The device's name within its origin.</summary>
    public required string Device { get; init; }

    /// <summary>Grows with each change of this device at its origin; of two, the greater holds.</summary>
    public required ulong Version { get; init; }

    /// <summary>What it says; once it is lost, what it said last.</summary>
    public required PresenceState State { get; init; }

    /// <summary>What it is.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>What it can do.</summary>
    public Capabilities Capabilities { get; init; }

    /// <summary>True once its source is lost or its time ran out: then nothing is known of it but what it said last.</summary>
    public bool IsLost { get; init; }

    /// <summary>True for a device that was heard before a restart and not since: what it said last is not known either.</summary>
    public bool IsUnheard { get; init; }

    /// <summary>Names of the exchanges that it came through, the first to hear of it first.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>True when both are of one device.</summary>
    public bool IsOfSameDevice(DeviceState other) => Device == other.Device && Origin == other.Origin;

    /// <summary>An order over all states, in which no two of different devices are equal.</summary>
    public static int CompareIdentity(DeviceState one, DeviceState other) =>
        string.CompareOrdinal(one.Origin, other.Origin) is var order and not 0 ? order : string.CompareOrdinal(one.Device, other.Device);
}
