using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>
/// The rate by what the delay says: up by a share far off the link's capacity and by a packet a round trip near it, down to a share of what
/// goes through when a queue grows, and held while it empties (draft-ietf-rmcat-gcc-02 5.5).
/// </summary>
sealed class AimdControl(BandwidthOptions options, long nowNs)
{
    /// <summary>Of what goes through, when a queue grows.</summary>
    public const double Decrease = 0.85;

    const double GrowthPerSecond = 1.08;
    const double MaxOverArrived = 1.5;
    const long OverArrivedBits = 10_000;
    const long MinGrowthPerSecond = 4_000;
    const double FramesPerSecond = 30;
    const double PacketBits = 1200 * 8;

    /// <summary>What a receiver takes to tell of a change, beside the round trip.</summary>
    const long FeedbackNs = 100 * MonotonicTime.Millisecond;

    const long MinReduceNs = 10 * MonotonicTime.Millisecond;
    const long MaxReduceNs = 200 * MonotonicTime.Millisecond;

    CapacityRange _capacity;
    bool _isHeld = true;
    long _changedNs = nowNs;
    long _reducedNs = long.MinValue;

    /// <summary>The rate in bit/s.</summary>
    public long BitsPerSecond { get; private set; } = Math.Clamp(options.StartBitsPerSecond, options.MinBitsPerSecond, options.MaxBitsPerSecond);

    /// <summary>Takes a signal.</summary>
    /// <param name="signal">Of the delay.</param>
    /// <param name="arrived">What goes through now, in bit/s; 0 when not known.</param>
    /// <param name="mayGrow">False while less is sent than the rate allows: then nothing shows that more would go through.</param>
    /// <param name="roundTripNs">Round trip.</param>
    /// <param name="now">Monotonic time.</param>
    public void OnSignal(DelaySignal signal, long arrived, bool mayGrow, long roundTripNs, long now)
    {
        if (signal == DelaySignal.Overuse)
        {
            if (arrived > 0 && (_reducedNs == long.MinValue || now - _reducedNs >= Math.Clamp(roundTripNs, MinReduceNs, MaxReduceNs) || arrived < BitsPerSecond / 2))
                Reduce(arrived, now);
            return;
        }

        if (signal == DelaySignal.Underuse)
        {
            _isHeld = true;
            return;
        }

        if (_isHeld)
        {
            _isHeld = false;
            _changedNs = now;
            return;
        }

        var elapsed = Math.Min(now - _changedNs, MonotonicTime.Second) / (double)MonotonicTime.Second;
        _changedNs = now;
        if (mayGrow)
            Grow(arrived, roundTripNs, elapsed);
    }

    /// <summary>Sets a rate that was measured.</summary>
    /// <param name="bitsPerSecond">The rate.</param>
    /// <param name="saturated">What went through when it was the link's own limit; 0 when it was not.</param>
    /// <param name="now">Monotonic time.</param>
    public void Set(long bitsPerSecond, long saturated, long now)
    {
        BitsPerSecond = Math.Clamp(bitsPerSecond, options.MinBitsPerSecond, options.MaxBitsPerSecond);
        _capacity.Reset();
        if (saturated > 0)
            _capacity.OnSaturated(saturated);
        _changedNs = now;
    }

    void Grow(long arrived, long roundTripNs, double elapsed)
    {
        if (_capacity.IsBelow(arrived))
            _capacity.Reset();
        var limit = arrived > 0 ? (long)(arrived * MaxOverArrived) + OverArrivedBits : long.MaxValue;
        if (BitsPerSecond >= limit)
            return;
        var growth = _capacity.IsKnown
            ? Math.Max(MinGrowthPerSecond, PacketPerRoundTrip(roundTripNs)) * elapsed
            : BitsPerSecond * (Math.Pow(GrowthPerSecond, elapsed) - 1);
        BitsPerSecond = Math.Min(Math.Min(BitsPerSecond + (long)Math.Ceiling(growth), limit), options.MaxBitsPerSecond);
    }

    // Bits a second, each second: one packet more in each time that its effect takes to be seen.
    double PacketPerRoundTrip(long roundTripNs)
    {
        var frame = BitsPerSecond / FramesPerSecond;
        var packet = frame / Math.Ceiling(frame / PacketBits);
        return packet * MonotonicTime.Second / (roundTripNs + FeedbackNs);
    }

    void Reduce(long arrived, long now)
    {
        var reduced = (long)(arrived * Decrease);
        // What arrives may be more than what is sent now, out of a queue: then what is known of the link says more.
        if (reduced > BitsPerSecond && _capacity.IsKnown)
            reduced = (long)(_capacity.BitsPerSecond * Decrease);
        BitsPerSecond = Math.Clamp(Math.Min(reduced, BitsPerSecond), options.MinBitsPerSecond, options.MaxBitsPerSecond);
        if (_capacity.IsAbove(arrived))
            _capacity.Reset();
        _capacity.OnSaturated(arrived);
        _reducedNs = _changedNs = now;
        _isHeld = true;
    }
}
