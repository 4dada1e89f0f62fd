namespace Meetpoint.Media.Jitter;

/// <summary>
/// Goes on where the sound broke off, with its last pitch period, and fades out: what a listener hears for a lost packet.
/// </summary>
/// <remarks>In the manner of ITU-T G.711 appendix I, without its delay: the joint is smoothed forward, not backward.</remarks>
sealed class PitchConcealment : LossConcealment
{
    /// <summary>Time at full loudness, so that two lost packets in a row are not heard as a gap.</summary>
    public const int HoldMs = 40;

    /// <summary>Time after which nothing is left.</summary>
    public const int SilentMs = 120;

    const int MinPeriodMs10 = 25; // 2.5 ms: 400 Hz
    const int MaxPeriodMs = 15;
    const int TemplateMs = 10;
    const int JointMs = 4;

    readonly int _sampleRate;
    readonly float[] _work;
    readonly short[] _period;
    readonly short[] _joint;
    int _periodLength;
    int _made;
    float _offset;

    public PitchConcealment(int sampleRate)
    {
        _sampleRate = sampleRate;
        _work = new float[(TemplateMs + (2 * MaxPeriodMs)) * sampleRate / 1000];
        _period = new short[MaxPeriodMs * sampleRate / 1000];
        _joint = new short[JointMs * sampleRate / 1000];
    }

    public override int History => _work.Length;

    public override int Step => 1;

    public override bool IsSilent => _made >= SilentMs * _sampleRate / 1000;

    /// <summary>Looks for the period at the end of what was heard.</summary>
    public override void Start(ReadOnlySpan<short> history)
    {
        IsActive = true;
        _made = 0;
        Waveform.ToFloat(history, _work);
        var template = TemplateMs * _sampleRate / 1000;
        var end = history.Length;
        var (lag, _) = Waveform.BestLag(
            _work, end - template, template, MinPeriodMs10 * _sampleRate / 10_000, MaxPeriodMs * _sampleRate / 1000, direction: -1);
        // Short periods are repeated as several: one long one carries more of a voice's own movement.
        _periodLength = lag * Math.Max(1, MaxPeriodMs * _sampleRate / 1000 / lag);

        history[(end - _periodLength)..].CopyTo(_period);
        // The end of the period is bent to what came before its begin, so that it can be repeated without a joint.
        var bend = lag / 4;
        var tail = _period.AsSpan(_periodLength - bend, bend);
        Waveform.CrossFade(tail, history.Slice(end - _periodLength - bend, bend), tail);
        _offset = history[end - 1] - history[end - 1 - _periodLength];
    }

    public override void Generate(Span<short> pcm)
    {
        var hold = HoldMs * _sampleRate / 1000;
        var silent = SilentMs * _sampleRate / 1000;
        var smooth = 2 * _sampleRate / 1000;
        for (var i = 0; i < pcm.Length; i++, _made++)
        {
            var gain = _made < hold ? 1f : _made >= silent ? 0f : (silent - _made) / (float)(silent - hold);
            float sample = _periodLength == 0 ? 0 : _period[_made % _periodLength];
            if (_made < smooth)
                sample += _offset * (1 - (_made / (float)smooth));
            pcm[i] = (short)Math.Clamp(sample * gain, short.MinValue, short.MaxValue);
        }
    }

    public override void Join(Span<short> decoded)
    {
        var joint = _joint.AsSpan(0, Math.Min(decoded.Length, _joint.Length));
        Generate(joint);
        Waveform.CrossFade(joint, decoded[..joint.Length], decoded[..joint.Length]);
        Stop();
    }
}
