using System.Runtime.CompilerServices;

namespace Meetpoint.Media.Codecs;

/// <summary>The 24 samples that the quadrature mirror filter looks at, kept twice over so that a window never wraps.</summary>
struct G722QmfWindow
{
    const int Taps = 24;

    Samples _samples;
    int _at;

    /// <summary>Takes two samples in and gives the sums over the older-first even and odd taps.</summary>
    public void Push(int first, int second, out int evenSum, out int oddSum)
    {
        Span<int> all = _samples;
        _at = _at == 0 ? Taps - 2 : _at - 2;
        // Newest pair first: x[0] is the second of the pair just put in.
        all[_at] = all[_at + Taps] = second;
        all[_at + 1] = all[_at + 1 + Taps] = first;
        var window = all.Slice(_at, Taps);
        var qmf = G722Tables.Qmf;
        int even = 0, odd = 0;
        for (var i = 0; i < Taps / 2; i++)
        {
            odd += window[(2 * i) + 1] * qmf[11 - i];
            even += window[2 * i] * qmf[i];
        }

        evenSum = even;
        oddSum = odd;
    }

    [InlineArray(Taps * 2)]
    struct Samples
    {
        int _first;
    }
}
