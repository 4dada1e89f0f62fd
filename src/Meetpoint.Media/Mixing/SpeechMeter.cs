using Meetpoint.Media.Audio;

namespace Meetpoint.Media.Mixing;

/// <summary>How loud a leg spoke in the time between two decisions on the floor; pauses between words are not counted in.</summary>
struct SpeechMeter
{
    /// <summary>Share of the time that must be speech for it to be speech at all.</summary>
    public const float LeastShare = 0.3f;

    float _sum;
    int _loudTicks;
    int _ticks;

    /// <summary>Takes the level of a tick, 0 to 127 in -dBov.</summary>
    public void Update(byte level)
    {
        _ticks++;
        var loudness = AudioLevel.Silence - level;
        if (loudness < ActiveSpeakerDetector.SpeechLoudness)
            return;
        _loudTicks++;
        _sum += loudness;
    }

    /// <summary>Mean loudness of the speech since the last call; 0 when there was none.</summary>
    public float Take()
    {
        var loudness = _loudTicks > 0 && _loudTicks >= LeastShare * _ticks ? _sum / _loudTicks : 0;
        this = default;
        return loudness;
    }
}
