using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Media.Quality;

/// <summary>The quality of a leg's pictures in windows: loss both ways, bit rates, keyframes that were asked for. There is no score: G.107 is of speech.</summary>
/// <remarks>Sans-I/O, on one thread.</remarks>
public sealed class VideoQualityMeter
{
    VideoStatistics _before;
    long _sinceNs;
    bool _hasBegun;

    /// <summary>Share of the pictures' packets from the peer that never came, not even again, in the last window, 0 to 1.</summary>
    public double LossUp { get; private set; }

    /// <summary>Share of what it was sent that the peer lost by its last reports, 0 to 1; before anything was sent again.</summary>
    public double LossDown { get; private set; }

    /// <summary>Bits a second from the peer, headers included.</summary>
    public long BitRateUp { get; private set; }

    /// <summary>Bits a second to the peer.</summary>
    public long BitRateDown { get; private set; }

    /// <summary>What the way to the peer can carry, in bits a second; 0 while not known.</summary>
    public long EstimateBitsPerSecond { get; private set; }

    /// <summary>Round trip in milliseconds; 0 while not known.</summary>
    public double RoundTripMs { get; private set; }

    /// <summary>Keyframes asked of the peer in the last window, by those who could not show its pictures.</summary>
    public long KeyframesAsked { get; private set; }

    /// <summary>Keyframes that the peer asked for in the last window: as often it could not go on with a picture.</summary>
    public long KeyframesWanted { get; private set; }

    /// <summary>True when pictures went either way in the last window.</summary>
    public bool IsActive => BitRateUp > 0 || BitRateDown > 0;

    /// <summary>Takes what was counted by now; a window ends with each call, so it is called when those of the audio end.</summary>
    public void Take(in VideoStatistics counts, long nowNs)
    {
        var seconds = (nowNs - _sinceNs) / (double)MonotonicTime.Second;
        if (_hasBegun && seconds > 0)
        {
            var (came, lost) = (counts.PacketsReceived - _before.PacketsReceived, Math.Max(0, counts.PacketsLost - _before.PacketsLost));
            LossUp = came + lost > 0 ? lost / (double)(came + lost) : 0;
            BitRateUp = RateOf(counts.BytesReceived - _before.BytesReceived, seconds);
            BitRateDown = RateOf(counts.BytesSent - _before.BytesSent, seconds);
            LossDown = BitRateDown > 0 ? Math.Clamp(counts.RemoteLoss, 0, 1) : 0;
            (EstimateBitsPerSecond, RoundTripMs) = (counts.EstimateBitsPerSecond, counts.RoundTripMs);
            KeyframesAsked = Math.Max(0, counts.KeyframesAsked - _before.KeyframesAsked);
            KeyframesWanted = Math.Max(0, counts.KeyframesWanted - _before.KeyframesWanted);
        }

        (_hasBegun, _before, _sinceNs) = (true, counts, nowNs);
    }

    static long RateOf(long bytes, double seconds) => (long)(Math.Max(0, bytes) * 8 / seconds);
}
