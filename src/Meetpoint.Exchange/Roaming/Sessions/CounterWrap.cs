namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>Finds where counters of 32 bits went round, of access servers that send no Gigawords (RFC 2869 section 5.1 would have them).</summary>
/// <remarks>
/// Certain is only this: in order of the session's time one report has a counter in the last quarter of its range and the next in the first, time and
/// packets both having risen, by packets enough for the octets that lie between. Anything else is a counter that went back, and the higher stands.
/// </remarks>
static class CounterWrap
{
    const long Range = 1L << 32;
    const long Quarter = Range / 4;

    /// <summary>A packet of IPv4 or IPv6 has no more octets.</summary>
    const long MaxPacketOctets = 65_575;

    /// <summary>What was counted in all; null when the counter certainly went round nowhere.</summary>
    /// <param name="points">Session's time in seconds, octets and packets, of each report, in any order.</param>
    public static long? Total(IEnumerable<(long Seconds, long Octets, long Packets)> points)
    {
        var (wraps, most, before) = (0L, 0L, default((long Seconds, long Octets, long Packets)?));
        foreach (var point in points.Order())
        {
            if (before is { } last && last.Octets is >= Range - Quarter and < Range && point.Octets < Quarter && point.Seconds > last.Seconds
                && point.Packets > last.Packets && (point.Packets - last.Packets) * MaxPacketOctets >= Range + point.Octets - last.Octets)
                wraps++;
            most = Math.Max(most, point.Octets + (wraps * Range));
            before = point;
        }

        return wraps == 0 ? null : most;
    }
}
