using System.Runtime.CompilerServices;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>Bits a second over the last second, in tenths. A mutable value: keep it in a field.</summary>
struct BitRateMeter
{
    const int Count = 10;
    const long BucketNs = MonotonicTime.Second / Count;

    Buckets _bits;
    long _bucket;
    long _firstBucket;

    /// <summary>Counts bytes.</summary>
    public void Add(int bytes, long nowNs)
    {
        Advance(nowNs);
        _bits[(int)(_bucket % Count)] += bytes * 8;
    }

    /// <summary>Bits a second; while less than a second was seen, what was seen counts as a second's share.</summary>
    public long Read(long nowNs)
    {
        Advance(nowNs);
        long sum = 0;
        for (var i = 0; i < Count; i++)
            sum += _bits[i];
        var seen = Math.Clamp(_bucket - _firstBucket + 1, 1, Count);
        return sum * Count / seen;
    }

    void Advance(long nowNs)
    {
        var bucket = nowNs / BucketNs;
        if (_bucket == 0 || bucket - _bucket >= Count)
        {
            _bits = default;
            (_bucket, _firstBucket) = (bucket, bucket);
        }

        while (_bucket < bucket)
            _bits[(int)(++_bucket % Count)] = 0;
    }

    [InlineArray(Count)]
    struct Buckets
    {
        int _first;
    }
}
