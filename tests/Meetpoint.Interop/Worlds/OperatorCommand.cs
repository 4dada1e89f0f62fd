using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Worlds;

/// <summary>How a command ended.</summary>
/// <param name="Line">The command.</param>
/// <param name="Code">Its exit code.</param>
/// <param name="Text">All that it wrote.</param>
sealed record CommandOutcome(string Line, int Code, string Text);

/// <summary>A command of the program, run as an exchange's operator does.</summary>
static class OperatorCommand
{
    static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    /// <summary>Runs it against an exchange, to its end.</summary>
    /// <param name="exchange">Whose configuration it reads.</param>
    /// <param name="parent">Where its folder is made.</param>
    /// <param name="arguments">The command.</param>
    internal static async Task<CommandOutcome> RunAsync(this DemoExchange exchange, string parent, params IReadOnlyList<string> arguments)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, Guid.NewGuid().ToString("N"))).FullName;
        await using var process = await ChildProcess.StartAsync(
            "meetpoint", folder, Path.Combine(AppContext.BaseDirectory, "meetpoint"), [.. arguments, "--config", exchange.ConfigurationPath]);
        var line = $"meetpoint {string.Join(' ', arguments)}";
        var code = await process.Exited.WithinAsync(_soon, $"{line} to end", process.LogTail);
        return new CommandOutcome(line, code, await File.ReadAllTextAsync(process.LogPath));
    }
}
