using System.CommandLine;
using System.CommandLine.Invocation;
using Meetpoint.Client;

namespace Meetpoint.Commands;

/// <summary>The command line: 0 done, 1 refused or failed, 2 not understood.</summary>
static class CommandLine
{
    const int Failed = 1;
    const int Misused = 2;

    /// <summary>Runs one command.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings around, CancellationToken cancel)
    {
        // An argument may begin with @, as a realm does: it is no file of further arguments.
        var parsed = Root(new CommandSetup(around)).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var invocation = new InvocationConfiguration { Output = around.Out, Error = around.Error, EnableDefaultExceptionHandler = false };
        if (parsed.Action is ParseErrorAction misused)
        {
            misused.ShowHelp = false;
            // Complaints and "did you mean" belong together, and not into what is piped on.
            invocation.Output = around.Error;
            await parsed.InvokeAsync(invocation, cancel);
            await around.Error.WriteLineAsync("'meetpoint --help' lists what there is.");
            return Misused;
        }

        try
        {
            return await parsed.InvokeAsync(invocation, cancel);
        }
        catch (ApiProblemException problem)
        {
            problem.Problem.Write(around.Error);
        }
        catch (CommandFailedException failure)
        {
            await around.Error.WriteLineAsync(failure.Message);
            if (failure.Remedy is { } remedy)
                await around.Error.WriteLineAsync("→ " + remedy);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await around.Error.WriteLineAsync(exception.Message);
        }

        return Failed;
    }

    /// <summary>Every command there is; the reference page is held against it by a test.</summary>
    public static RootCommand Root(CommandSetup setup)
    {
        var root = new RootCommand("Meetpoint: an exchange where communications providers interconnect.")
        {
            ServeCommand.Create(setup),
            DemoCommand.Create(setup),
            CheckCommand.Create(setup),
            ConfigCommand.Create(setup),
            IdentityCommand.Create(setup),
            ApplyCommand.Create(setup),
            GetCommand.Create(setup),
            NeighbourCommand.Create(setup),
            MeetingCommand.Create(setup),
            RoomCommand.Create(setup),
            CallsCommand.Create(setup),
            PresenceCommand.Create(setup),
            MessageCommand.Create(setup),
            DirectoryCommand.Create(setup),
            HotspotCommand.Create(setup),
            RoamingCommand.Create(setup),
            RegistrationsCommand.Create(setup),
            QualityCommand.Create(setup),
            UsageCommand.Create(setup),
            StatementCommand.Create(setup),
            KeyCommand.Create(setup),
            EventsCommand.Create(setup),
            TraceCommand.Create(setup),
            ApiCommand.Create(setup),
            OpenApiCommand.Create(setup),
            VersionCommand.Create(setup),
        };
        foreach (var option in setup.Global)
            root.Add(option);
        return root;
    }
}
