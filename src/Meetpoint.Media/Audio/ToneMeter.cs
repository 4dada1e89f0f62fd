namespace Meetpoint.Media.Audio;

/// <summary>How much of a tone is in a stretch of PCM, by Goertzel's algorithm.</summary>
public static class ToneMeter
{
    /// <summary>Level of the tone in -dBov terms as a positive number of dB below overload; a full-scale sine gives about 3.</summary>
    /// <returns>0 to 127.</returns>
    public static double LevelOf(ReadOnlySpan<short> pcm, double hz, int sampleRate)
    {
        var amplitude = AmplitudeOf(pcm, hz, sampleRate);
        return amplitude < 1e-3 ? 127 : Math.Clamp(-20 * Math.Log10(amplitude / Math.Sqrt(2) / 32768), 0, 127);
    }

    /// <summary>Peak amplitude of the tone, 0 to 32767. A Hann window keeps other tones out from two bins (2 / duration Hz) on.</summary>
    public static double AmplitudeOf(ReadOnlySpan<short> pcm, double hz, int sampleRate)
    {
        var step = 2 * Math.PI * hz / sampleRate;
        var coefficient = 2 * Math.Cos(step);
        double previous = 0, beforeThat = 0;
        for (var i = 0; i < pcm.Length; i++)
        {
            var window = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / pcm.Length));
            var next = (pcm[i] * window) + (coefficient * previous) - beforeThat;
            (beforeThat, previous) = (previous, next);
        }

        var power = (previous * previous) + (beforeThat * beforeThat) - (coefficient * previous * beforeThat);
        // The window's mean is one half, and a sine's energy is half in each of its two frequencies.
        return pcm.IsEmpty ? 0 : Math.Sqrt(Math.Max(0, power)) * 4 / pcm.Length;
    }

    /// <summary>True when the tone stands in the sound: above <paramref name="floorLevel"/> -dBov and a fair share of all its power.</summary>
    /// <param name="pcm">At least 100 ms.</param>
    /// <param name="hz">Tone looked for.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="floorLevel">Quieter than this does not count.</param>
    /// <param name="share">Least share of the power, 0 to 1.</param>
    public static bool Contains(ReadOnlySpan<short> pcm, double hz, int sampleRate, double floorLevel = 50, double share = 0.01)
    {
        var amplitude = AmplitudeOf(pcm, hz, sampleRate);
        var all = AudioLevel.SumOfSquares(pcm) / Math.Max(1, pcm.Length);
        return LevelOf(pcm, hz, sampleRate) <= floorLevel && amplitude * amplitude / 2 >= share * all;
    }

    /// <summary>The strongest of the tones from <paramref name="fromHz"/> to <paramref name="toHz"/> in steps.</summary>
    public static double StrongestHz(ReadOnlySpan<short> pcm, int sampleRate, double fromHz, double toHz, double stepHz)
    {
        var best = (Hz: fromHz, Amplitude: -1.0);
        for (var hz = fromHz; hz <= toHz; hz += stepHz)
        {
            var amplitude = AmplitudeOf(pcm, hz, sampleRate);
            if (amplitude > best.Amplitude)
                best = (hz, amplitude);
        }

        return best.Hz;
    }
}
