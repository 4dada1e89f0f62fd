using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What was used so far, as this exchange measured it from its own packets. Counts only grow.</summary>
/// <param name="DurationMs">Milliseconds of service.</param>
/// <param name="PacketsIn">Packets that came from the party.</param>
/// <param name="PacketsOut">Packets that went to the party.</param>
/// <param name="OctetsIn">Their octets.</param>
/// <param name="OctetsOut">Their octets.</param>
public sealed record GrantQuantities(long DurationMs, long PacketsIn = 0, long PacketsOut = 0, long OctetsIn = 0, long OctetsOut = 0)
{
    /// <summary>How well it was heard, of each leg; known at the end, and null before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LegQuality>? Quality { get; init; }

    /// <summary>Nothing yet.</summary>
    public static GrantQuantities None { get; } = new(0);
}

/// <summary>An agreement under which something is used, at the version that was in force, and what is charged for it there.</summary>
public sealed record GrantLink(string Agreement, int Version, string Hash, bool AToB, ImmutableArray<ChargeLeg> Charges);

/// <summary>The durable beginning of a grant.</summary>
public sealed record GrantStart
{
    /// <summary>Chosen by the caller, unique for good: a second start with it changes nothing.</summary>
    public required string Id { get; init; }

    /// <summary>The held grant; the book releases it when it is completed, aborted or reaped.</summary>
    public required Grant Grant { get; init; }

    /// <summary>Address of the customer whose use is measured.</summary>
    public required string Subject { get; init; }

    /// <summary>For a call: address of whom it is to; null otherwise.</summary>
    public string? Called { get; init; }

    /// <summary>When service began; also the first proof of life.</summary>
    public required Instant Started { get; init; }

    /// <summary>Without proof of life for this long it is closed; null: <see cref="GrantBookOptions.SilentAfter"/>.</summary>
    public Duration? SilentAfter { get; init; }
}

/// <summary>How a grant ended.</summary>
[JsonConverter(typeof(KebabEnumConverter<GrantEnding>))]
public enum GrantEnding
{
    /// <summary>Its engine said so.</summary>
    Completed,

    /// <summary>No proof of life for too long; it ended at the last one.</summary>
    Silent,

    /// <summary>The exchange stopped under it; it ended at the last proof of life that was written.</summary>
    Recovered,
}

/// <summary>A finished grant, as settlement gets it.</summary>
public sealed record CompletedGrant
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The session's id.</summary>
    public required CorrelationId Correlation { get; init; }

    /// <summary>Id of the parent grant, or null.</summary>
    public string? Parent { get; init; }

    /// <summary>What it was for.</summary>
    public required GrantKind Kind { get; init; }

    /// <summary>Id of the provider whose customer asked.</summary>
    public required string Origin { get; init; }

    /// <summary>Id of the provider whose customer was asked for.</summary>
    public required string Target { get; init; }

    /// <summary>Address of the customer whose use was measured.</summary>
    public required string Subject { get; init; }

    /// <summary>For a call: address of whom it was to; null otherwise.</summary>
    public string? Called { get; init; }

    /// <summary>The chain of agreements, from the origin's side; empty within one provider.</summary>
    public required ImmutableArray<GrantLink> Links { get; init; }

    /// <summary>When service began.</summary>
    public required Instant Started { get; init; }

    /// <summary>When it ended: never after the last proof of life unless its engine said so.</summary>
    public required Instant Ended { get; init; }

    /// <summary>What was used.</summary>
    public required GrantQuantities Quantities { get; init; }

    /// <summary>How it ended.</summary>
    public required GrantEnding Ending { get; init; }
}

/// <summary>Takes finished grants over, in the very transaction that ends them.</summary>
public interface ISettlementSink
{
    /// <summary>Records usage. What it throws rolls the end back with it.</summary>
    void Record(StoreTransaction transaction, CompletedGrant grant);
}

/// <summary>JSON of what a grant's row holds.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<GrantLink>))]
[JsonSerializable(typeof(GrantQuantities))]
sealed partial class GrantJson : JsonSerializerContext;
