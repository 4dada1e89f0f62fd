namespace Meetpoint.Media.Jitter;

/// <summary>
/// Learns of a sender who does not talk which of his packets hold nothing that would be heard, by their gain: no louder than those that were decoded and
/// measured. What is as quiet need not be decoded.
/// </summary>
struct UnheardPackets
{
    /// <summary>After so many that were not decoded one is, and measured: what changed without a change of the gain is heard after half a second at most.</summary>
    public const int MostUnmeasured = 25;

    int _measured; // in a row
    int _unmeasured; // since the last that was measured
    byte _gain; // the greatest of those in a row
    bool _hasGain;

    /// <summary>The last one was passed over.</summary>
    public readonly bool IsPassing => _unmeasured > 0;

    /// <summary>True for a packet in which nothing is to be heard.</summary>
    public readonly bool Cover(byte gain) =>
        _hasGain && _measured >= JitterBuffer.SilentPacketsToDecode && _unmeasured < MostUnmeasured && gain <= _gain;

    /// <summary>One was decoded, and nobody would hear it.</summary>
    /// <param name="gain">What it said of itself; null for nothing.</param>
    public void Add(byte? gain)
    {
        _measured++;
        _unmeasured = 0;
        if (gain is not { } value)
            return;
        _gain = Math.Max(_gain, value);
        _hasGain = true;
    }

    /// <summary>One was not decoded.</summary>
    public void Pass() => _unmeasured++;
}
