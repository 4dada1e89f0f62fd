using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>How many calls a window has, and how fast they come; and the same of what wakes a server.</summary>
sealed record SipLoadSize(int Calls, int CallsPerSecond, int WakingCalls, int WakingCallsPerSecond)
{
    /// <summary>400 a second: what SIPp and a server hold on two hyperthreads of one core without anything being sent again.</summary>
    public static SipLoadSize Of(Effort effort) => effort == Effort.Full ? new(1_600, 400, 300, 60) : new(200, 100, 100, 50);
}
