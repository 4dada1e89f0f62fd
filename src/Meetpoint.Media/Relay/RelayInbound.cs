using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Relay;

/// <summary>What is counted of the RTP that a peer sends. Another source begins its own count, and the losses add up. A mutable value.</summary>
struct RelayInbound
{
    ReceiverStatistics _statistics;
    long _lostBefore;
    long _gapsBefore;
    uint _ssrc;

    /// <summary>Counts a packet; true when another source than before sends.</summary>
    public bool OnPacket(
        uint ssrc, ushort sequence, uint timestamp, int bytes, int clockRate, long nowNs, RelayCounters counters)
    {
        var isFirst = counters.PacketsReceived == 0;
        var changed = !isFirst && ssrc != _ssrc;
        if (isFirst)
            counters.FirstPacketNs = nowNs;
        if (changed)
        {
            _lostBefore += _statistics.CumulativeLost;
            _gapsBefore += _statistics.Gaps;
            _statistics = default;
        }

        _ssrc = ssrc;
        _statistics.OnPacket(sequence, timestamp, clockRate, nowNs, out _);
        counters.PacketsReceived++;
        counters.BytesReceived += bytes;
        counters.PacketsLost = _lostBefore + _statistics.CumulativeLost;
        counters.LossGaps = _gapsBefore + _statistics.Gaps;
        counters.JitterMs = _statistics.Jitter * 1000.0 / clockRate;
        return changed;
    }
}
