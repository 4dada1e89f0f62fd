namespace Meetpoint.Media.Mixing;

/// <summary>
/// One stream from one sample rate to another, of 8, 16 and 48 kHz: flat to 0.425 of the lower rate, 57 dB down from 0.575 of it, so that from and to
/// 8 kHz speech passes to 3.4 kHz.
/// </summary>
/// <remarks>The delay is 12 samples of the lower rate: 1.5 ms at 8 kHz, 0.75 ms at 16. One thread; nothing is allocated after construction.</remarks>
abstract class RateConverter
{
    /// <summary>A converter with fresh state.</summary>
    /// <param name="from">Samples a second that come.</param>
    /// <param name="to">Samples a second wanted: another number, that divides or is divided.</param>
    public static RateConverter Between(int from, int to) => from < to ? new Interpolator(from, to) : new Decimator(from, to);

    /// <summary>Samples a second that come.</summary>
    public abstract int From { get; }

    /// <summary>Samples a second that go out.</summary>
    public abstract int To { get; }

    /// <summary>Converts up to a frame: <paramref name="output"/> is as much longer or shorter as the rates are.</summary>
    public abstract void Process(ReadOnlySpan<short> input, Span<short> output);

    /// <summary>Forgets what came: silence lies between.</summary>
    public abstract void Reset();

    /// <summary>Goes on where another of the same rates is.</summary>
    public abstract void CopyStateFrom(RateConverter other);
}
