using System.Collections;
using NodaTime;

namespace Meetpoint.Commands;

/// <summary>What a command takes from the process around it, so that a test can put it elsewhere.</summary>
/// <param name="Folder">The current folder.</param>
/// <param name="Variable">An environment variable, or null.</param>
/// <param name="Out">Where answers go.</param>
/// <param name="Error">Where complaints go.</param>
/// <param name="In">What is piped in.</param>
/// <param name="IsTerminal">True when answers go to a person's screen.</param>
/// <param name="Clock">For "now+5s" and "tomorrow".</param>
/// <param name="Zone">The time zone of the machine.</param>
sealed record Surroundings(
    string Folder, Func<string, string?> Variable, TextWriter Out, TextWriter Error, TextReader In, bool IsTerminal, IClock Clock, DateTimeZone Zone)
{
    /// <summary>Every environment variable by name, for those that stand for values of the configuration.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Characters of a line of the screen.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Those of the process.</summary>
    public static Surroundings OfProcess() => new(
        Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable, Console.Out, Console.Error, Console.In, !Console.IsOutputRedirected,
        SystemClock.Instance, DateTimeZoneProviders.Tzdb.GetSystemDefault())
    {
        Width = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 100 : Console.WindowWidth,
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
    };

    /// <summary>A path as the caller means it.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, Folder);
}

/// <summary>The command cannot do what it was asked to; said in plain words, and the process ends with 1.</summary>
sealed class CommandFailedException(string message, string? remedy = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do about it.</summary>
    public string? Remedy => remedy;
}
