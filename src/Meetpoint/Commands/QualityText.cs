using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Client;

namespace Meetpoint.Commands;

/// <summary>How well something was heard, as a column shows it.</summary>
static class QualityText
{
    /// <summary>Of a leg that is on: the score of its last window.</summary>
    public static string? Of(JsonNode? quality) => quality.Text("score");

    /// <summary>Of a usage record: the lower average of both directions, as who measured has it, and behind a slash as the other side has it.</summary>
    public static string? OfRecord(JsonNode? record) => Lowest(record.Items("witnessQuality")) is { } theirs
        ? $"{Lowest(record.Items("quality")) ?? "-"} / {theirs}" : Lowest(record.Items("quality"));

    static string? Lowest(IEnumerable<JsonNode?> legs) => legs
        .SelectMany(static leg => new[] { leg?["up"].Text("average"), leg?["down"].Text("average") }).OfType<string>()
        .MinBy(static text => double.Parse(text, CultureInfo.InvariantCulture));
}
