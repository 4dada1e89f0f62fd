using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Jitter;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Jitter;

public sealed class JitterBufferTests
{
    const long Frame = 20 * MonotonicTime.Millisecond;

    readonly JitterBuffer _buffer = new(AudioCodec.Pcmu);
    readonly short[] _frame = new short[160];
    readonly List<short> _heard = [];
    readonly List<PlayoutKind> _kinds = [];
    ToneGenerator _tone = new(400, 8000);
    long _now = 50 * MonotonicTime.Second;
    ushort _sequence = 65500;
    uint _timestamp = uint.MaxValue - 4000;

    [Fact]
    public void Pull_SteadySender_PlaysAllWithoutConcealment()
    {
        Run(500);
        _buffer.ConcealedSamples.ShouldBe(0);
        _buffer.Late.ShouldBe(0);
        _buffer.DelayMs.ShouldBeInRange(JitterBuffer.MinDelayMs - JitterBuffer.ToleranceMs, 40);
        _kinds.Skip(5).ShouldAllBe(kind => kind == PlayoutKind.Audio);
        Purity(_heard.Count - 8000).ShouldBeGreaterThan(0.98);
    }

    [Fact]
    public void Pull_SinglePacketLost_ToneGoesOn()
    {
        Run(50);
        Run(1, lost: true);
        Run(20);
        _buffer.ConcealedSamples.ShouldBe(160);
        Purity(_heard.Count - 22 * 160).ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Insert_DuplicateAndReordered_PlayedOnce()
    {
        Run(50);
        for (var i = 0; i < 20; i++)
        {
            var (firstSequence, firstTimestamp, first) = Next();
            var (secondSequence, secondTimestamp, second) = Next();
            _buffer.Insert(secondSequence, secondTimestamp, second, _now);
            _buffer.Insert(firstSequence, firstTimestamp, first, _now);
            _buffer.Insert(firstSequence, firstTimestamp, first, _now);
            Pull();
            Pull();
        }

        _buffer.Duplicates.ShouldBe(20);
        _buffer.ConcealedSamples.ShouldBeLessThanOrEqualTo(320);
    }

    [Fact]
    public void Pull_SenderStopsWithoutAWord_FadesToSilenceAndComesBack()
    {
        Run(50);
        Quiet(50, 0);
        AudioLevel.Measure(_frame).ShouldBe(AudioLevel.Silence);
        Run(50);
        _kinds[^1].ShouldBe(PlayoutKind.Audio);
        Purity(_heard.Count - 4000).ShouldBeGreaterThan(0.95);
        _buffer.ConcealedSamples.ShouldBeLessThanOrEqualTo(160 * 7);
    }

    [Fact]
    public void InsertNoise_SenderSuppressesSilence_NoiseAndNothingConcealed()
    {
        Run(50);
        _buffer.InsertNoise(_sequence++, _timestamp, [50], _now);
        Quiet(100, 160);
        _kinds[^1].ShouldBe(PlayoutKind.Noise);
        ((int)AudioLevel.Measure(_frame)).ShouldBeInRange(47, 53);
        Run(50);
        _kinds[^1].ShouldBe(PlayoutKind.Audio);
        _buffer.ConcealedSamples.ShouldBe(0);
        _buffer.DelayMs.ShouldBeLessThan(45);
    }

    [Theory]
    [InlineData(20000, 0)]
    [InlineData(0, 4_000_000)]
    [InlineData(0, -4_000_000)]
    [InlineData(30000, 99_999_999)]
    public void Insert_SourceJumps_HeardAgainWithinASecond(int sequenceStep, int timestampStep)
    {
        Run(100);
        _sequence = (ushort)(_sequence + sequenceStep);
        _timestamp = (uint)(_timestamp + timestampStep);
        Run(50);
        _kinds[^1].ShouldBe(PlayoutKind.Audio);
        Purity(_heard.Count - 1600).ShouldBeGreaterThan(0.9);
        _buffer.DelayMs.ShouldBeLessThan(60);
    }

    [Fact]
    public void Insert_AnyGarbage_NeverThrows()
    {
        var random = new Random(4);
        var buffer = new JitterBuffer(AudioCodec.G722);
        var frame = new short[320];
        for (var i = 0; i < 200_000; i++)
        {
            var payload = new byte[random.Next(0, 600)];
            var sequence = random.Next(3) == 0 ? (ushort)random.Next() : (ushort)(i / 2);
            var timestamp = random.Next(3) == 0 ? (uint)random.Next() * 2 : (uint)(i * 80);
            switch (random.Next(8))
            {
                case 0:
                    buffer.InsertNoise(sequence, timestamp, payload, i * Frame / 2);
                    break;
                case 1:
                    buffer.InsertSkip(sequence, timestamp, i * Frame / 2);
                    break;
                case 2 when random.Next(100) == 0:
                    buffer.Reset();
                    break;
                default:
                    buffer.Insert(sequence, timestamp, payload, i * Frame / 2);
                    break;
            }

            if (i % 2 == 0)
                buffer.Pull(frame, i * Frame / 2);
        }
    }

    [Theory]
    [InlineData(80)]
    [InlineData(240)]
    [InlineData(320)]
    [InlineData(480)]
    public void Pull_OtherPacketLengths_PlayAll(int samples)
    {
        var pcm = new short[samples];
        var payload = new byte[samples];
        long due = _now;
        for (var i = 0; i < 500; i++)
        {
            for (; due <= _now; due += samples * 125_000L)
            {
                _tone.Generate(pcm);
                G711.EncodeMu(pcm, payload);
                _buffer.Insert(_sequence++, _timestamp, payload, due);
                _timestamp += (uint)samples;
            }

            Pull();
        }

        _buffer.ConcealedSamples.ShouldBeLessThanOrEqualTo(480);
        _kinds.Skip(200).ShouldAllBe(kind => kind == PlayoutKind.Audio);
        Purity(_heard.Count - 8000).ShouldBeGreaterThan(0.95);
    }

    void Run(int frames, bool lost = false)
    {
        for (var i = 0; i < frames; i++)
        {
            var (sequence, timestamp, payload) = Next();
            if (!lost)
                _buffer.Insert(sequence, timestamp, payload, _now);
            Pull();
        }
    }

    void Quiet(int frames, int timestampStep)
    {
        for (var i = 0; i < frames; i++)
        {
            _timestamp += (uint)Math.Max(timestampStep, 160);
            Pull();
        }
    }

    void Pull()
    {
        _kinds.Add(_buffer.Pull(_frame, _now));
        _heard.AddRange(_frame);
        _now += Frame;
    }

    (ushort Sequence, uint Timestamp, byte[] Payload) Next()
    {
        var pcm = new short[160];
        var payload = new byte[160];
        _tone.Generate(pcm);
        G711.EncodeMu(pcm, payload);
        var timestamp = _timestamp;
        _timestamp += 160;
        return (_sequence++, timestamp, payload);
    }

    /// <summary>The tone's share of the power from an offset on.</summary>
    double Purity(int from)
    {
        var pcm = _heard.ToArray().AsSpan(from);
        var amplitude = ToneMeter.AmplitudeOf(pcm, 400, 8000);
        return amplitude * amplitude / 2 / (AudioLevel.SumOfSquares(pcm) / pcm.Length);
    }
}
