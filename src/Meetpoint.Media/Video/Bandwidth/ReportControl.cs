using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>
/// The rate for a peer that tells nothing of single packets: what it says that it takes (REMB), within what the loss in its reports allows
/// (draft-ietf-rmcat-gcc-02 6).
/// </summary>
sealed class ReportControl(BandwidthOptions options, long nowNs)
{
    /// <summary>Sources whose reports are followed.</summary>
    public const int MaxSources = 32;

    /// <summary>Reports are taken together over this time, for a few packets say little of a share.</summary>
    public const long IntervalNs = MonotonicTime.Second;

    const double LowLoss = 0.02;
    const double HighLoss = 0.1;
    const double GrowthPerSecond = 1.08;
    const double MaxElapsedSeconds = 5;

    /// <summary>It does not grow over so many times what is sent, for nothing was tried there.</summary>
    const double MaxOverSent = 2;

    readonly (uint Ssrc, uint Highest)[] _sources = new (uint, uint)[MaxSources];
    int _count;
    long _expected;
    double _lost;
    long _updatedNs = nowNs;
    long _byLoss = Math.Clamp(options.StartBitsPerSecond, options.MinBitsPerSecond, options.MaxBitsPerSecond);
    long _told = long.MaxValue;
    RateWindow _sent = new();

    /// <summary>The rate in bit/s.</summary>
    public long BitsPerSecond => Math.Clamp(Math.Min(_byLoss, _told), options.MinBitsPerSecond, options.MaxBitsPerSecond);

    /// <summary>Share lost of late, 0 to 1.</summary>
    public double Loss { get; private set; }

    public void OnSent(int bytes, long now) => _sent.Add(bytes, now);

    public void OnMaxBitrate(long bitsPerSecond)
    {
        // The receiver has measured it: the loss need not find the way up to it by itself.
        _told = bitsPerSecond;
        if (Loss <= HighLoss)
            _byLoss = Math.Clamp(Math.Max(_byLoss, bitsPerSecond), options.MinBitsPerSecond, options.MaxBitsPerSecond);
    }

    public void OnReport(in ReportBlock block)
    {
        var index = 0;
        while (index < _count && _sources[index].Ssrc != block.Ssrc)
            index++;
        if (index == MaxSources)
            return;
        var expected = index == _count ? 0 : (int)(block.ExtendedHighest - _sources[index].Highest);
        _sources[index] = (block.Ssrc, block.ExtendedHighest);
        _count = Math.Max(_count, index + 1);
        if (expected is <= 0 or > ushort.MaxValue)
            return; // the first, or a receiver that began anew
        _expected += expected;
        _lost += expected * (block.FractionLost / 256.0);
    }

    public void Tick(long now)
    {
        if (now - _updatedNs < IntervalNs || _expected < LossModel.MinObservedPackets)
            return;
        Loss = _lost / _expected;
        var elapsed = Math.Min((now - _updatedNs) / (double)MonotonicTime.Second, MaxElapsedSeconds);
        (_expected, _lost, _updatedNs) = (0, 0, now);
        if (Loss > HighLoss)
            _byLoss = (long)(_byLoss * (1 - (Loss / 2)));
        else if (Loss < LowLoss)
            _byLoss = Math.Max(_byLoss, (long)Math.Min(_byLoss * Math.Pow(GrowthPerSecond, elapsed), _sent.BitsPerSecond(now) * MaxOverSent));
        _byLoss = Math.Clamp(_byLoss, options.MinBitsPerSecond, options.MaxBitsPerSecond);
    }
}
