using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>Power fails at any write while accounting comes in: what was acknowledged arrives at home, and what was not is asked again and arrives as well.</summary>
public sealed class AccountingCrashTests(ITestOutputHelper output)
{
    const int Sessions = 30;

    [Fact]
    public void PowerLost_AtAnyWrite_LosesNothingThatWasAcknowledged()
    {
        long before;
        using (var whole = new RoamingRun(0, faultDisks: true))
        {
            before = whole.Exchange.Disk!.Operations;
            Script(whole, 0, null);
            output.WriteLine($"writes of a whole run: {whole.Exchange.Disk.Operations - before}");
            before = whole.Exchange.Disk.Operations - before;
        }

        LongForms.Run(output, 40, 2_000, seed =>
        {
            using var run = new RoamingRun(seed, faultDisks: true);
            var first = run.Exchange.Disk!.Operations + 1;
            var chance = new Random(seed);
            run.Exchange.Disk.CrashAt(chance.NextInt64(first, first + before));
            Script(run, seed, chance);
        });
    }

    static void Script(RoamingRun run, int seed, Random? chance)
    {
        run.Homes[0].IsDown = seed % 3 == 1;
        run.Homes[1].IsDown = seed % 3 == 1;
        var told = new List<AccessAttempt>();
        for (var i = 0; i < Sessions; i++)
        {
            told.Add(run.Access.Account(run.Accounting, $"user{i}@liberty.example", $"session{i}"));
            Pass(run, 0.1, seed, chance);
        }

        Pass(run, 20, seed, chance);
        foreach (var home in run.Homes)
            home.IsDown = false;
        Pass(run, 150, seed, chance);
        run.Exchange.Disk!.CrashAt(long.MaxValue);
        told.ShouldAllBe(attempt => attempt.Code == RadiusCode.AccountingResponse, $"seed {seed}: accounting is acknowledged");
        var arrived = run.Arrived.ToHashSet();
        told.Count.ShouldBe(arrived.Count, $"seed {seed}: of {Sessions} acknowledged arrived {string.Join(", ", arrived)}");
        Kept(run).ShouldBe(0, $"seed {seed}: rows of what is at home");
        run.World.AssertNoFaults();
    }

    static int Kept(RoamingRun run) => run.Exchange.Store.Read(reader => reader.Single<int>("SELECT count(*) FROM roaming_accounting"));

    static void Pass(RoamingRun run, double seconds, int seed, Random? chance)
    {
        var end = run.World.Virtual.NowNs + (long)(seconds * 1e9);
        while (run.World.Virtual.NowNs < end)
        {
            run.World.Virtual.RunUntil(() => run.Exchange is { IsRunning: true, Disk.Crashed: true }, end - run.World.Virtual.NowNs);
            if (run.Exchange is not { IsRunning: true, Disk.Crashed: true })
                continue;
            run.Exchange.Kill();
            run.World.Run(0.2 + (chance!.NextDouble() * 5));
            run.Exchange.Restart(seed % 2 == 0 ? seed : null);
        }
    }
}
