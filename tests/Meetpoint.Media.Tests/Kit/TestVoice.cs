namespace Meetpoint.Media.Tests.Kit;

/// <summary>Something like a voice at 48 kHz: syllables, a pitch that moves, harmonics and breath. What is made for speech takes it for speech.</summary>
sealed class TestVoice(double pitchHz = 140, int seed = 3)
{
    const double Rate = 48000;

    readonly Random _random = new(seed);
    double _phase;
    long _samples;

    /// <summary>0 to some 6000.</summary>
    public double Peak { get; set; } = 3000;

    /// <summary>Fills with the next samples, and gives them.</summary>
    public short[] Speak(short[] pcm)
    {
        for (var i = 0; i < pcm.Length; i++, _samples++)
        {
            var seconds = _samples / Rate;
            _phase += 2 * Math.PI * pitchHz * (1 + (0.3 * Math.Sin(2 * Math.PI * 1.3 * seconds))) / Rate;
            var sample = _random.NextDouble() / 30;
            for (var h = 1; h < 12; h++)
                sample += Math.Sin(_phase * h) / h;
            pcm[i] = (short)(Peak * sample * (0.5 + (0.5 * Math.Sin(2 * Math.PI * 3.1 * seconds))));
        }

        return pcm;
    }
}
