using System.Globalization;
using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>What came of the calls that began in a window.</summary>
/// <param name="steadyFromNs">When the window has settled, in the loop's time.</param>
/// <param name="steadyToNs">When the last call begins.</param>
sealed class AgentCounts(long steadyFromNs, long steadyToNs)
{
    /// <summary>INVITEs, without those sent again.</summary>
    public int Begun { get; set; }

    /// <summary>From the first INVITE to the last, nanoseconds.</summary>
    public long BeginningNs { get; set; }

    /// <summary>Calls that were answered and hung up in good time.</summary>
    public int Good { get; private set; }

    /// <summary>Of these, the ones whose end fell between the two times: what is carried while calls keep coming, without what waited until they ceased.</summary>
    public int GoodWhileSteady { get; private set; }

    /// <summary>Good calls a second between the two times.</summary>
    public double GoodPerSecond => GoodWhileSteady * (double)MonotonicTime.Second / (steadyToNs - steadyFromNs);

    /// <summary>The same, but too late.</summary>
    public int Late { get; set; }

    /// <summary>Calls that were answered with an error.</summary>
    public int Refused { get; set; }

    /// <summary>Calls, and ends of calls, that nobody answered.</summary>
    public int GivenUp { get; set; }

    /// <summary>INVITE and BYE sent again.</summary>
    public int Retransmissions { get; set; }

    /// <summary>A call came to a good end.</summary>
    public void AddGood(long nowNs)
    {
        Good++;
        if (nowNs >= steadyFromNs && nowNs < steadyToNs)
            GoodWhileSteady++;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Begun} begun, {Good} good, {Late} late, {Refused} refused, {GivenUp} given up, {Retransmissions} sent again");
}
