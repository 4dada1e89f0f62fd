using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>What the delay on the way says of the load.</summary>
enum DelaySignal
{
    /// <summary>No queue grows or shrinks.</summary>
    Normal,

    /// <summary>A queue grows: more is sent than goes through.</summary>
    Overuse,

    /// <summary>A queue shrinks: wait until it is empty.</summary>
    Underuse,
}

/// <summary>
/// Whether a queue grows on the way: the slope of the smoothed delay over the last groups, against a threshold that adapts, so that a flow is
/// not starved by others that fill the queue (draft-ietf-rmcat-gcc-02 5.3 to 5.4, with a line fitted in place of its Kalman filter, as
/// deployed senders have it).
/// </summary>
sealed class DelayTrend
{
    /// <summary>Groups that the line is fitted through.</summary>
    public const int Window = 20;

    const double Smoothing = 0.9;
    const double Gain = 4;
    const int MaxDeltas = 60;
    const double OveruseMs = 10;
    const double InitialThreshold = 12.5;
    const double MinThreshold = 6;
    const double MaxThreshold = 600;
    const double GrowPerMs = 0.0087;
    const double ShrinkPerMs = 0.039;

    /// <summary>A trend so far over the threshold is a sudden event, such as a change of path, and does not move it.</summary>
    const double MaxAdapting = 15;

    const double MaxAdaptingStepMs = 100;

    readonly double[] _atMs = new double[Window];
    readonly double[] _delayMs = new double[Window];
    int _count;
    int _deltas;
    long _firstNs;
    long _adaptedNs;
    double _sumMs;
    double _smoothedMs;
    double _trend;
    double _previousTrend;
    double _threshold = InitialThreshold;
    double _overusingMs = -1;
    int _overuses;

    /// <summary>What the last group said.</summary>
    public DelaySignal Signal { get; private set; }

    /// <summary>Takes how two groups lay apart; the signal.</summary>
    public DelaySignal Add(in GroupStep step)
    {
        if (_deltas == 0)
            _firstNs = _adaptedNs = step.AtNs;
        var sentMs = Ms(step.SentNs);
        _deltas = Math.Min(_deltas + 1, MaxDeltas);
        _sumMs += Ms(step.ArrivedNs) - sentMs;
        _smoothedMs = (Smoothing * _smoothedMs) + ((1 - Smoothing) * _sumMs);
        if (_count == Window)
        {
            Array.Copy(_atMs, 1, _atMs, 0, Window - 1);
            Array.Copy(_delayMs, 1, _delayMs, 0, Window - 1);
            _count--;
        }

        _atMs[_count] = Ms(step.AtNs - _firstNs);
        _delayMs[_count++] = _smoothedMs;
        if (_count == Window)
            _trend = Slope();
        Detect(_deltas * _trend * Gain, sentMs, step.AtNs);
        return Signal;
    }

    /// <summary>Forgets the delays, but not the threshold.</summary>
    public void Reset()
    {
        _count = _deltas = _overuses = 0;
        _sumMs = _smoothedMs = _trend = _previousTrend = 0;
        _overusingMs = -1;
        Signal = DelaySignal.Normal;
    }

    static double Ms(long ns) => ns / (double)MonotonicTime.Millisecond;

    void Detect(double trend, double sentMs, long atNs)
    {
        if (trend > _threshold)
        {
            _overusingMs = _overusingMs < 0 ? sentMs / 2 : _overusingMs + sentMs;
            _overuses++;
            // Not while it flattens: the queue is about to stop growing by itself.
            if (_overusingMs > OveruseMs && _overuses > 1 && _trend >= _previousTrend)
            {
                _overusingMs = 0;
                _overuses = 0;
                Signal = DelaySignal.Overuse;
            }
        }
        else
        {
            _overusingMs = -1;
            _overuses = 0;
            Signal = trend < -_threshold ? DelaySignal.Underuse : DelaySignal.Normal;
        }

        _previousTrend = _trend;
        Adapt(Math.Abs(trend), atNs);
    }

    void Adapt(double trend, long atNs)
    {
        if (trend <= _threshold + MaxAdapting)
        {
            var elapsedMs = Math.Min(Ms(atNs - _adaptedNs), MaxAdaptingStepMs);
            _threshold += (trend < _threshold ? ShrinkPerMs : GrowPerMs) * (trend - _threshold) * elapsedMs;
            _threshold = Math.Clamp(_threshold, MinThreshold, MaxThreshold);
        }

        _adaptedNs = atNs;
    }

    // Least squares through the points; 0 where all arrived at one time.
    double Slope()
    {
        var (meanAt, meanDelay) = (0.0, 0.0);
        for (var i = 0; i < Window; i++)
        {
            meanAt += _atMs[i] / Window;
            meanDelay += _delayMs[i] / Window;
        }

        var (both, square) = (0.0, 0.0);
        for (var i = 0; i < Window; i++)
        {
            both += (_atMs[i] - meanAt) * (_delayMs[i] - meanDelay);
            square += (_atMs[i] - meanAt) * (_atMs[i] - meanAt);
        }

        return square == 0 ? 0 : both / square;
    }
}
