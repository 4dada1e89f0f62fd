using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>Turns the wrapping time of a receiver's feedback into nanoseconds that grow. A mutable value: keep it in a field.</summary>
struct ArrivalClock
{
    /// <summary>A clock that goes wrong by more than this against ours was set, or belongs to another receiver.</summary>
    public const long MaxDriftNs = 5 * MonotonicTime.Second;

    const int ReferenceBits = 24;
    const long TickNs = TransportFeedback.TickMicroseconds * MonotonicTime.Microsecond;

    long _reference;
    long _ourNs;
    bool _isStarted;

    /// <summary>Takes a feedback packet: what to add to its ticks. False when the clock jumped, and nothing from before can be compared.</summary>
    public bool TryFollow(in TransportFeedback feedback, long nowNs, out long baseNs)
    {
        var isSteady = true;
        if (!_isStarted)
        {
            _isStarted = true;
            _reference = (1L << ReferenceBits) + feedback.ReferenceTime;
        }
        else
        {
            var step = (int)(feedback.ReferenceTime - _reference) << (32 - ReferenceBits) >> (32 - ReferenceBits);
            isSteady = Math.Abs((step * TransportFeedback.ReferenceTicks * TickNs) - (nowNs - _ourNs)) <= MaxDriftNs;
            // After a jump it goes on from where it was: what is asked is only how far apart packets arrived.
            _reference = Math.Max(_reference + step, 1L << (ReferenceBits - 1));
        }

        _ourNs = nowNs;
        baseNs = (_reference - feedback.ReferenceTime) * TransportFeedback.ReferenceTicks * TickNs;
        return isSteady;
    }

    /// <summary>A tick of that feedback in nanoseconds, never negative.</summary>
    public static long Nanoseconds(long ticks, long baseNs) => Math.Max(0, baseNs + (ticks * TickNs));
}
