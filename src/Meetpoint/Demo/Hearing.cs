using Meetpoint.Media.Audio;

namespace Meetpoint.Demo;

/// <summary>One tone in a recording.</summary>
/// <param name="Hz">Its frequency.</param>
/// <param name="HeardSeconds">How long it stood in the sound.</param>
/// <param name="Level">Its usual level where it stood, in -dBov: 0 is the loudest, 127 silence. Over the whole recording where it did not stand.</param>
sealed record HeardTone(int Hz, double HeardSeconds, double Level)
{
    /// <summary>True when it was there for long enough to be no accident.</summary>
    public bool IsHeard => HeardSeconds >= Hearing.LeastSeconds;
}

/// <summary>Finds tones in recordings, a short window at a time, since people come and go.</summary>
static class Hearing
{
    /// <summary>A tone that stood for less does not count as heard.</summary>
    public const double LeastSeconds = 1;

    const double WindowSeconds = 0.25;

    /// <summary>Measures tones in a recording.</summary>
    public static IReadOnlyList<HeardTone> Of(WavFile recording, params IReadOnlyList<int> tonesHz) => [.. tonesHz.Select(hz => Of(recording, hz))];

    static HeardTone Of(WavFile recording, int hz)
    {
        var window = (int)(recording.SampleRate * WindowSeconds);
        var levels = new List<double>();
        for (var at = 0; at + window <= recording.Samples.Length; at += window)
        {
            var pcm = recording.Samples.Span.Slice(at, window);
            if (ToneMeter.Contains(pcm, hz, recording.SampleRate))
                levels.Add(ToneMeter.LevelOf(pcm, hz, recording.SampleRate));
        }

        levels.Sort();
        var level = levels.Count > 0 ? levels[levels.Count / 2] : ToneMeter.LevelOf(recording.Samples.Span, hz, recording.SampleRate);
        return new HeardTone(hz, levels.Count * WindowSeconds, Math.Round(level, 1));
    }
}
