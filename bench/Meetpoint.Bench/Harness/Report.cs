using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetpoint.Bench.Harness;

/// <summary>One run of both sides.</summary>
public sealed record Run(double Ours, double? Peer);

/// <summary>What a benchmark found: medians, and every run.</summary>
public sealed record Report(
    string Name, string Unit, double Ours, double? Peer, string? PeerName, double? Ratio, double? BytesPerUnit, double? Mark, IReadOnlyList<Run> Runs)
{
    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.Report);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Report))]
sealed partial class ReportJson : JsonSerializerContext;
