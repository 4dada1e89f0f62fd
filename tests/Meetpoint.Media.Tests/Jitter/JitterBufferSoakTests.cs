using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Jitter;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Jitter;

public sealed class JitterBufferSoakTests
{
    const long Ms = MonotonicTime.Millisecond;

    [Theory]
    [InlineData("PCMU", 200, 1)]
    [InlineData("PCMU", -200, 2)]
    [InlineData("G722", 200, 3)]
    [InlineData("PCMA", -200, 4)]
    public void Pull_TenMinutesOff200PpmAndThreePercentLost_NoGapAndSteadyDelay(string name, int ppm, int seed)
    {
        var codec = AudioCodec.All.Single(codec => codec.Name == name);
        var soak = new Soak(codec, seed) { Ppm = ppm, Loss = 0.03, JitterMs = 8 };
        soak.Run(TimeSpan.FromMinutes(10));

        soak.LongestGapMs.ShouldBeLessThanOrEqualTo(40);
        (soak.MaxDelayMs - soak.MinDelayMs).ShouldBeLessThan(45, $"delay from {soak.MinDelayMs} to {soak.MaxDelayMs} ms");
        soak.MaxDelayMs.ShouldBeLessThan(90);
        soak.Late.ShouldBeLessThan(30000 * 3 / 100);
        // The drift of 120 ms must have been taken out or put in, neither less nor much more.
        var net = soak.RemovedMs - soak.InsertedMs;
        net.ShouldBe(ppm > 0 ? 120 : -120, 60);
    }

    [Theory]
    [InlineData(60, 5)]
    [InlineData(120, 6)]
    public void Pull_HeavyJitter_DelayGrowsAndFewAreLate(int jitterMs, int seed)
    {
        var soak = new Soak(AudioCodec.Pcmu, seed) { JitterMs = jitterMs };
        soak.Run(TimeSpan.FromMinutes(2));

        soak.MaxDelayMs.ShouldBeInRange(jitterMs * 0.8, JitterBuffer.MaxDelayMs + 60);
        soak.Late.ShouldBeLessThan(6000 * 4 / 100);
    }

    /// <summary>A sender of a 440 Hz tone behind a bad network.</summary>
    sealed class Soak(AudioCodec codec, int seed)
    {
        public double Ppm { get; init; }

        public double Loss { get; init; }

        public double JitterMs { get; init; }

        public double LongestGapMs { get; private set; }

        public double MinDelayMs { get; private set; } = double.MaxValue;

        public double MaxDelayMs { get; private set; }

        public long Late { get; private set; }

        public double RemovedMs { get; private set; }

        public double InsertedMs { get; private set; }

        public void Run(TimeSpan length)
        {
            var random = new Random(seed);
            var buffer = new JitterBuffer(codec);
            var encoder = codec.CreateEncoder();
            var tone = new ToneGenerator(440, codec.SampleRate);
            var pcm = new short[codec.SampleRate / 50];
            var frame = new short[codec.SampleRate / 50];
            var payload = new byte[160];
            var inFlight = new PriorityQueue<(ushort Sequence, uint Timestamp, byte[] Payload), long>();
            var begin = 1000 * Ms;
            var intervalNs = 20 * Ms / (1 + (Ppm / 1e6));
            double nextSendNs = begin;
            ushort sequence = 65000;
            var timestamp = uint.MaxValue - 100_000;
            var quietMs = 0.0;
            for (var now = begin; now < begin + (long)length.TotalMilliseconds * Ms; now += 20 * Ms)
            {
                for (; nextSendNs <= now; nextSendNs += intervalNs)
                {
                    tone.Generate(pcm);
                    encoder.Encode(pcm, payload);
                    if (random.NextDouble() >= Loss)
                        inFlight.Enqueue((sequence, timestamp, payload.ToArray()), (long)nextSendNs + (long)(random.NextDouble() * JitterMs * Ms));
                    sequence++;
                    timestamp += 160;
                }

                while (inFlight.TryPeek(out var packet, out var arrival) && arrival <= now)
                {
                    inFlight.Dequeue();
                    buffer.Insert(packet.Sequence, packet.Timestamp, packet.Payload, arrival);
                }

                buffer.Pull(frame, now);
                if (now < begin + (10_000 * Ms))
                    continue; // it learns the jitter
                MinDelayMs = Math.Min(MinDelayMs, buffer.DelayMs);
                MaxDelayMs = Math.Max(MaxDelayMs, buffer.DelayMs);
                // 5 ms windows: a period of 440 Hz is 2.3 ms, so each has a peak near that of the tone.
                var window = frame.Length / 4;
                for (var i = 0; i < 4; i++)
                {
                    var peak = 0;
                    foreach (var sample in frame.AsSpan(i * window, window))
                        peak = Math.Max(peak, Math.Abs((int)sample));
                    quietMs = peak < 2000 ? quietMs + 5 : 0;
                    LongestGapMs = Math.Max(LongestGapMs, quietMs);
                }
            }

            Late = buffer.Late;
            RemovedMs = buffer.RemovedSamples * 1000.0 / codec.SampleRate;
            InsertedMs = buffer.InsertedSamples * 1000.0 / codec.SampleRate;
        }
    }
}
