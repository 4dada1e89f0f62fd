using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Meetpoint.Media.Codecs;

/// <summary>
/// The 24 samples that the quadrature mirror filter looks at: the two of each pair apart, and each kept twice over so that a window never
/// wraps.
/// </summary>
struct G722QmfWindow
{
    const int Pairs = 12;

    static readonly int[] Taps = [.. Widen(G722Tables.Qmf)];
    static readonly int[] ReversedTaps = [.. Taps.Reverse()];

    Samples _firsts;
    Samples _seconds;
    int _at;

    /// <summary>Takes a pair in and gives the filter's sums over the second and the first samples of the pairs.</summary>
    public void Push(int first, int second, out int evenSum, out int oddSum)
    {
        _at = _at == 0 ? Pairs - 1 : _at - 1;
        _firsts[_at] = _firsts[_at + Pairs] = first;
        _seconds[_at] = _seconds[_at + Pairs] = second;
        evenSum = Dot(ref Unsafe.Add(ref _seconds[0], _at), ref MemoryMarshal.GetArrayDataReference(Taps));
        oddSum = Dot(ref Unsafe.Add(ref _firsts[0], _at), ref MemoryMarshal.GetArrayDataReference(ReversedTaps));
    }

    // Twelve products: both spans hold at least twelve from here on, as the position is below twelve of twenty-four.
    static int Dot(ref int samples, ref int taps) =>
        Vector256.Sum(Vector256.LoadUnsafe(ref samples) * Vector256.LoadUnsafe(ref taps))
        + Vector128.Sum(Vector128.LoadUnsafe(ref samples, 8) * Vector128.LoadUnsafe(ref taps, 8));

    static List<int> Widen(ReadOnlySpan<short> taps)
    {
        var wide = new List<int>(taps.Length);
        foreach (var tap in taps)
            wide.Add(tap);
        return wide;
    }

    [InlineArray(Pairs * 2)]
    struct Samples
    {
        int _first;
    }
}
