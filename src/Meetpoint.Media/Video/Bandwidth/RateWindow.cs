using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>Bits per second over the last 300 ms, some nine frames. A mutable value: keep it in a field.</summary>
/// <remarks>Time is that of the events counted, of whichever clock; what is older than the newest by more than the window is not counted.</remarks>
struct RateWindow()
{
    /// <summary>The time that is looked at.</summary>
    public const long WindowNs = Buckets * BucketNs;

    const int Buckets = 15;
    const long BucketNs = 20 * MonotonicTime.Millisecond;

    readonly int[] _bytes = new int[Buckets];
    long _newest;
    long _first;
    long _total;
    bool _isStarted;

    /// <summary>Counts bytes at a time.</summary>
    public void Add(int bytes, long atNs)
    {
        var bucket = Math.DivRem(atNs, BucketNs).Quotient;
        if (!_isStarted)
            (_isStarted, _newest, _first) = (true, bucket, bucket);
        Advance(bucket);
        if (bucket <= _newest - Buckets)
            return;
        _bytes[(int)(bucket % Buckets)] += bytes;
        _total += bytes;
    }

    /// <summary>The rate up to a time; 0 before a tenth of a second has been seen.</summary>
    public long BitsPerSecond(long atNs)
    {
        if (!_isStarted)
            return 0;
        Advance(atNs / BucketNs);
        // The bucket that is being filled counts in full: the rate is a little low, never too high.
        var seen = Math.Min(_newest - _first + 1, Buckets);
        return seen * BucketNs < WindowNs / 3 ? 0 : _total * 8 * MonotonicTime.Second / (seen * BucketNs);
    }

    /// <summary>Forgets all.</summary>
    public void Reset()
    {
        Array.Clear(_bytes);
        _total = 0;
        _isStarted = false;
    }

    void Advance(long bucket)
    {
        if (bucket <= _newest)
            return;
        if (bucket - _newest >= Buckets)
        {
            Array.Clear(_bytes);
            _total = 0;
        }
        else
        {
            for (var i = _newest + 1; i <= bucket; i++)
            {
                ref var old = ref _bytes[(int)(i % Buckets)];
                _total -= old;
                old = 0;
            }
        }

        _newest = bucket;
    }
}
