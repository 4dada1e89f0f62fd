using System.CommandLine;
using Meetpoint.Client;
using Meetpoint.Configuration;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>What commands share: the options that say which exchange is meant and how answers look.</summary>
sealed class CommandSetup
{
    const string DefaultFile = "meetpoint.yaml";

    readonly Option<string?> _config = new("--config") { Description = "Configuration of the exchange; meetpoint.yaml in the current folder.", Recursive = true };
    readonly Option<string?> _url = new("--url") { Description = "API of an exchange elsewhere; MEETPOINT_URL.", Recursive = true };
    readonly Option<string?> _key = new("--key") { Description = "Key for --url; MEETPOINT_KEY, which other users of the machine cannot read, is better.", Recursive = true };
    readonly Option<OutputFormat> _output = new("--output", "-o") { Description = "table, json or yaml.", Recursive = true };

    public CommandSetup(Surroundings around) => Around = around;

    /// <summary>The process around.</summary>
    public Surroundings Around { get; }

    /// <summary>Options that every command has.</summary>
    public IEnumerable<Option> Global => [_config, _url, _key, _output];

    /// <summary>A client of the exchange that is meant.</summary>
    public ApiClient Client(ParseResult parsed)
    {
        if ((parsed.GetValue(_url) ?? Around.Variable("MEETPOINT_URL")) is { Length: > 0 } url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new CommandFailedException($"'{url}' is no http or https address", "write it as https://albion.example/");
            return ApiClient.Over(address, parsed.GetValue(_key) ?? Around.Variable("MEETPOINT_KEY"));
        }

        if (parsed.GetValue(_config) is null && Around.Variable("MEETPOINT_SOCKET") is { Length: > 0 } socket)
            return ApiClient.OverSocket(Around.PathOf(socket));
        if (!File.Exists(ConfigPath(parsed)))
        {
            throw new CommandFailedException(
                $"there is no {ConfigPath(parsed)}, so it is not known which exchange is meant", "give --config FILE, or --url and --key");
        }

        return ApiClient.OverSocket(Configuration(parsed).AdminSocket);
    }

    /// <summary>How answers look.</summary>
    public Printer Printer(ParseResult parsed) => new(Around.Out, parsed.GetValue(_output), Around.IsTerminal);

    /// <summary>The configuration file that is meant.</summary>
    public string ConfigPath(ParseResult parsed) => Around.PathOf(parsed.GetValue(_config) ?? DefaultFile);

    /// <summary>The configuration; all its faults when it has any.</summary>
    public ExchangeConfiguration Configuration(ParseResult parsed) => Reading(parsed).Configuration;

    /// <summary>The configuration with the origin of its values; all its faults when it has any.</summary>
    public ConfigurationReading Reading(ParseResult parsed)
    {
        var path = ConfigPath(parsed);
        var reading = Read(path);
        if (reading.Faults.Count == 0)
            return reading;
        throw new CommandFailedException(string.Join('\n', reading.Faults.Select(fault => $"{fault.Source(path)}:{fault}")), "'meetpoint check' looks at it again");
    }

    /// <summary>Reads a configuration file, and the environment over it, with its faults.</summary>
    public ConfigurationReading Read(string path) =>
        ConfigurationReader.Read(File.ReadAllText(path), Path.GetDirectoryName(path)!, Around.Variables);
}
