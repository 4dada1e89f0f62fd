using System.Numerics;
using System.Runtime.InteropServices;
using Meetpoint.Net;

namespace Meetpoint.Media.Jitter;

/// <summary>
/// Learns how late packets come behind the fastest of the last seconds, and says how long to hold audio so that nearly all are there
/// in time.
/// </summary>
/// <remarks>
/// The fastest packet is taken over a sliding window, so a sender whose clock runs fast or slow moves it along; lateness is kept as a
/// histogram that forgets.
/// </remarks>
sealed class DelayEstimator
{
    /// <summary>Share of the packets that must be in time.</summary>
    public const float Quantile = 0.98f;

    const int BucketMs = 4;
    const int Buckets = 64;
    const float Forgetting = 0.998f;
    const long HalfWindowNs = 2 * MonotonicTime.Second;
    const int PacketsBetweenDecisions = 10;

    readonly float[] _histogram = new float[Buckets];
    long _currentMinimum;
    long _previousMinimum;
    long _halfStartNs;
    long _packets;

    /// <summary>Arrival less timestamp of the fastest packet in the window, in nanoseconds.</summary>
    public long BaseNs { get; private set; }

    /// <summary>Lateness that the quantile of packets stays under, in milliseconds.</summary>
    public int LatenessMs { get; private set; }

    /// <summary>Counts a packet.</summary>
    /// <param name="arrivalNs">Monotonic arrival time.</param>
    /// <param name="timestampNs">RTP timestamp as nanoseconds since the source's arbitrary zero.</param>
    public void OnPacket(long arrivalNs, long timestampNs)
    {
        var transit = arrivalNs - timestampNs;
        SlideMinimum(arrivalNs, transit);

        var latenessMs = (transit - BaseNs) / MonotonicTime.Millisecond;
        var bucket = (int)Math.Min(latenessMs / BucketMs, Buckets - 1);
        _packets++;
        // The first packets weigh more, so that the histogram is of use from the begin.
        var keep = Math.Min(Forgetting, 1 - (1f / _packets));
        foreach (ref var vector in MemoryMarshal.Cast<float, Vector<float>>(_histogram.AsSpan()))
            vector *= keep;
        _histogram[bucket] += 1 - keep;
        if (_packets < PacketsBetweenDecisions || _packets % PacketsBetweenDecisions == 0)
            LatenessMs = FindQuantile();
    }

    /// <summary>Forgets the fastest packet but not the shape of the jitter: the source's clock jumped.</summary>
    public void ResetBase() => _halfStartNs = 0;

    /// <summary>Forgets all.</summary>
    public void Reset()
    {
        Array.Clear(_histogram);
        _packets = 0;
        _halfStartNs = 0;
        LatenessMs = 0;
    }

    void SlideMinimum(long arrivalNs, long transit)
    {
        if (_halfStartNs == 0 || arrivalNs - _halfStartNs > 2 * HalfWindowNs)
        {
            _halfStartNs = arrivalNs;
            _currentMinimum = _previousMinimum = transit;
        }
        else if (arrivalNs - _halfStartNs > HalfWindowNs)
        {
            _halfStartNs = arrivalNs;
            _previousMinimum = _currentMinimum;
            _currentMinimum = transit;
        }
        else
        {
            _currentMinimum = Math.Min(_currentMinimum, transit);
        }

        BaseNs = Math.Min(_currentMinimum, _previousMinimum);
    }

    int FindQuantile()
    {
        var sum = 0f;
        for (var i = 0; i < Buckets; i++)
        {
            sum += _histogram[i];
            if (sum >= Quantile)
                return (i + 1) * BucketMs;
        }

        return Buckets * BucketMs;
    }
}
