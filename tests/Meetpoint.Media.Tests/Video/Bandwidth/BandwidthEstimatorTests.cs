using System.Buffers.Binary;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Media.Video.Feedback;
using Meetpoint.Net;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

public sealed class BandwidthEstimatorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1_000_000)]
    [InlineData(2_000_000)]
    [InlineData(5_000_000)]
    public void BitsPerSecond_AGoodLink_IsFilledWithoutAStandingQueue(long capacity)
    {
        var run = new SimulatedRun(new SimulatedLink(capacity)) { Trace = output.WriteLine };
        run.Run(10);
        var seen = run.Run(30);
        output.WriteLine(seen.ToString());
        seen.MeanEstimate.ShouldBeInRange(0.80 * capacity, 1.0 * capacity);
        seen.Arrived[0].ShouldBeInRange(0.80 * capacity, 1.0 * capacity, "what went through");
        seen.MedianWaitMs.ShouldBeLessThan(50);
        seen.LongWaitMs.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData(5_000_000, 3_500_000, 2)]
    [InlineData(10_000_000, 6_000_000, 3)]
    public void BitsPerSecond_AtTheBegin_IsSoonAtMostOfTheLink(long capacity, long reached, double seconds)
    {
        var run = new SimulatedRun(new SimulatedLink(capacity)) { Trace = output.WriteLine };
        run.Until(() => run.Estimate >= reached, 10).ShouldBeLessThan(seconds);
    }

    [Fact]
    public void BitsPerSecond_TheLinkFallsToAFifth_FollowsWithinTwoSecondsAndRecovers()
    {
        var run = new SimulatedRun(new SimulatedLink(5_000_000)) { Trace = output.WriteLine };
        run.Run(15);
        run.Link.BitsPerSecond = 1_000_000;
        run.Until(() => run.Estimate <= 1_100_000, 5).ShouldBeLessThan(2, "seconds until it follows the fall");
        run.Run(4);
        var low = run.Run(10);
        low.LongWaitMs.ShouldBeLessThan(150, "the queue of the fall is gone");
        low.Arrived[0].ShouldBeInRange(700_000, 1_000_000);
        run.Link.BitsPerSecond = 5_000_000;
        run.Until(() => run.Estimate >= 3_500_000, 40).ShouldBeLessThan(25, "seconds until it has found the way up");
    }

    [Theory]
    [InlineData(2_000_000, 0.02)]
    [InlineData(2_000_000, 0.10)]
    [InlineData(5_000_000, 0.10)]
    public void BitsPerSecond_LossByChance_DoesNotStrangle(long capacity, double loss)
    {
        var run = new SimulatedRun(new SimulatedLink(capacity) { Loss = loss }) { Trace = output.WriteLine };
        run.Run(10);
        var seen = run.Run(30);
        output.WriteLine(seen.ToString());
        seen.MeanEstimate.ShouldBeInRange(0.65 * capacity, 1.05 * capacity);
        seen.LongWaitMs.ShouldBeLessThan(100);
    }

    [Fact]
    public void BitsPerSecond_AQueueTooShortToShowDelay_IsBoundByLoss()
    {
        var run = new SimulatedRun(new SimulatedLink(1_000_000) { QueueNs = 60 * MonotonicTime.Millisecond }) { Trace = output.WriteLine };
        run.Run(15);
        var dropped = run.Link.Dropped;
        var seen = run.Run(30);
        output.WriteLine($"{seen}, {run.Link.Dropped - dropped} dropped");
        seen.MeanEstimate.ShouldBeInRange(700_000, 1_100_000);
        (run.Link.Dropped - dropped).ShouldBeLessThan(240, "packets of some 3,000");
    }

    [Fact]
    public void BitsPerSecond_ALinkThatPauses_IsBackWithinSeconds()
    {
        var run = new SimulatedRun(new SimulatedLink(3_000_000)) { Trace = output.WriteLine };
        run.Run(15);
        for (var pause = 0; pause < 3; pause++)
        {
            run.Link.BitsPerSecond = 0;
            run.Run(1.5);
            run.Link.BitsPerSecond = 3_000_000;
            run.Until(() => run.Estimate >= 2_000_000, 30).ShouldBeLessThan(8, $"seconds until the estimate is back after pause {pause}");
            run.Run(5);
        }
    }

    [Fact]
    public void BitsPerSecond_TwoFlows_ShareTheLink()
    {
        var run = new SimulatedRun(new SimulatedLink(4_000_000), flows: 2) { Trace = output.WriteLine };
        run.Run(20);
        var seen = run.Run(60);
        output.WriteLine($"{seen.Arrived[0]} {seen.Arrived[1]} {seen}");
        seen.Arrived.Sum().ShouldBeInRange(0.75 * 4_000_000, 4_000_000);
        seen.Arrived.Min().ShouldBeGreaterThan(0.25 * 4_000_000, "neither starves");
        seen.LongWaitMs.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData(1, 0, 2_000_000)]
    [InlineData(100, 0, 2_000_000)]
    [InlineData(150, 0, 5_000_000)]
    [InlineData(25, 5, 2_000_000)]
    [InlineData(25, 15, 2_000_000)]
    [InlineData(25, 30, 5_000_000)]
    public void BitsPerSecond_NearOrFarOrUneven_IsFilled(int delayMs, int jitterMs, long capacity)
    {
        var link = new SimulatedLink(capacity) { DelayNs = delayMs * MonotonicTime.Millisecond, JitterNs = jitterMs * MonotonicTime.Millisecond };
        var run = new SimulatedRun(link) { Trace = output.WriteLine };
        run.Run(15);
        var seen = run.Run(30);
        output.WriteLine(seen.ToString());
        seen.MeanEstimate.ShouldBeInRange(0.7 * capacity, 1.05 * capacity);
        seen.LongWaitMs.ShouldBeLessThan(150);
    }

    [Fact]
    public void BitsPerSecond_CamerasFillLittle_ProbesFindWhatMoreThereIs()
    {
        var run = new SimulatedRun(new SimulatedLink(6_000_000), options: new BandwidthOptions { MaxBitsPerSecond = 4_000_000 });
        run.Flow.Media = 300_000;
        run.Until(() => run.Estimate >= 3_000_000, 10).ShouldBeLessThan(3, "seconds");
        run.Run(2);
        var probed = run.Flow.ProbeBytes;
        run.Run(60).LowestEstimate.ShouldBeGreaterThan(2_500_000, "nothing shows that less goes through");
        (run.Flow.ProbeBytes - probed).ShouldBeLessThan(60 * 5_000, "bytes of probes in a minute, when all that is wanted was found");
    }

    [Fact]
    public void BitsPerSecond_NothingMoreIsWanted_NothingIsProbed()
    {
        var run = new SimulatedRun(new SimulatedLink(6_000_000));
        run.Flow.Estimator.SetDemand(300_000);
        run.Run(20);
        run.Flow.ProbeBytes.ShouldBe(0);
        run.Flow.Media = 300_000;
        run.Flow.Estimator.SetDemand(2_000_000);
        run.Until(() => run.Estimate >= 2_000_000, 10).ShouldBeLessThan(2, "seconds after more is wanted");
    }

    [Fact]
    public void BitsPerSecond_CamerasFillLittleAndNothingIsProbed_DoesNotGrowUntried()
    {
        var run = new SimulatedRun(new SimulatedLink(6_000_000));
        (run.Flow.Media, run.Flow.FillsProbes) = (200_000, false);
        run.Run(30).HighestEstimate.ShouldBeLessThan(600_000);
    }

    [Fact]
    public void BitsPerSecond_FeedbackStays_FallsAndComesBack()
    {
        var run = new SimulatedRun(new SimulatedLink(3_000_000));
        run.Run(10);
        run.Flow.IsFeedbackLost = true;
        run.Run(6);
        run.Estimate.ShouldBeLessThan(600_000, "nobody tells that anything arrives");
        run.Flow.IsFeedbackLost = false;
        run.Until(() => run.Estimate >= 2_000_000, 30).ShouldBeLessThan(6, "seconds");
    }

    [Fact]
    public void Run_OnceWarm_AllocatesNothing()
    {
        var estimator = new BandwidthEstimator(new BandwidthOptions(), hasTransportFeedback: true, 0);
        var recorder = new TransportFeedbackRecorder();
        var buffer = new byte[RtcpWriter.MaxTransportFeedback];
        var random = new Random(4);
        var nowNs = 0L;
        Run(20_000);
        var before = Allocations.Begin();
        Run(20_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        estimator.BitsPerSecond.ShouldBeGreaterThan(500_000);

        void Run(int packets)
        {
            for (var i = 0; i < packets; i++)
            {
                nowNs += 2 * MonotonicTime.Millisecond;
                var sequence = estimator.NextSequence;
                estimator.OnPacketSent(1_200, nowNs);
                if (random.Next(50) != 0)
                    recorder.OnPacket(sequence, nowNs + (random.Next(3) * MonotonicTime.Millisecond));
                if (i % 10 != 0)
                    continue;
                estimator.Tick(nowNs);
                _ = estimator.ProbeBytesDue(nowNs);
                var writer = new RtcpWriter(buffer);
                if (!recorder.IsDue(nowNs) || !recorder.TryWrite(ref writer, 1, 2, nowNs))
                    continue;
                RtcpReader.TryOpen(buffer.AsSpan(0, writer.Length), reducedSize: true, out var reader, out _);
                while (reader.TryRead(out var packet))
                {
                    if (packet.TryGetTransportFeedback(out var feedback))
                        estimator.OnTransportFeedback(feedback, nowNs);
                }
            }
        }
    }

    [Fact]
    public void OnTransportFeedback_OfAForeignOrBrokenPeer_NeverThrowsAndStaysWithinBounds()
    {
        var options = new BandwidthOptions();
        var estimator = new BandwidthEstimator(options, hasTransportFeedback: true, 0);
        var random = new Random(9);
        var nowNs = 0L;
        var body = new byte[60];
        byte[] head = [0x8F, 205, 0, 17, 0, 0, 0, 1, 0, 0, 0, 2];
        var taken = 0;
        for (var i = 0; i < 40_000; i++)
        {
            nowNs += random.NextInt64(30 * MonotonicTime.Millisecond);
            estimator.OnPacketSent(random.Next(100) == 0 ? random.Next(200_000) : random.Next(1_500), nowNs);
            random.NextBytes(body);
            if (random.Next(4) != 0)
            {
                // A believable head: numbers that were sent, a run or a vector, so that the rest is looked at.
                BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)(estimator.NextSequence - random.Next(40)));
                BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), (ushort)random.Next(30));
                BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(8), (ushort)(random.Next(2) == 0 ? 0x2000 + random.Next(30) : random.Next(65_536)));
            }

            byte[] datagram = [.. head, .. body];
            RtcpReader.TryOpen(datagram, reducedSize: true, out var reader, out _).ShouldBeTrue();
            reader.TryRead(out var packet).ShouldBeTrue();
            if (packet.TryGetTransportFeedback(out var feedback))
            {
                estimator.OnTransportFeedback(feedback, nowNs);
                taken++;
            }

            estimator.Tick(nowNs);
            estimator.ProbeBytesDue(nowNs).ShouldBeInRange(0, 200_000);
            estimator.BitsPerSecond.ShouldBeInRange(options.MinBitsPerSecond, options.MaxBitsPerSecond);
            estimator.Loss.ShouldBeInRange(0, 1);
        }

        taken.ShouldBeGreaterThan(2_000, "feedback that was looked into");
    }
}
