namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>
/// Where the link's capacity was found: near it the rate grows slowly, far off it the link must have changed (draft-ietf-rmcat-gcc-02 5.5). A
/// mutable value: keep it in a field.
/// </summary>
struct CapacityRange
{
    const double Share = 0.05;
    const double Deviations = 3;

    // Of the error squared over the rate, in kbit/s: less would call noise a change of the link, more would never see one.
    const double InitialVariance = 0.4;
    const double MinVariance = 0.4;
    const double MaxVariance = 2.5;

    double _kbps;
    double _variance;

    /// <summary>True while it is known.</summary>
    public readonly bool IsKnown => _kbps > 0;

    /// <summary>The capacity, in bit/s.</summary>
    public readonly long BitsPerSecond => (long)(_kbps * 1000);

    /// <summary>True for a rate above what chance explains.</summary>
    public readonly bool IsBelow(long bitsPerSecond) => IsKnown && bitsPerSecond / 1000.0 > _kbps + Spread;

    /// <summary>True for a rate below what chance explains.</summary>
    public readonly bool IsAbove(long bitsPerSecond) => IsKnown && bitsPerSecond / 1000.0 < _kbps - Spread;

    readonly double Spread => Deviations * Math.Sqrt(_variance * _kbps);

    /// <summary>Takes what went through while a queue grew.</summary>
    public void OnSaturated(long bitsPerSecond)
    {
        var kbps = bitsPerSecond / 1000.0;
        if (!IsKnown)
        {
            (_kbps, _variance) = (kbps, InitialVariance);
            return;
        }

        _kbps += Share * (kbps - _kbps);
        var error = kbps - _kbps;
        _variance = Math.Clamp(((1 - Share) * _variance) + (Share * error * error / Math.Max(_kbps, 1)), MinVariance, MaxVariance);
    }

    /// <summary>Forgets it.</summary>
    public void Reset() => this = default;
}
