using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetpoint.Bench.Harness;

/// <summary>One run of both sides.</summary>
public sealed record Run(double Ours, double? Peer);

/// <summary>What a benchmark found: medians, and every run.</summary>
/// <param name="Name">Of the benchmark.</param>
/// <param name="Unit">Of ours, peer, mark and runs.</param>
/// <param name="Ours">Median of ours.</param>
/// <param name="Peer">Median of the peer; null when it is not there.</param>
/// <param name="PeerName">Whom it is compared with; null when there is nobody.</param>
/// <param name="Ratio">Ours by peer; null without a peer.</param>
/// <param name="BytesPerUnit">Managed bytes allocated a unit, for startup the bytes resident; null where that cannot be read.</param>
/// <param name="Mark">The most that ours may be, of a yield the least; with a ratio to reach, what that makes of the peer. Null when there is none.</param>
/// <param name="Runs">Every run that was measured, in order.</param>
/// <param name="Notes">What else was seen, a line each; printed, and not part of the JSON.</param>
public sealed record Report(
    string Name, string Unit, double Ours, double? Peer, string? PeerName, double? Ratio, double? BytesPerUnit, double? Mark, IReadOnlyList<Run> Runs,
    [property: JsonIgnore] IReadOnlyList<string> Notes)
{
    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.Report);

    /// <summary>Prints it for a reader.</summary>
    public void Print(TextWriter output, Benchmark benchmark)
    {
        var culture = CultureInfo.InvariantCulture;
        var peerColumn = PeerName ?? "";
        output.WriteLine(string.Create(culture, $"{"run",6}{"ours",12}  {peerColumn}"));
        for (var i = 0; i < Runs.Count; i++)
            output.WriteLine(string.Create(culture, $"{i + 1,6}{Runs[i].Ours,12:f2}  {Cell(Runs[i].Peer, peerColumn)}"));
        output.WriteLine(string.Create(culture, $"median{Ours,12:f2}  {Cell(Peer, peerColumn)}  {Unit}, {benchmark.Measure}"));
        if (Ratio is { } ratio)
            output.WriteLine(string.Create(culture, $"ratio {ratio,12:f3}"));
        if (BytesPerUnit is { } bytes)
            output.WriteLine(string.Create(culture, $"bytes {bytes,12:f3}  {benchmark.BytesMeasure}"));
        if (Mark is { } mark)
            output.WriteLine(string.Create(culture, $"mark  {mark,12:f2}  {Unit}: {Reached(benchmark.MarkIsLeast ? Ours >= mark : Ours <= mark)}"));
        if (benchmark.BytesMark is { } bytesMark)
            output.WriteLine(string.Create(culture, $"mark  {bytesMark,12:f0}  bytes: {Reached(BytesPerUnit <= bytesMark)}"));
        foreach (var note in Notes)
            output.WriteLine(note);
    }

    static string Reached(bool reached) => reached ? "reached" : "NOT reached";

    static string Cell(double? value, string column) =>
        value is { } cost ? cost.ToString("f2", CultureInfo.InvariantCulture).PadLeft(column.Length) : (column.Length > 0 ? "-" : "").PadLeft(column.Length);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Report))]
sealed partial class ReportJson : JsonSerializerContext;
