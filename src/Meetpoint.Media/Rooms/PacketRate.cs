using Meetpoint.Net;

namespace Meetpoint.Media.Rooms;

/// <summary>A token bucket over packets.</summary>
struct PacketRate
{
    double _tokens;
    long _lastNs;

    /// <summary>Full at the begin.</summary>
    public PacketRate(int burst, long nowNs) => (_tokens, _lastNs) = (burst, nowNs);

    /// <summary>Takes a packet's token; false when there is none.</summary>
    public bool TryTake(int perSecond, int burst, long nowNs)
    {
        // RTP and RTCP of a leg may be handed over out of their order in time.
        if (nowNs > _lastNs)
        {
            _tokens = Math.Min(burst, _tokens + ((nowNs - _lastNs) * (double)perSecond / MonotonicTime.Second));
            _lastNs = nowNs;
        }

        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
