using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Meetpoint.Media.Codecs;

/// <summary>The adaptive predictor and scale factor of one sub-band, the same in both ends (G.722 figures 4 and 5, blocks 3 and 4).</summary>
struct G722Band
{
    const int LowLimit = 18432;
    const int HighLimit = 22528;

    static Vector256<int> SixLanes => Vector256.Create(-1, -1, -1, -1, -1, -1, 0, 0);

    static Vector256<int> Older => Vector256.Create(0, 0, 1, 2, 3, 4, 6, 7);

    Vector256<int> _differences; // d[1..6]: quantised differences, newest first; two lanes stay zero
    Vector256<int> _zeros;       // b[1..6]: coefficients of the zero predictor
    int _r1, _r2;                // reconstructed signal, one and two samples ago
    int _p1, _p2;                // partially reconstructed signal, one and two samples ago
    int _a1, _a2;                // coefficients of the pole predictor
    int _zeroEstimate;           // s_z
    int _logScale;               // nabla
    readonly bool _high;

    public G722Band(bool high)
    {
        _high = high;
        Scale = high ? 8 : 32;
    }

    /// <summary>s: what the predictor expects next.</summary>
    public int Estimate { get; private set; }

    /// <summary>delta: the quantiser's scale factor.</summary>
    public int Scale { get; private set; }

    /// <summary>Adapts scale and predictor to the quantised difference of the sample.</summary>
    /// <param name="difference">d, the quantised difference.</param>
    /// <param name="logStep">Step of the logarithmic scale factor for the code.</param>
    public void Adapt(int difference, int logStep)
    {
        AdaptScale(logStep);
        var reconstructed = Saturate(Estimate + difference);
        var partial = Saturate(_zeroEstimate + difference);
        AdaptPoles(partial);
        AdaptZeros(difference);

        (_r2, _r1) = (_r1, reconstructed);
        (_p2, _p1) = (_p1, partial);
        var poleEstimate = Saturate(((_a1 * Saturate(_r1 + _r1)) >> 15) + ((_a2 * Saturate(_r2 + _r2)) >> 15));
        Estimate = Saturate(poleEstimate + _zeroEstimate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);

    void AdaptScale(int logStep)
    {
        _logScale = Math.Clamp(((_logScale * 127) >> 7) + logStep, 0, _high ? HighLimit : LowLimit);
        var shift = (_high ? 10 : 8) - (_logScale >> 11);
        int mantissa = G722Tables.Ilb[(_logScale >> 6) & 31];
        Scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
    }

    void AdaptPoles(int partial)
    {
        var like1 = (partial ^ _p1) >= 0;
        var like2 = (partial ^ _p2) >= 0;
        var gain = Saturate(_a1 << 2);
        gain = like1 ? Math.Min(-gain, short.MaxValue) : gain;
        var a2 = Math.Clamp((like2 ? 128 : -128) + (gain >> 7) + ((_a2 * 32512) >> 15), -12288, 12288);
        var bound = Saturate(15360 - a2); // keeps the predictor stable
        _a1 = Math.Clamp(Saturate((like1 ? 192 : -192) + ((_a1 * 32640) >> 15)), -bound, bound);
        _a2 = a2;
    }

    void AdaptZeros(int difference)
    {
        var step = Vector256.Create(difference == 0 ? 0 : 128) & SixLanes;
        var unlike = (_differences ^ Vector256.Create(difference)) >> 31; // all ones where the signs differ
        _zeros = Saturate(((step ^ unlike) - unlike) + ((_zeros * 32640) >> 15));
        _differences = Vector256.Shuffle(_differences, Older).WithElement(0, difference) & SixLanes;
        _zeroEstimate = Saturate(Vector256.Sum((_zeros * Saturate(_differences + _differences)) >> 15));
    }

    static Vector256<int> Saturate(Vector256<int> values) =>
        Vector256.Min(Vector256.Max(values, Vector256.Create((int)short.MinValue)), Vector256.Create((int)short.MaxValue));
}
