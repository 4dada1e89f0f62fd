using System.CommandLine;
using System.Reflection;

namespace Meetpoint.Commands;

/// <summary>meetpoint version.</summary>
static class VersionCommand
{
    public static Command Create(CommandSetup setup)
    {
        var command = new Command("version", "Show the version of this program.");
        command.SetAction(_ => setup.Around.Out.WriteLine(
            $"meetpoint {typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}"));
        return command;
    }
}
