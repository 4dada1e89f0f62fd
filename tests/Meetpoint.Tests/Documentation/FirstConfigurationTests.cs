using System.Text.RegularExpressions;
using Meetpoint.Commands;
using Meetpoint.Configuration;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Tests.Documentation;

/// <summary>docs/start/first-configuration.md is done as it stands, but for the ports, which are free ones here.</summary>
public sealed partial class FirstConfigurationTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_EveryCommand_DoesWhatItSays()
    {
        var page = Samples.Read("docs/start/first-configuration.md");
        var folder = Directory.CreateTempSubdirectory("mp-").FullName;
        var running = new List<Server>();
        try
        {
            foreach (Match block in FileBlock().Matches(page))
            {
                var path = Path.Combine(folder, block.Groups["name"].Value);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var text = block.Groups["text"].Value;
                await File.WriteAllTextAsync(path, path.EndsWith("meetpoint.yaml", StringComparison.Ordinal) ? Port().Replace(text, "127.0.0.1:0") : text, Cancel);
            }

            var applied = 0;
            foreach (Match block in CommandBlock().Matches(page))
            {
                foreach (var line in block.Groups["text"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    var args = Words().Matches(line).Select(word => word.Value.Trim('"')).Skip(1).ToArray();
                    if (args[0] == "serve")
                    {
                        running.Add(await ServeAsync(Path.Combine(folder, args[^1])));
                        continue;
                    }

                    var (code, output, error) = await CommandRun.InAsync(folder, args);
                    code.ShouldBe(0, $"{line}\n{output}{error}");
                    if (args[0] == "identity")
                        await PinAsync(folder, output);
                    if (args[0] == "apply" && ++applied > 1)
                        (await CommandRun.InAsync(folder, args)).Out.Trim().ShouldBe("nothing to change", line);
                }
            }

            running.Count.ShouldBe(2);
            applied.ShouldBe(3);
        }
        finally
        {
            foreach (var server in running)
                await server.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void SampleWorld_LoadsWithoutFault() =>
        WorldValidator.Check(YamlTree.Parse(Samples.Read("docs/reference/world.sample.yaml")).Root).Faults.ShouldBeEmpty();

    // What the operators tell each other: each writes the other's key into his file.
    static async Task PinAsync(string folder, string shown)
    {
        var key = shown.Split('\n').Single(line => line.StartsWith("identityKey", StringComparison.Ordinal)).Split('\t')[1].Trim();
        var isAlbion = shown.Contains("albion.example", StringComparison.Ordinal);
        var file = Path.Combine(folder, isAlbion ? "liberty" : "albion", "world.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel)).Replace(isAlbion ? "ALBION_KEY" : "LIBERTY_KEY", key, StringComparison.Ordinal), Cancel);
    }

    static async Task<Server> ServeAsync(string path)
    {
        var (configuration, faults) = ConfigurationReader.Read(await File.ReadAllTextAsync(path, Cancel), Path.GetDirectoryName(path)!);
        faults.ShouldBeEmpty();
        return await Server.StartAsync(configuration, Cancel);
    }

    [GeneratedRegex(@"`(?<name>\w+/\w+\.yaml)`[^`]*?(`[^`\n]+`[^`]*?)*\n```yaml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex FileBlock();

    [GeneratedRegex(@"```sh\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CommandBlock();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Words();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Port();
}
