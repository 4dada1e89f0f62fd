namespace Meetpoint.Media.Quality;

/// <summary>The quality of one direction of a leg: of the window that ended last, and of all before it. A mutable value: keep it in a field.</summary>
public struct DirectionQuality
{
    double _scores;
    double _weights;
    long _expected;
    long _lost;

    /// <summary>Estimated score of the last window, 1 to 4.5; null where the codec is not known, or when nothing was to be heard in it.</summary>
    public double? Score { get; private set; }

    /// <summary>Average over the stay; null while there was no score.</summary>
    public readonly double? Average => _weights > 0 ? _scores / _weights : null;

    /// <summary>The worst window of the stay.</summary>
    public double? Worst { get; private set; }

    /// <summary>Share of the last window's packets that was not there to be played, 0 to 1.</summary>
    public double Loss { get; private set; }

    /// <summary>The same over the stay.</summary>
    public readonly double AverageLoss => _expected > 0 ? Math.Clamp(_lost / (double)_expected, 0, 1) : 0;

    /// <summary>Interarrival jitter at the end of the last window, in milliseconds.</summary>
    public double JitterMs { get; private set; }

    /// <summary>One-way delay between the peer and here, buffers included, in milliseconds.</summary>
    public double DelayMs { get; private set; }

    /// <summary>Whether anything was ever measured of it.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Takes a window in.</summary>
    /// <param name="codec">Its codec; null gives no score.</param>
    /// <param name="seconds">How long it was: its weight in the average.</param>
    /// <param name="expected">Packets that were to be played.</param>
    /// <param name="lost">Packets of them that were not.</param>
    /// <param name="burstRatio">See <see cref="EModel.Rating"/>.</param>
    /// <param name="jitterMs">At its end.</param>
    /// <param name="delayMs">At its end.</param>
    internal void Add(EquipmentImpairment? codec, double seconds, long expected, long lost, double burstRatio, double jitterMs, double delayMs)
    {
        IsKnown = true;
        lost = Math.Clamp(lost, 0, expected);
        _expected += expected;
        _lost += lost;
        (Loss, JitterMs, DelayMs) = (expected > 0 ? lost / (double)expected : 0, jitterMs, delayMs);
        Score = codec is { } known ? EModel.Score(known, delayMs, Loss, burstRatio) : null;
        if (Score is not { } score)
            return;
        _scores += score * seconds;
        _weights += seconds;
        Worst = Math.Min(Worst ?? score, score);
    }

    /// <summary>A window in which there was nothing to be heard.</summary>
    internal void Skip() => Score = null;
}
