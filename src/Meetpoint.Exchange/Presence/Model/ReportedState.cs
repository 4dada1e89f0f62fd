namespace Meetpoint.Exchange.Presence;

/// <summary>One device's state as a document reports it: not yet whose, nor from where.</summary>
public sealed record ReportedState
{
    /// <summary>UTF-16 units of a device's name, at most.</summary>
    public const int MaxDeviceLength = 128;

    /// <summary>The device's name within its system: tuple id, publication instance, resource, line. 1 to 128 characters.</summary>
    public required string Device { get; init; }

    /// <summary>What it says.</summary>
    public required PresenceState State { get; init; }

    /// <summary>What it is.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>What it can do.</summary>
    public Capabilities Capabilities { get; init; }

    /// <summary>Where it was first heard and as which version, where the reporter is an exchange and passes on what others said; null for the reporter's own.</summary>
    public StateSource? Source { get; init; }

    /// <summary>True when the reporter has lost its source: the state is the last that was heard.</summary>
    public bool IsLost { get; init; }
}

/// <summary>Where a state comes from, as exchanges tell each other.</summary>
/// <param name="Origin">The system that it was first heard of: "exchange/neighbour". 1 to 256 characters.</param>
/// <param name="Version">Grows with each change of this device at its origin.</param>
/// <param name="Path">Names of the exchanges that it came through, the first to hear of it first; at most 16.</param>
public sealed record StateSource(string Origin, ulong Version, IReadOnlyList<string> Path)
{
    /// <summary>Exchanges of a path, at most.</summary>
    public const int MaxPath = 16;

    /// <summary>UTF-16 units of an origin, at most.</summary>
    public const int MaxOriginLength = 256;

    /// <inheritdoc/>
    public bool Equals(StateSource? other) =>
        other is not null && Version == other.Version && Origin == other.Origin && Path.SequenceEqual(other.Path, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Origin, Version);
}
