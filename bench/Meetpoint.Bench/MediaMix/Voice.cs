using Meetpoint.Media.Codecs;

namespace Meetpoint.Bench.MediaMix;

/// <summary>Encoded sound without an end: syllables of a voice with harmonics, or the noise of a quiet room.</summary>
sealed class Voice
{
    const int Frames = 250; // 5 s, then again
    const double SampleRate = 8000;
    const double SyllablesPerSecond = 3.1;
    const int Harmonics = 12;
    const int QuietPeak = 12;

    readonly byte[] _payloads = new byte[Frames * MixLoad.SamplesPerFrame];

    Voice(Func<double, double> sampleAt)
    {
        Span<short> pcm = stackalloc short[MixLoad.SamplesPerFrame];
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var i = 0; i < pcm.Length; i++)
                pcm[i] = (short)Math.Clamp(sampleAt(((frame * MixLoad.SamplesPerFrame) + i) / SampleRate), short.MinValue, short.MaxValue);
            G711.EncodeMu(pcm, _payloads.AsSpan(frame * MixLoad.SamplesPerFrame, MixLoad.SamplesPerFrame));
        }
    }

    public ReadOnlySpan<byte> Payload(int frame) => _payloads.AsSpan(frame % Frames * MixLoad.SamplesPerFrame, MixLoad.SamplesPerFrame);

    public static Voice Talking(double pitchHz) => new(t =>
    {
        var envelope = 0.5 + (0.5 * Math.Sin(2 * Math.PI * SyllablesPerSecond * t));
        var sum = 0.0;
        for (var h = 1; h < Harmonics; h++)
            sum += Math.Sin(2 * Math.PI * pitchHz * h * t) / h;
        return 3000 * envelope * sum;
    });

    public static Voice Quiet(Random random) => new(_ => random.Next(-QuietPeak, QuietPeak + 1));
}
