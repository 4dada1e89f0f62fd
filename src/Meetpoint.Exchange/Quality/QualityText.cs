using System.Text.Json;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;

namespace Meetpoint.Exchange.Quality;

/// <summary>Figures of quality as they are stored, and what is taken of those that another exchange sends.</summary>
static class QualityText
{
    /// <summary>Legs of one record: of a call two.</summary>
    public const int MaxLegs = 4;

    /// <summary>No count or time is longer than this: some thirty years in milliseconds.</summary>
    const double Most = 1e12;

    /// <summary>As stored; null for none.</summary>
    public static string? Write(IReadOnlyList<LegQuality>? legs) => legs is null ? null : JsonSerializer.Serialize(legs, QualityJson.Default.IReadOnlyListLegQuality);

    /// <summary>What was stored; null for none, and for what another version has written and this one cannot read.</summary>
    public static IReadOnlyList<LegQuality>? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, QualityJson.Default.IReadOnlyListLegQuality);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What came from outside, where it can be figures at all; null otherwise. Nothing hangs on it, so a wrong one is left out and not refused.</summary>
    public static IReadOnlyList<LegQuality>? Sound(IReadOnlyList<LegQuality>? legs) =>
        legs is { Count: > 0 and <= MaxLegs } && legs.All(static leg => leg is not null && IsSound(leg)) ? legs : null;

    /// <summary>Whether it can be figures at all: each within its range.</summary>
    public static bool IsSound(LegQuality leg) =>
        Enum.IsDefined(leg.Leg) && IsScore(leg.Score) && IsCount(leg.RoundTripMs ?? 0) && leg.MeasuredSeconds is >= 0 and < (long)Most && leg.PoorSeconds >= 0
        && leg.PoorSeconds <= leg.MeasuredSeconds && IsSound(leg.Up) && IsSound(leg.Down)
        && (leg.Video is not { } video || (IsShare(video.LossUp) && IsShare(video.LossDown) && IsCount(video.BitRateUp) && IsCount(video.BitRateDown)
            && IsCount(video.RoundTripMs) && IsCount(video.KeyframesAsked) && IsCount(video.KeyframesWanted)));

    static bool IsSound(DirectionFigures? figures) => figures is null
        || (IsScore(figures.Score) && IsScore(figures.Average) && IsScore(figures.Worst) && IsShare(figures.Loss) && IsShare(figures.AverageLoss)
            && IsCount(figures.JitterMs) && IsCount(figures.DelayMs) && IsCount(figures.ConcealedMs ?? 0));

    static bool IsScore(double? score) => score is null or (>= 1 and <= 5);

    static bool IsShare(double share) => share is >= 0 and <= 1;

    static bool IsCount(double count) => count is >= 0 and <= Most;
}

/// <summary>How figures of quality are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<LegQuality>))]
sealed partial class QualityJson : JsonSerializerContext;
