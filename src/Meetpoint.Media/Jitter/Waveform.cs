using System.Numerics;
using System.Runtime.InteropServices;

namespace Meetpoint.Media.Jitter;

/// <summary>Likeness of stretches of sound: what concealment and time-stretch look for a period with.</summary>
static class Waveform
{
    /// <summary>Below this mean square a stretch is as good as silent (-66 dBov).</summary>
    public const float SilencePower = 16 * 16;

    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var length = Math.Min(a.Length, b.Length);
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
            sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        var total = Vector.Sum(sum);
        for (; i < length; i++)
            total += a[i] * b[i];
        return total;
    }

    public static void ToFloat(ReadOnlySpan<short> from, Span<float> to)
    {
        var i = 0;
        for (; i <= from.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(from[i..]), out var low, out var high);
            Vector.ConvertToSingle(low).CopyTo(to[i..]);
            Vector.ConvertToSingle(high).CopyTo(to[(i + Vector<int>.Count)..]);
        }

        for (; i < from.Length; i++)
            to[i] = from[i];
    }

    /// <summary>
    /// The lag at which <paramref name="length"/> samples from <paramref name="at"/> are most like those a lag away, in steps of sign:
    /// a positive direction looks later, a negative one earlier.
    /// </summary>
    /// <returns>The lag, and its normalised correlation, -1 to 1 (1 where both are silent).</returns>
    public static (int Lag, float Likeness) BestLag(ReadOnlySpan<float> samples, int at, int length, int minLag, int maxLag, int direction)
    {
        var template = samples.Slice(at, length);
        var templatePower = Dot(template, template);
        var best = (Lag: minLag, Likeness: -1f);
        for (var lag = minLag; lag <= maxLag; lag++)
        {
            var other = samples.Slice(at + (direction * lag), length);
            var power = Dot(other, other);
            if (templatePower < SilencePower * length && power < SilencePower * length)
                return (lag, 1f);
            var likeness = power <= 0 ? -1f : Dot(template, other) / MathF.Sqrt((power * templatePower) + 1f);
            if (likeness > best.Likeness)
                best = (lag, likeness);
        }

        return best;
    }

    /// <summary>Fades from one stretch into another; the result stands in <paramref name="destination"/>.</summary>
    public static void CrossFade(ReadOnlySpan<short> from, ReadOnlySpan<short> into, Span<short> destination)
    {
        var step = 1f / (destination.Length + 1);
        for (var i = 0; i < destination.Length; i++)
        {
            var weight = (i + 1) * step;
            destination[i] = (short)((from[i] * (1 - weight)) + (into[i] * weight));
        }
    }
}
