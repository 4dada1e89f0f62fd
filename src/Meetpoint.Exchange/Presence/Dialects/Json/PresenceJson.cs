using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Somebody's presence, as the API shows it and takes it.</summary>
public sealed record PresenceView
{
    /// <summary>Of whom, as "sip:alice@albion.example".</summary>
    public string? Address { get; init; }

    /// <summary>What people call her.</summary>
    public string? Name { get; init; }

    /// <summary>The user state, made of all devices.</summary>
    public PresenceStateView? State { get; init; }

    /// <summary>Her devices; empty where only the user state is shown.</summary>
    public IReadOnlyList<PresenceDeviceView> Devices { get; init; } = [];

    /// <summary>Grows with each change that a watcher is told.</summary>
    public uint Version { get; init; }
}

/// <summary>What is said at one time.</summary>
public sealed record PresenceStateView
{
    /// <summary>What is done.</summary>
    public required Activity Activity { get; init; }

    /// <summary>How well she can be reached; without, what goes with the activity.</summary>
    public Availability? Availability { get; init; }

    /// <summary>In her own words.</summary>
    public string? Note { get; init; }

    /// <summary>From when on.</summary>
    [JsonConverter(typeof(InstantConverter))]
    public Instant? Since { get; init; }
}

/// <summary>One device.</summary>
public sealed record PresenceDeviceView
{
    /// <summary>Its name within its system, 1 to 128 characters.</summary>
    public required string Device { get; init; }

    /// <summary>What it is.</summary>
    public SourceKind Kind { get; init; }

    /// <summary>What it says.</summary>
    public required PresenceStateView State { get; init; }

    /// <summary>What it can do: audio, video, message, sharing.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The system that it was first heard of, as "exchange/neighbour".</summary>
    public string? Origin { get; init; }

    /// <summary>Its version at its origin.</summary>
    public ulong? Version { get; init; }

    /// <summary>True when its source is lost: the state is the last that was heard.</summary>
    public bool Lost { get; init; }
}

/// <summary>The JSON of presence.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8)]
[JsonSerializable(typeof(PresenceView))]
sealed partial class PresenceJson : JsonSerializerContext;
