using System.Diagnostics;
using System.Text.Json;
using Meetpoint.Exchange.Nni;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>
/// The same seed gives the same run: what crosses the networks (see <see cref="WorldRecord"/> for what of the cascade cannot count), what the
/// logs say, what the stores hold and how often they wrote, so that a crash point of <see cref="CrashTests"/> is always the same point.
/// </summary>
public sealed class RepeatTests
{
    const string ResultVariable = "MEETPOINT_SIM_DIGEST_FILE";
    const int Seed = 81;

    [Fact]
    public void Run_SameSeedTwice_IsTheSameAndAnotherSeedIsNot()
    {
        var first = Account(Seed);
        Differences(first, Account(Seed)).ShouldBeEmpty();
        first.Zip(Account(Seed + 1)).ShouldAllBe(pair => pair.First.Digest != pair.Second.Digest, "another seed is another run: on the network, in the logs and in the stores");
    }

    [Fact]
    public async Task Run_SameSeedInAnotherProcess_IsTheSame()
    {
        if (Environment.GetEnvironmentVariable(ResultVariable) is { } result)
        {
            await File.WriteAllTextAsync(result, JsonSerializer.Serialize(Account(Seed)), TestContext.Current.CancellationToken);
            return; // this is the other process
        }

        var file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in Arguments())
                start.ArgumentList.Add(argument);
            start.Environment[ResultVariable] = file;
            using var process = Process.Start(start)!;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            ending.CancelAfter(TimeSpan.FromMinutes(2));
            var output = process.StandardOutput.ReadToEndAsync(ending.Token);
            try
            {
                await process.WaitForExitAsync(ending.Token);
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill();
            }

            process.ExitCode.ShouldBe(0, await output);
            var other = JsonSerializer.Deserialize<List<RunPart>>(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
            Differences(other, Account(Seed)).ShouldBeEmpty();
        }
        finally
        {
            File.Delete(file);
        }
    }

    static IEnumerable<string> Arguments()
    {
        // Under a test runner the process may be dotnet itself.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            yield return typeof(RepeatTests).Assembly.Location;
        yield return "--filter-method";
        yield return $"{typeof(RepeatTests).FullName}.{nameof(Run_SameSeedInAnotherProcess_IsTheSame)}";
    }

    /// <summary>Where two runs part, part by part.</summary>
    internal static string Differences(IReadOnlyList<RunPart> one, IReadOnlyList<RunPart> other)
    {
        one.Count.ShouldBe(other.Count);
        return string.Join('\n', one.Zip(other, static (first, second) => first.DifferenceFrom(second)).OfType<string>());
    }

    /// <summary>Books over a lossy NNI, talks, loses power and the link, and comes back; tells of it line by line.</summary>
    internal static IReadOnlyList<RunPart> Account(int seed)
    {
        using var world = new SimulatedWorld(seed, faults: new VirtualNniFaults(0.2, 0.2, 300), faultDisks: true);
        using var record = new WorldRecord(world);
        var id = world.Book(Requests.Meeting(world, "user1@albion.example", "user0@liberty.example") with { Rooms = ["room0@liberty.example"], Pin = "4711" });
        var room = world.Room(world.Liberty, 0, 1200);
        world.RunToStart(id);
        var (alice, bob) = (world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880));
        foreach (var phone in new[] { alice, bob })
            phone.Dial(phone.Exchange.CodeOf(id));
        world.Run(1);
        alice.Audio.Press("4711");
        bob.Audio.Press("4711");
        world.Until(() => alice.IsIn && bob.IsIn && room.IsIn, 20, "all in");
        world.Run(4);
        world.Cut(world.Albion, world.Liberty, true);
        world.Run(4);
        world.Cut(world.Albion, world.Liberty, false);
        world.Run(2);
        world.Liberty.Kill();
        world.Run(1);
        world.Liberty.Restart(seed);
        alice.HangUp();
        world.Run(10);
        return
        [
            record.Seen,
            .. world.Exchanges.Select(exchange => RunPart.Of($"{exchange.Name} log", exchange.LogLines())),
            .. world.Exchanges.Select(exchange => RunPart.Of($"{exchange.Name} store", [.. exchange.StateLines(), $"{exchange.Disk!.Operations} writes"])),
        ];
    }
}
