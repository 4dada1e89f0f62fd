using Meetpoint.Radius.Packets;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation.Roaming;

/// <summary>
/// Datagrams are lost, come twice and overtake each other on both sides of the hub: what is answered is answered rightly, what is acknowledged arrives, and nothing is held at the end.
/// </summary>
public sealed class DisturbedTests(ITestOutputHelper output)
{
    const int Requests = 60;

    [Fact]
    public void Datagrams_LostDoubledAndReordered_NeverMakeAWrongAnswer() => LongForms.Run(output, 60, 2_000, Run);

    static void Run(int seed)
    {
        using var run = new RoamingRun(seed);
        run.Disturb(0.02 + (seed % 5 * 0.04));
        var chance = new Random(seed);
        var asked = new List<(AccessAttempt Attempt, bool IsRight)>();
        var told = new List<AccessAttempt>();
        for (var i = 0; i < Requests; i++)
        {
            var (kind, isRight) = (chance.Next(4), chance.Next(3) > 0);
            if (kind == 3)
                told.Add(run.Access.Account(run.Accounting, $"user{i}@liberty.example", $"session{i}"));
            else
                asked.Add((run.Access.Access(run.Hub, $"{(kind == 0 ? $"eap{chance.Next(1, 5)}-" : "user")}{i}@liberty.example", isRight ? SimulatedHomeServer.Password : "guessed"), isRight));
            run.World.Run(chance.NextDouble() * 0.2);
        }

        run.World.Run(200);
        foreach (var (attempt, isRight) in asked)
        {
            var last = attempt.Last;
            if (last.Code == RadiusCode.None)
                continue; // its client has lost patience
            last.Code.ShouldBe(isRight ? RadiusCode.AccessAccept : RadiusCode.AccessReject, $"seed {seed}: {attempt.User}, {last.Said}");
            last.Said.ShouldBe($"{last.Code} {attempt.User} by its home", $"seed {seed}: {attempt.User}");
        }

        told.ShouldAllBe(attempt => attempt.Code == RadiusCode.AccountingResponse, $"seed {seed}: accounting is acknowledged");
        var arrived = run.Arrived.ToHashSet();
        arrived.Count.ShouldBe(told.Count, $"seed {seed}: what was acknowledged arrived");
        run.Access.Wrong.ShouldBe(0, $"seed {seed}: answers that answer nothing");
        run.Homes.ShouldAllBe(home => home.Faults.Count == 0, $"seed {seed}: {string.Join(", ", run.Homes.SelectMany(home => home.Faults))}");
        run.Exchange.Node.Admission.CountHeld().ShouldBe(0, $"seed {seed}: grants held");
        run.World.AssertNoFaults();
    }
}
