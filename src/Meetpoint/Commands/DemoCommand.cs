using System.CommandLine;
using System.Runtime.InteropServices;
using Meetpoint.Demo;
using Meetpoint.Demo.Story;
using Meetpoint.Demo.World;
using NodaTime;

namespace Meetpoint.Commands;

/// <summary>meetpoint demo: starts the demonstration world, tells what happens in it, and keeps it up.</summary>
static class DemoCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create(CommandSetup setup)
    {
        var once = new Option<bool>("--once") { Description = "Exit after the story: 0 only if all of it held." };
        var json = new Option<FileInfo?>("--json") { Description = "Write what was measured to this file.", HelpName = "FILE" };
        var state = new Option<DirectoryInfo>("--state")
        {
            Description = "Folder of the world, emptied at the start.",
            HelpName = "DIR",
            DefaultValueFactory = _ => new DirectoryInfo(setup.Around.PathOf(".state/demo")),
        };
        var own = new Option<bool>("--own-phones") { Description = "Use Meetpoint's own user agent though baresip is installed." };
        var second = new Option<int>("--second") { Description = "Second number of the world's addresses (127.N...), for one world beside another.", HelpName = "N" };
        var command = new Command("demo", "Start two exchanges and their customers on this machine, and hold a meeting across them.") { once, json, state, own, second };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(once), result.GetValue(json)?.FullName, result.GetValue(state)!.FullName, result.GetValue(own),
            WorldPlan.At(result.GetValue(second)), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(bool once, string? json, string folder, bool preferOwn, WorldPlan plan, CancellationToken cancellationToken)
    {
        var narrator = new Narrator(Console.Out, TimeProvider.System);
        var report = new StoryReport();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var byCaller = cancellationToken.Register(() => stopped.TrySetResult());
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var story = TellAsync(narrator, report, plan, folder, preferOwn, once, stopped.Task);
        try
        {
            await story;
            report.Held = true;
        }
        catch (DemoFailedException failure)
        {
            report.Failure = failure.Message;
            await Console.Error.WriteLineAsync($"\nThis did not hold: {failure.Message}\nEverything is kept under {folder}.");
        }
        catch (OperationCanceledException)
        {
            report.Failure = "stopped before the end";
        }

        report.Seconds = Math.Round(narrator.Seconds, 1);
        if (json is not null)
            await report.WriteAsync(json);
        return report.Held ? 0 : 1;

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }
    }

    static async Task TellAsync(Narrator narrator, StoryReport report, WorldPlan plan, string folder, bool preferOwn, bool once, Task stopped)
    {
        narrator.Chapter("The world");
        await using var world = await DemoWorld.PrepareAsync(plan, folder);
        narrator.Say($"names at {world.Plan.NameServer}, mail at {world.Plan.MailServer}, files in {folder}");
        foreach (var exchange in world.Exchanges)
            await exchange.AddConfigurationAsync(RoamingPlan.Configuration(exchange.Party));
        foreach (var (exchange, starting) in world.Exchanges.Select(exchange => (exchange, exchange.StartAsync())).ToList())
        {
            var took = await narrator.WaitingAsync($"{exchange.Party.Domain} is starting", starting);
            report.ReadyMs[exchange.Party.Domain] = Math.Round(took.TotalMilliseconds);
            narrator.Say($"{exchange.Party.Name} runs {exchange.Party.Domain}: process {exchange.Process.Id}, ready after {took.TotalMilliseconds:0} ms");
            narrator.Detail($"SIP {exchange.Party.Sip}, API {exchange.Party.Api}, NNI {exchange.Party.Nni}, identity {exchange.IdentityKey[..12]}...");
        }

        await world.ApplyAsync(withAll: true);
        narrator.Say("both know their customers, their neighbour and their agreement");
        using var roaming = new RoamingStory(world, narrator, report);
        await UnlessStoppedAsync(roaming.GoOnLineAsync(), stopped);
        await UnlessStoppedAsync(new DemoStory(world, narrator, report, SystemClock.Instance).RunAsync(preferOwn), stopped);
        await UnlessStoppedAsync(new PresenceStory(world, narrator, report).RunAsync(), stopped);
        await UnlessStoppedAsync(roaming.SettleAsync(), stopped);
        await using var pictures = new PictureStory(world, narrator, report, SystemClock.Instance);
        await UnlessStoppedAsync(pictures.RunAsync(preferOwn), stopped);
        narrator.Chapter("All of it held.");
        if (!once)
            await new KeptWorld(world, narrator, report).WatchAsync(stopped);
    }

    static async Task UnlessStoppedAsync(Task chapter, Task stopped)
    {
        if (await Task.WhenAny(chapter, stopped) == stopped)
            throw new OperationCanceledException("stopped");
        await chapter;
    }
}
