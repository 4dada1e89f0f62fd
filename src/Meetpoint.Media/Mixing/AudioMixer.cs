using System.Numerics;
using System.Runtime.InteropServices;

namespace Meetpoint.Media.Mixing;

/// <summary>The sum of a room's talkers for one tick, and each one's share of it taken out again.</summary>
/// <remarks>Sums are 32 bits wide, so they are exact; only what goes out is saturated. One thread.</remarks>
public sealed class AudioMixer
{
    readonly int[] _sum;
    int _length;

    /// <summary>A mixer for frames of at most <paramref name="maxSamples"/>.</summary>
    public AudioMixer(int maxSamples) => _sum = new int[maxSamples];

    /// <summary>Frames added since <see cref="Begin"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a tick with frames of this many samples.</summary>
    public void Begin(int samples)
    {
        _length = samples;
        Count = 0;
        _sum.AsSpan(0, samples).Clear();
    }

    /// <summary>Adds a talker.</summary>
    public void Add(ReadOnlySpan<short> frame)
    {
        Count++;
        var sum = _sum.AsSpan(0, _length);
        var wide = MemoryMarshal.Cast<int, Vector<int>>(sum);
        var i = 0;
        for (var v = 0; v + 1 < wide.Length; v += 2, i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(frame[i..]), out var low, out var high);
            wide[v] += low;
            wide[v + 1] += high;
        }

        for (; i < _length; i++)
            sum[i] += frame[i];
    }

    /// <summary>What one who did not talk hears.</summary>
    public void Total(Span<short> output)
    {
        var sum = _sum.AsSpan(0, _length);
        var wide = MemoryMarshal.Cast<int, Vector<int>>(sum);
        var i = 0;
        for (var v = 0; v + 1 < wide.Length; v += 2, i += Vector<short>.Count)
            Saturate(wide[v], wide[v + 1]).CopyTo(output[i..]);
        for (; i < _length; i++)
            output[i] = Saturate(sum[i]);
    }

    /// <summary>What a talker hears: all but his own frame, which he must have added.</summary>
    public void Minus(ReadOnlySpan<short> own, Span<short> output)
    {
        var sum = _sum.AsSpan(0, _length);
        var wide = MemoryMarshal.Cast<int, Vector<int>>(sum);
        var i = 0;
        for (var v = 0; v + 1 < wide.Length; v += 2, i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(own[i..]), out var low, out var high);
            Saturate(wide[v] - low, wide[v + 1] - high).CopyTo(output[i..]);
        }

        for (; i < _length; i++)
            output[i] = Saturate(sum[i] - own[i]);
    }

    static Vector<short> Saturate(Vector<int> low, Vector<int> high)
    {
        var least = new Vector<int>(short.MinValue);
        var most = new Vector<int>(short.MaxValue);
        return Vector.Narrow(Vector.Min(Vector.Max(low, least), most), Vector.Min(Vector.Max(high, least), most));
    }

    static short Saturate(int sample) => (short)Math.Clamp(sample, short.MinValue, short.MaxValue);
}
