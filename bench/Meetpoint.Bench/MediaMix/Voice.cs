using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;

namespace Meetpoint.Bench.MediaMix;

/// <summary>Encoded sound without an end: syllables of a voice with harmonics, or the noise of a quiet room.</summary>
sealed class Voice
{
    const int Frames = 250; // 5 s, then again
    const double SyllablesPerSecond = 3.1;
    const int Harmonics = 12;
    const int QuietPeak = 12;

    readonly byte[][] _payloads = new byte[Frames][];
    readonly byte[] _levels = new byte[Frames];

    Voice(MixLoad load, Func<double, double> sampleAt)
    {
        using var encoder = load.Codec.CreateEncoder();
        var pcm = new short[load.SamplesPerFrame];
        Span<byte> payload = stackalloc byte[Phone.MaxPayload];
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var i = 0; i < pcm.Length; i++)
                pcm[i] = (short)Math.Clamp(sampleAt(((frame * pcm.Length) + i) / (double)load.Codec.SampleRate), short.MinValue, short.MaxValue);
            _payloads[frame] = payload[..encoder.Encode(pcm, payload)].ToArray();
            _levels[frame] = AudioLevel.Measure(pcm);
        }
    }

    public ReadOnlySpan<byte> Payload(int frame) => _payloads[frame % Frames];

    /// <summary>One level, 0 to 127 in -dBov.</summary>
    public ReadOnlySpan<byte> Level(int frame) => _levels.AsSpan(frame % Frames, 1);

    public static Voice Talking(MixLoad load, double pitchHz) => new(load, t =>
    {
        var envelope = 0.5 + (0.5 * Math.Sin(2 * Math.PI * SyllablesPerSecond * t));
        var sum = 0.0;
        for (var h = 1; h < Harmonics; h++)
            sum += Math.Sin(2 * Math.PI * pitchHz * h * t) / h;
        return 3000 * envelope * sum;
    });

    public static Voice Quiet(MixLoad load, Random random) => new(load, _ => random.Next(-QuietPeak, QuietPeak + 1));
}
