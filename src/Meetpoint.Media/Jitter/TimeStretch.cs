namespace Meetpoint.Media.Jitter;

/// <summary>
/// Shortens or lengthens sound by one period, cut where both sides are alike (waveform similarity overlap-add): pitch stays.
/// </summary>
sealed class TimeStretch
{
    /// <summary>Two sides this much alike can be joined unheard.</summary>
    public const float UnheardLikeness = 0.85f;

    const int MinPeriodMs10 = 25;
    const int MaxPeriodMs = 10;
    const int OverlapMs = 5;

    readonly int _minPeriod;
    readonly int _maxPeriod;
    readonly int _overlap;
    readonly float[] _work;
    readonly short[] _joint;

    public TimeStretch(int sampleRate)
    {
        _minPeriod = MinPeriodMs10 * sampleRate / 10_000;
        _maxPeriod = MaxPeriodMs * sampleRate / 1000;
        _overlap = OverlapMs * sampleRate / 1000;
        _work = new float[_maxPeriod + _overlap];
        _joint = new short[_overlap];
    }

    /// <summary>Samples that it needs to work on.</summary>
    public int Needed => _maxPeriod + _overlap;

    /// <summary>Takes one period out at the begin of <paramref name="samples"/>, moving the rest forward; returns samples taken out.</summary>
    /// <param name="samples">At least <see cref="Needed"/>.</param>
    /// <param name="least">Do it only when the sides are at least this much alike.</param>
    /// <param name="most">Take out no more than this many.</param>
    public int Shorten(Span<short> samples, float least, int most)
    {
        var (period, likeness) = Find(samples, most);
        if (period == 0 || likeness < least)
            return 0;
        Waveform.CrossFade(samples[.._overlap], samples.Slice(period, _overlap), _joint);
        samples[period..].CopyTo(samples);
        _joint.CopyTo(samples);
        return period;
    }

    /// <summary>Repeats one period; the samples must have room for <see cref="Needed"/> more after <paramref name="length"/>.</summary>
    /// <returns>Samples put in.</returns>
    public int Lengthen(Span<short> samples, int length, float least, int most)
    {
        var (period, likeness) = Find(samples[..length], most);
        if (period == 0 || likeness < least)
            return 0;
        Waveform.CrossFade(samples.Slice(period, _overlap), samples[.._overlap], _joint);
        samples[..length].CopyTo(samples[period..]);
        _joint.CopyTo(samples[period..]);
        return period;
    }

    (int Period, float Likeness) Find(ReadOnlySpan<short> samples, int most)
    {
        var longest = Math.Min(_maxPeriod, most);
        if (longest < _minPeriod || samples.Length < Needed)
            return (0, 0);
        Waveform.ToFloat(samples[..Needed], _work);
        var found = Waveform.BestLag(_work, 0, _overlap, _minPeriod, longest, direction: 1);
        // In silence any length does, and the longest brings the delay home soonest.
        return found.Likeness >= 1f ? (longest, 1f) : found;
    }
}
