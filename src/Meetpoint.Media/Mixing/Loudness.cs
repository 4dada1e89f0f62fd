using Meetpoint.Media.Audio;

namespace Meetpoint.Media.Mixing;

/// <summary>How loud a leg is as an ear holds it: rises at once, falls slowly.</summary>
struct Loudness
{
    /// <summary>Quieter than this nobody misses it: -65 dBov, below the noise of a quiet office line.</summary>
    public const float Floor = AudioLevel.Silence - 65;

    /// <summary>The same as a level, in -dBov: from here on nobody would hear it.</summary>
    public const byte UnheardLevel = (byte)(AudioLevel.Silence - Floor);

    /// <summary>Decibels a 20 ms tick that it falls by: 30 dB a second.</summary>
    const float Release = 0.6f;

    /// <summary>Decibels above digital silence, 0 to 127.</summary>
    public float Value { get; private set; }

    /// <summary>Takes the level of a tick, 0 to 127 in -dBov.</summary>
    public void Update(byte level) => Value = Math.Max(AudioLevel.Silence - level, Value - Release);

    /// <summary>Silent at once.</summary>
    public void Reset() => Value = 0;
}
