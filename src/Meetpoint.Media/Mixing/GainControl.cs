using System.Numerics;
using System.Runtime.InteropServices;

namespace Meetpoint.Media.Mixing;

/// <summary>
/// Brings a talker's speech to one loudness, whatever his microphone: slowly, within bounds, and by what he says, not by what is heard between the
/// words.
/// </summary>
struct GainControl
{
    /// <summary>Mean level of speech that is aimed at, in -dBov.</summary>
    public const float TargetLevel = 18;

    /// <summary>The most that is added, in dB: with more, the room would be heard too.</summary>
    public const float MaxGain = 12;

    /// <summary>The most that is taken away, in dB.</summary>
    public const float MaxCut = 12;

    /// <summary>A difference that nobody minds, in dB: it is left as it is.</summary>
    public const float Tolerance = 2;

    /// <summary>Quieter than this, in -dBov, is no speech to learn from.</summary>
    const int QuietestSpeech = 48;

    /// <summary>Louder than this, in -dBov and with what is added, the peaks of speech would be cut off: gain goes at once.</summary>
    const float LoudestLevel = 9;

    const float RisePerTick = 0.04f; // 2 dB a second
    const float FallPerTick = 0.12f; // 6 dB a second
    const int TicksToLearn = 25; // half a second of speech before anything is done
    const float Learning = 0.01f; // two seconds of speech

    float _speech;
    int _heard;
    float _applied; // dB at the end of the last frame
    bool _moves;

    /// <summary>What is added now, in dB.</summary>
    public float Gain { get; private set; }

    /// <summary>Takes the level of a tick as it came, 0 to 127 in -dBov; gives the level with the gain.</summary>
    public byte Update(byte level)
    {
        if (level <= QuietestSpeech)
            Learn(level);
        return level == Audio.AudioLevel.Silence ? level : (byte)Math.Clamp((int)MathF.Round(level - Gain), 0, Audio.AudioLevel.Silence);
    }

    /// <summary>Applies the gain to a frame, from what it was at the end of the last one.</summary>
    public void Apply(Span<short> frame)
    {
        if (Gain == 0 && _applied == 0)
            return;
        var (from, to) = (Factor(_applied), Factor(Gain));
        _applied = Gain;
        var step = (to - from) / frame.Length;
        var vectors = MemoryMarshal.Cast<short, Vector<short>>(frame);
        var ramp = new Vector<float>(from) + (Vector<float>.Indices * step);
        var next = new Vector<float>(step * Vector<float>.Count);
        foreach (ref var vector in vectors)
        {
            Vector.Widen(vector, out var low, out var high);
            var first = Vector.ConvertToInt32(Vector.ConvertToSingle(low) * ramp);
            ramp += next;
            var second = Vector.ConvertToInt32(Vector.ConvertToSingle(high) * ramp);
            ramp += next;
            vector = Vector.NarrowWithSaturation(first, second);
        }

        for (var i = vectors.Length * Vector<short>.Count; i < frame.Length; i++)
            frame[i] = (short)Math.Clamp(frame[i] * (from + (i * step)), short.MinValue, short.MaxValue);
    }

    void Learn(byte level)
    {
        _heard++;
        _speech += (level - _speech) * Math.Max(Learning, 1f / _heard);
        if (_heard < TicksToLearn)
            return;
        if (level - Gain < LoudestLevel && Gain > 0)
        {
            Gain = Math.Max(0, level - LoudestLevel);
            return;
        }

        var off = Math.Clamp(_speech - TargetLevel, -MaxCut, MaxGain) - Gain;
        // It begins to move when it is heard, and then goes on to the aim.
        _moves = MathF.Abs(off) > (_moves ? FallPerTick : Tolerance);
        if (_moves)
            Gain += Math.Clamp(off, -FallPerTick, RisePerTick);
    }

    static float Factor(float decibels) => decibels == 0 ? 1 : MathF.Pow(10, decibels / 20);
}
