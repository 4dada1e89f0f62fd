using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

/// <summary>Peers that tell nothing of single packets.</summary>
public sealed class ReportedBandwidthTests
{
    const int PacketBytes = 1_000;

    readonly BandwidthEstimator _estimator = new(new BandwidthOptions { MaxBitsPerSecond = 4_000_000 }, hasTransportFeedback: false, 0);
    long _nowNs;
    uint _highest;
    double _owed;

    [Fact]
    public void BitsPerSecond_NoReports_IsTheStart()
    {
        Send(30, null);
        _estimator.BitsPerSecond.ShouldBe(500_000);
        _estimator.ProbeBytesDue(_nowNs).ShouldBe(0, "nobody would tell what came of it");
        _estimator.NextSequence.ShouldBe((ushort)0);
    }

    [Fact]
    public void BitsPerSecond_ReportsWithoutLoss_GrowsToTheMost()
    {
        Send(10, 0);
        _estimator.BitsPerSecond.ShouldBeInRange(850_000, 1_100_000, "eight of a hundred a second");
        Send(40, 0);
        _estimator.BitsPerSecond.ShouldBe(4_000_000);
    }

    [Fact]
    public void BitsPerSecond_NothingMuchIsSent_DoesNotGrowUntried()
    {
        for (var i = 0; i < 60; i++)
            Send(1, 0, 200_000);
        _estimator.BitsPerSecond.ShouldBe(500_000);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.09)]
    public void BitsPerSecond_SomeLoss_IsHeld(double loss)
    {
        Send(20, loss);
        _estimator.BitsPerSecond.ShouldBe(500_000);
        _estimator.Loss.ShouldBe(loss, 0.01);
    }

    [Fact]
    public void BitsPerSecond_MuchLoss_FallsByHalfOfIt()
    {
        Send(2.05, 0.4);
        _estimator.BitsPerSecond.ShouldBeInRange(300_000, 420_000);
        Send(30, 0.4);
        _estimator.BitsPerSecond.ShouldBeLessThan(80_000);
        Send(30, 0);
        _estimator.BitsPerSecond.ShouldBeGreaterThan(250_000);
    }

    [Fact]
    public void OnMaxBitrate_IsBelievedAtOnceAndBoundByLoss()
    {
        _estimator.OnMaxBitrate(2_500_000);
        _estimator.BitsPerSecond.ShouldBe(2_500_000);
        _estimator.OnMaxBitrate(900_000);
        _estimator.BitsPerSecond.ShouldBe(900_000);
        _estimator.OnMaxBitrate(long.MaxValue);
        _estimator.BitsPerSecond.ShouldBe(4_000_000);
        Send(3, 0.3);
        _estimator.BitsPerSecond.ShouldBeLessThan(3_700_000);
        _estimator.OnMaxBitrate(0);
        _estimator.BitsPerSecond.ShouldBe(50_000, "the least");
    }

    [Fact]
    public void OnReport_ManySourcesThatJump_NeverThrows()
    {
        var random = new Random(2);
        for (var i = 0; i < 5_000; i++)
        {
            _estimator.OnReport(new ReportBlock((uint)random.Next(50), (byte)random.Next(256), random.Next(), (uint)random.NextInt64(uint.MaxValue), 0, 0, 0));
            _estimator.OnPacketSent(random.Next(2_000), _nowNs += MonotonicTime.Millisecond);
            _estimator.Tick(_nowNs);
            _estimator.BitsPerSecond.ShouldBeInRange(50_000, 4_000_000);
            _estimator.Loss.ShouldBeInRange(0, 1);
        }
    }

    // Sends at the estimate, or at a rate, with a report each half second.
    void Send(double seconds, double? loss, long? bitsPerSecond = null)
    {
        for (var endNs = _nowNs + (long)(seconds * MonotonicTime.Second); _nowNs < endNs; _nowNs += 20 * MonotonicTime.Millisecond)
        {
            for (_owed += (bitsPerSecond ?? _estimator.BitsPerSecond) / 8 / 50.0; _owed >= PacketBytes; _owed -= PacketBytes)
            {
                _highest++;
                _estimator.OnPacketSent(PacketBytes, _nowNs);
            }

            if (loss is { } share && _nowNs % (500 * MonotonicTime.Millisecond) == 0)
                _estimator.OnReport(new ReportBlock(1, (byte)Math.Round(share * 256), 0, _highest, 0, 0, 0));
            _estimator.Tick(_nowNs);
        }
    }
}
