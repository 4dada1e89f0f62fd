using Meetpoint.Exchange.Contracts;
using Meetpoint.Media.Quality;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Quality;

/// <summary>One leg's meters, its figures as they are told, and whether it is poor for long enough to be an alarm. On the loop only.</summary>
/// <param name="leg">What it joins.</param>
/// <param name="options">When it is poor.</param>
sealed class LegMeter(QualityLeg leg, QualityOptions options)
{
    readonly QualityMeter _audio = new(options.PoorBelow);
    readonly VideoQualityMeter _video = new();
    bool _hasVideo;
    int _running; // windows in a row that speak for the other state

    /// <summary>Whether its alarm stands.</summary>
    public bool IsPoor { get; private set; }

    /// <summary>Its figures as of the last window; null before the first in which anything was heard.</summary>
    public LegQuality? Figures { get; private set; }

    /// <summary>Takes what was counted by now; true when a window ended, and there are new figures.</summary>
    public bool Take(in QualityCounts counts, VideoStatistics? pictures, long nowNs, bool isLast = false)
    {
        if (!_audio.Take(counts, nowNs, isLast))
        {
            if (!_hasVideo)
                TakePictures(pictures, nowNs);
            return false;
        }

        TakePictures(pictures, nowNs);
        Judge(_audio.Score);
        Figures = Read();
        return true;
    }

    void TakePictures(VideoStatistics? pictures, long nowNs)
    {
        if (pictures is not { } counts)
            return;
        _video.Take(counts, nowNs);
        _hasVideo = true;
    }

    /// <summary>A window without a score speaks for what is well: nobody hears anything bad.</summary>
    void Judge(double? score)
    {
        var isPoor = score < options.PoorBelow;
        _running = isPoor == IsPoor ? 0 : _running + 1;
        if (_running < options.AlarmWindows)
            return;
        (IsPoor, _running) = (isPoor, 0);
    }

    LegQuality? Read() => !_audio.Up.IsKnown && !_audio.Down.IsKnown && !(_hasVideo && _video.IsActive) ? null : new LegQuality
    {
        Leg = leg,
        Score = Rounded(_audio.Score),
        IsPoor = IsPoor,
        RoundTripMs = _audio.RoundTripMs > 0 ? Rounded(_audio.RoundTripMs) : null,
        MeasuredSeconds = _audio.MeasuredMs * MonotonicTime.Millisecond / MonotonicTime.Second,
        PoorSeconds = _audio.PoorMs * MonotonicTime.Millisecond / MonotonicTime.Second,
        Up = Read(in _audio.Up, leg is QualityLeg.Participant or QualityLeg.Link ? _audio.ConcealedMs : null),
        Down = Read(in _audio.Down, null),
        Video = !_hasVideo || !_video.IsActive ? null : new PictureFigures(
            Share(_video.LossUp), Share(_video.LossDown), _video.BitRateUp, _video.BitRateDown, Rounded(_video.RoundTripMs), _video.KeyframesAsked, _video.KeyframesWanted),
    };

    static DirectionFigures? Read(in DirectionQuality direction, long? concealedMs) => !direction.IsKnown ? null : new DirectionFigures
    {
        Score = Rounded(direction.Score),
        Average = Rounded(direction.Average),
        Worst = Rounded(direction.Worst),
        Loss = Share(direction.Loss),
        AverageLoss = Share(direction.AverageLoss),
        JitterMs = Rounded(direction.JitterMs),
        DelayMs = Rounded(direction.DelayMs),
        ConcealedMs = concealedMs,
    };

    static double Rounded(double value) => Math.Round(value, 2);

    static double? Rounded(double? value) => value is { } known ? Math.Round(known, 2) : null;

    static double Share(double value) => Math.Round(Math.Clamp(value, 0, 1), 4);
}
