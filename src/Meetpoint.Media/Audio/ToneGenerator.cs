namespace Meetpoint.Media.Audio;

/// <summary>A sine without an end, frame by frame.</summary>
public struct ToneGenerator
{
    readonly double _step;
    readonly double _amplitude;
    double _phase;

    /// <summary>A tone of this frequency; the peak is 0 to 32767.</summary>
    public ToneGenerator(double hz, int sampleRate, double peak = 8000)
    {
        _step = 2 * Math.PI * hz / sampleRate;
        _amplitude = peak;
    }

    /// <summary>Fills with the next samples.</summary>
    public void Generate(Span<short> pcm)
    {
        for (var i = 0; i < pcm.Length; i++)
        {
            pcm[i] = (short)Math.Round(Math.Sin(_phase) * _amplitude);
            _phase += _step;
            if (_phase > 2 * Math.PI)
                _phase -= 2 * Math.PI;
        }
    }
}
