using Meetpoint.Bench.Harness;

namespace Meetpoint.Bench.Sip;

/// <summary>How many calls a window has, and how fast they come; and the same of what wakes a server.</summary>
sealed record SipLoadSize(int Calls, int CallsPerSecond, int WakingCalls, int WakingCallsPerSecond)
{
    /// <summary>1,000 a second: about what one pair of SIPp, and Kamailio, hold on two hyperthreads of one core without anything being sent again.</summary>
    public static SipLoadSize Of(Effort effort) => effort == Effort.Full ? new(5_000, 1_000, 300, 60) : new(200, 100, 100, 50);
}
