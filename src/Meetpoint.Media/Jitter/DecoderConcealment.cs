using Meetpoint.Media.Codecs;

namespace Meetpoint.Media.Jitter;

/// <summary>Leaves what is lost to a decoder that knows how, and joins by itself what comes after; only its end is ours.</summary>
sealed class DecoderConcealment(IConcealingDecoder decoder, int sampleRate) : LossConcealment
{
    /// <summary>From here it is faded out, whatever the decoder goes on with.</summary>
    const int FadeMs = 80;

    int _made;

    public override int History => 0;

    public override int Step => decoder.Step;

    public override bool IsSilent => _made >= PitchConcealment.SilentMs * sampleRate / 1000;

    public override void Start(ReadOnlySpan<short> history)
    {
        IsActive = true;
        _made = 0;
    }

    public override void Generate(Span<short> pcm)
    {
        decoder.Conceal(pcm);
        var (fade, silent) = (FadeMs * sampleRate / 1000, PitchConcealment.SilentMs * sampleRate / 1000);
        for (var i = Math.Max(0, fade - _made); i < pcm.Length; i++)
            pcm[i] = (short)(pcm[i] * Math.Max(0, silent - _made - i) / (silent - fade));
        _made += pcm.Length;
    }

    public override void Join(Span<short> decoded) => Stop();
}
