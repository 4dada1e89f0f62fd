using Meetpoint.Exchange.Contracts;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>The types of the messages between two books.</summary>
public static class UsageMessages
{
    /// <summary>Measuring side to witness: a <see cref="UsageProposal"/>.</summary>
    public const string Propose = "usage.propose";

    /// <summary>Witness to measuring side: a <see cref="UsageAnswer"/> without reason.</summary>
    public const string Countersign = "usage.countersign";

    /// <summary>Either way: a <see cref="UsageAnswer"/> with reason.</summary>
    public const string Contest = "usage.contest";

    /// <summary>The body of a message.</summary>
    internal static JsonObject Body<T>(T content, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(content, type)!.AsObject();

    /// <summary>The content of a body that came from outside; null when it is not of that shape.</summary>
    internal static T? Read<T>(JsonObject body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return body.Deserialize(type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or OverflowException)
        {
            return null; // not of the shape, a number out of range, or half a surrogate pair
        }
    }
}

/// <summary>A record and what it costs, for countersignature.</summary>
public sealed record UsageProposal
{
    /// <summary>What was measured.</summary>
    public required UsageRecord Record { get; init; }

    /// <summary>Its price by the measuring side's own book.</summary>
    public required ImmutableArray<UsageCharge> Charges { get; init; }

    /// <summary>How well the measuring side heard it, beside the record and no part of its hash: evidence, not agreed on. Null where that was not measured.</summary>
    public IReadOnlyList<LegQuality>? Quality { get; init; }
}

/// <summary>The answer of a witness.</summary>
public sealed record UsageAnswer
{
    /// <summary>The record.</summary>
    public required string Id { get; init; }

    /// <summary>Hash of the content that is answered.</summary>
    public required string ContentHash { get; init; }

    /// <summary>One of <see cref="UsageReason"/>; null when countersigned.</summary>
    public string? Reason { get; init; }

    /// <summary>The witness's own figures.</summary>
    public UsageObservation? Seen { get; init; }
}

/// <summary>How the messages are written, by the rules of the world's documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter), typeof(DecimalConverter)])]
[JsonSerializable(typeof(UsageRecord))]
[JsonSerializable(typeof(UsageProposal))]
[JsonSerializable(typeof(UsageAnswer))]
sealed partial class UsageJson : JsonSerializerContext;
