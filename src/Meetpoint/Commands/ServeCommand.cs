using System.CommandLine;

namespace Meetpoint.Commands;

/// <summary>meetpoint serve: the exchange itself.</summary>
static class ServeCommand
{
    public static Command Create(CommandSetup setup)
    {
        var command = new Command("serve", "Run the exchange until it is told to end.");
        command.SetAction((parsed, cancel) => Server.RunAsync(setup.Configuration(parsed), cancel));
        return command;
    }
}
