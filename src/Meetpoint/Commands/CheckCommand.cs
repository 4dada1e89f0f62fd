using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Configuration;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Commands;

/// <summary>meetpoint check: every fault at once, with its line and its mend.</summary>
static class CheckCommand
{
    public static Command Create(CommandSetup setup)
    {
        var file = new Option<string?>("--file", "-f") { Description = "Look at this world.yaml, too." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("check", "Look at the configuration, a world file, and what they need of the machine. Ends with 1 when there is a fault.") { file, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var findings = new List<Finding>();
            var path = setup.ConfigPath(parsed);
            var looked = false;
            // A world file can be looked at where there is no configuration.
            if (File.Exists(path) || parsed.GetValue(file) is null)
            {
                looked = true;
                if (!File.Exists(path))
                    throw new CommandFailedException($"there is no file {path}", "give --config FILE, or -f world.yaml");
                var (configuration, faults) = setup.Read(path);
                findings.AddRange(faults.Select(fault => new Finding(fault.Source(path), fault, IsWarning: false)));
                findings.AddRange(Misspelt(setup.Around.Variables.Keys));
                if (faults.Count == 0)
                    findings.AddRange((await MachineCheck.LookAsync(configuration, cancel)).Select(warning => new Finding(path, warning, IsWarning: true)));
            }

            if (parsed.GetValue(file) is { } name)
                findings.AddRange(World(WorldFile.Read(name, setup.Around)));
            if (parsed.GetValue(json))
                await setup.Around.Out.WriteLineAsync(Json(findings).ToJsonString());
            else
                Write(setup.Around.Out, findings, looked ? path : null, parsed.GetValue(file));
            return findings.Exists(finding => !finding.IsWarning) ? 1 : 0;
        });
        return command;
    }

    /// <summary>One underscore too few, and a variable says nothing to anyone.</summary>
    static IEnumerable<Finding> Misspelt(IEnumerable<string> variables) =>
        from name in variables
        where name.StartsWith("MEETPOINT_", StringComparison.OrdinalIgnoreCase) && !name.StartsWith(YamlTree.VariablePrefix, StringComparison.OrdinalIgnoreCase)
            && name.IndexOf("__", StringComparison.Ordinal) > 0
        let meant = YamlTree.VariablePrefix + name["MEETPOINT_".Length..]
        select new Finding("environment", new YamlFault(0, 0, "", "stands for no key", $"did you mean '{meant}'?") { Variable = name }, IsWarning: true);

    static IEnumerable<Finding> World(WorldFile world)
    {
        IEnumerable<YamlFault> faults = world.Tree.Faults.Count > 0
            ? world.Tree.Faults
            : WorldValidator.Check(world.Document).Faults.Select(fault => world.Tree.FaultAt(fault.Path, fault.Message, fault.Mend));
        return faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).Select(fault => new Finding(world.Name, fault, IsWarning: false));
    }

    static void Write(TextWriter output, List<Finding> findings, params string?[] files)
    {
        foreach (var finding in findings)
            output.WriteLine($"{finding.File}:{finding.Fault}{(finding.IsWarning ? " (warning)" : "")}");
        var faults = findings.Count(finding => !finding.IsWarning);
        output.WriteLine(faults switch
        {
            0 => $"no fault in {string.Join(" and ", files.Where(file => file is not null))}",
            1 => "1 fault",
            _ => $"{faults} faults",
        });
    }

    static JsonObject Json(List<Finding> findings) => new()
    {
        ["ok"] = findings.TrueForAll(finding => finding.IsWarning),
        ["findings"] = new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject
        {
            ["file"] = finding.File,
            ["line"] = finding.Fault.Line,
            ["column"] = finding.Fault.Column,
            ["path"] = finding.Fault.Path,
            ["message"] = finding.Fault.Message,
            ["mend"] = finding.Fault.Mend,
            ["level"] = finding.IsWarning ? "warning" : "fault",
        })]),
    };

    sealed record Finding(string File, YamlFault Fault, bool IsWarning);
}
