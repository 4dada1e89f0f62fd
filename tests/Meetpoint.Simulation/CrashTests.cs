using Meetpoint.Simulation.Kit;

namespace Meetpoint.Simulation;

/// <summary>
/// Power fails on one exchange at any write of booking, meeting and leaving, and what was not synced is lost: after the restart both
/// exchanges agree on the meeting, nothing that was acknowledged is lost, no second is charged twice, and the meeting can be joined.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public void PowerLost_AtAnyWrite_LeavesNothingHalfDone()
    {
        var totals = CrashRun.WritesOfAWholeRun();
        output.WriteLine($"writes of a whole run: Albion {totals[0]}, Liberty {totals[1]}");
        LongForms.Run(output, 20, 2_000, seed => new CrashRun(seed, totals).Run());
    }
}
