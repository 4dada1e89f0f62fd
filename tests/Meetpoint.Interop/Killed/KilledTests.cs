namespace Meetpoint.Interop.Killed;

/// <summary>
/// One exchange is killed (SIGKILL) at any write of booking and meeting: no half-booked meeting, no acknowledged usage lost, no second charged
/// twice, the meeting can be joined again, and what was used stands agreed on both statements.
/// </summary>
public sealed class KilledTests(KilledLanes lanes, ITestOutputHelper output) : IClassFixture<KilledLanes>
{
    [Fact]
    public async Task Kill_AtAnyWriteOfBookingAndMeeting_LosesNothingThatWasAcknowledged()
    {
        await lanes.RunAsync(output);
        Assert.True(lanes.Failures.Count == 0, string.Join("\n\n", lanes.Failures));
    }

    [Fact]
    public async Task Kill_AtAnyWrite_LeavesEveryRecordAgreed()
    {
        await lanes.RunAsync(output);
        Assert.True(lanes.Contested.Count == 0, string.Join("\n", lanes.Contested));
    }
}
