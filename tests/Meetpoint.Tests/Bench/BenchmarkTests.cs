using System.Diagnostics;
using System.Text.Json.Nodes;
using Shouldly;

namespace Meetpoint.Tests.Bench;

/// <summary>The short form of every benchmark ends well and tells what it should; how fast it was is nobody's business here.</summary>
public sealed class BenchmarkTests
{
    [Theory]
    [InlineData("admission", "ns", true)]
    [InlineData("media-mix", "us", false)]
    [InlineData("radius-accounting", "us", false)]
    [InlineData("radius-proxy", "us", false)]
    [InlineData("startup", "ms", true)]
    public async Task Run_ShortForm_WritesAllFieldsOfTheReport(string name, string unit, bool bytes)
    {
        var file = Path.GetTempFileName();
        try
        {
            var (exitCode, output) = await RunAsync(name, "--short", "--json", file, "--no-install");

            exitCode.ShouldBe(0, output);
            var report = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!.AsObject();
            report.Select(field => field.Key).ShouldBe(["name", "unit", "ours", "peer", "peerName", "ratio", "bytesPerUnit", "mark", "runs"]);
            ((string?)report["name"]).ShouldBe(name);
            ((string?)report["unit"]).ShouldBe(unit);
            ((double)report["ours"]!).ShouldBeGreaterThan(0);
            (report["bytesPerUnit"] is not null).ShouldBe(bytes);
            (report["ratio"] is null).ShouldBe(report["peer"] is null, "a ratio needs a peer, and a peer gives one");
            var run = report["runs"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
            run.Select(field => field.Key).ShouldBe(["ours", "peer"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Run_UnknownName_SaysWhichThereAre()
    {
        var (exitCode, output) = await RunAsync("nothing");
        exitCode.ShouldBe(2);
        output.ShouldContain("media-mix");
    }

    static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository(), "bench", "run"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Built with the solution as a rule; where only this project was, the script builds it.
        if (File.Exists(Path.Combine(Repository(), "bench", "Meetpoint.Bench", "bin", "Release", "net10.0", "Meetpoint.Bench.dll")))
            start.Environment["MEETPOINT_BENCH_BUILT"] = "1";
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        var error = process.StandardError.ReadToEndAsync(cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, output + await error);
    }

    static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meetpoint.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
