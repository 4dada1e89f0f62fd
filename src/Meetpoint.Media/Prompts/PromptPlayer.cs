namespace Meetpoint.Media.Prompts;

/// <summary>Plays a prompt into frames: over what is in them, or alone. One thread; allocates nothing.</summary>
struct PromptPlayer
{
    /// <summary>Peak of one tone: -18 dBov, well under speech.</summary>
    const float Amplitude = 4096;

    /// <summary>Fade at both ends of a step, against clicks.</summary>
    const int RampMs = 5;

    Prompt? _prompt;
    int _step;
    int _positionUs; // within the step, in microseconds, so that it survives a change of rate

    /// <summary>True while there is something to play.</summary>
    public readonly bool IsActive => _prompt is not null;

    /// <summary>Begins a prompt; what was playing is cut off.</summary>
    public void Start(Prompt prompt)
    {
        _prompt = prompt;
        _step = 0;
        _positionUs = 0;
    }

    /// <summary>Plays nothing more.</summary>
    public void Stop() => _prompt = null;

    /// <summary>Adds the next samples onto the frame; returns true when this was the end.</summary>
    public bool Mix(Span<short> frame, int rate)
    {
        if (_prompt is not { } prompt)
            return false;
        var at = 0;
        while (at < frame.Length)
        {
            var step = prompt.Steps[_step];
            var total = step.DurationMs * rate / 1000;
            var position = (int)((long)_positionUs * rate / 1_000_000);
            var count = Math.Clamp(total - position, 0, frame.Length - at);
            if (step.Hz != 0)
                MixStep(frame.Slice(at, count), step, rate, position, total);
            at += count;
            position += count;
            if (position < total)
            {
                _positionUs = (int)((((long)position * 1_000_000) + rate - 1) / rate);
                return false;
            }

            _positionUs = 0;
            if (++_step < prompt.Steps.Length)
                continue;
            _step = 0;
            if (prompt.Repeats)
                continue;
            _prompt = null;
            return true;
        }

        return false;
    }

    static void MixStep(Span<short> frame, ToneStep step, int rate, int position, int total)
    {
        var ramp = RampMs * rate / 1000;
        for (var i = 0; i < frame.Length; i++, position++)
        {
            var edge = Math.Min(position, total - position);
            var gain = Amplitude * Math.Min(1f, edge / (float)ramp);
            var phase = MathF.Tau * position / rate;
            var sample = MathF.Sin(phase * step.Hz) + (step.SecondHz == 0 ? 0 : MathF.Sin(phase * step.SecondHz));
            frame[i] = (short)Math.Clamp(frame[i] + (sample * gain), short.MinValue, short.MaxValue);
        }
    }
}
