using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Jitter;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Jitter;

/// <summary>Losses of a stream whose decoder makes up for them itself.</summary>
public sealed class OpusJitterTests
{
    const long TickNs = 20 * MonotonicTime.Millisecond;
    const int Frame = 960;

    [Fact]
    public void Pull_OneInFiveLost_WithCopies_TheEnergyStaysAndNothingIsMadeUp()
    {
        var whole = new Stream(lossPercent: 25);
        whole.Run(200, i => false);
        var holed = new Stream(lossPercent: 25);
        holed.Run(200, i => i % 5 == 3);

        holed.Buffer.RecoveredSamples.ShouldBeGreaterThan(30 * Frame);
        holed.Buffer.ConcealedSamples.ShouldBeLessThan(10 * Frame, "what the encoder made no copy of");
        (holed.Energy / whole.Energy).ShouldBeInRange(0.85, 1.15);
        holed.DipsAgainst(whole).ShouldBe(0, "frames 10 dB quieter than without loss");
    }

    [Fact]
    public void Pull_OneInTenLost_WithoutCopies_TheDecoderConceals()
    {
        var whole = new Stream(lossPercent: 0);
        whole.Run(200, i => false);
        var holed = new Stream(lossPercent: 0);
        holed.Run(200, i => i % 10 == 3);

        holed.Buffer.RecoveredSamples.ShouldBe(0);
        holed.Buffer.ConcealedSamples.ShouldBeInRange(18 * Frame, 24 * Frame);
        (holed.Energy / whole.Energy).ShouldBeInRange(0.5, 1.2, "frames after a loss are quieter for a while, where the sender expected none");
        holed.DipsAgainst(whole).ShouldBeLessThan(8, "frames 10 dB quieter than without loss, of 20 lost");
    }

    [Fact]
    public void Pull_ThreeInARowLost_TheLastComesFromItsCopy()
    {
        var stream = new Stream(lossPercent: 25);
        stream.Run(100, i => i % 20 is 3 or 4 or 5);
        stream.Buffer.RecoveredSamples.ShouldBeInRange(4 * Frame, 6 * Frame);
        stream.Buffer.ConcealedSamples.ShouldBeGreaterThan(7 * Frame);
    }

    [Fact]
    public void Pull_AfterTheLastPacket_FadesOut()
    {
        var stream = new Stream(lossPercent: 0);
        stream.Run(50, i => false);
        stream.Run(12, i => true);
        AudioLevel.Measure(stream.Last).ShouldBe(AudioLevel.Silence);
        stream.Kind.ShouldBe(PlayoutKind.Silence);
    }

    [Fact]
    public void Pull_PacketsThatSayTheyAreSilence_AreNotDecoded_AndTheFirstWordIsHeardWhole()
    {
        var stream = new Stream(lossPercent: 0) { Peak = 5 };
        stream.Run(100, i => false, isSilence: true);
        stream.Buffer.UndecodedSamples.ShouldBeGreaterThan(80 * Frame);
        var before = stream.Buffer.UndecodedSamples;
        stream.Peak = 3000;
        stream.Run(20, i => false);
        var all = new Stream(lossPercent: 0) { Peak = 5 };
        all.Run(100, i => false);
        all.Peak = 3000;
        var quiet = all.Energy;
        all.Run(20, i => false);

        (stream.Energy / (all.Energy - quiet)).ShouldBe(1, 0.02);
        (stream.Buffer.UndecodedSamples - before).ShouldBeLessThanOrEqualTo(2 * Frame, "those that were in the buffer");
    }

    [Fact]
    public void Pull_AQuietRoom_IsNotDecoded_AndTheFirstWordIsHeardWhole()
    {
        // Nobody says that it is silence: the first packets are measured, and the others are no louder.
        var stream = new Stream(lossPercent: 0) { Peak = 0, Noise = 12 };
        stream.Run(200, i => false);
        stream.Buffer.UndecodedSamples.ShouldBeInRange(150 * Frame, 185 * Frame, "of 200 packets; one in 25 is measured again");
        var before = stream.Buffer.UndecodedSamples;
        stream.Peak = 3000;
        var (heard, decoded) = (stream.Energy, stream.DecodedEnergy);
        stream.Run(20, i => false);

        ((stream.Energy - heard) / (stream.DecodedEnergy - decoded)).ShouldBe(1, 0.02, "energy of the word, as a share of what there is when all is decoded");
        (stream.Buffer.UndecodedSamples - before).ShouldBeLessThanOrEqualTo(2 * Frame, "those that were in the buffer");
    }

    [Fact]
    public void Pull_NoiseThatRisesSlowly_IsHeardOnceItIsLoudEnough()
    {
        // So slowly that the sender's encoder takes it for no voice at any time.
        var stream = new Stream(lossPercent: 0) { Peak = 0, Noise = 12 };
        stream.Run(100, i => false);
        stream.Buffer.UndecodedSamples.ShouldBeGreaterThan(60 * Frame);
        for (var tick = 0; tick < 500; tick++)
        {
            stream.Noise = 12 + (tick * 0.6);
            stream.Run(1, i => false);
        }

        stream.Levels[^400..].ShouldAllBe(level => level < 70, "from a fifth of the way on all is heard");
    }

    [Fact]
    public void Pull_AQuietRoomThatLoses_MakesNothingUp()
    {
        var stream = new Stream(lossPercent: 0) { Peak = 0, Noise = 12 };
        stream.Run(60, i => false);
        stream.Run(200, i => i % 7 == 3);
        stream.Buffer.ConcealedSamples.ShouldBeLessThan(4 * Frame, "but after those that are measured again");
        stream.Levels.ShouldAllBe(level => level >= 65);
    }

    [Fact]
    public void Pull_PacketsOf60Ms_AndOf10()
    {
        foreach (var samples in new[] { 2880, 480 })
        {
            using var encoder = AudioCodec.Opus.CreateEncoder();
            using var buffer = new JitterBuffer(AudioCodec.Opus);
            var tone = new ToneGenerator(440, 48000);
            short[] pcm = new short[samples], frame = new short[Frame];
            var payload = new byte[1275];
            var heard = new List<short>();
            long sent = 0;
            ushort sequence = 0;
            for (var tick = 0; tick < 150; tick++)
            {
                for (; sent + samples <= (long)(tick + 1) * Frame; sent += samples)
                {
                    tone.Generate(pcm);
                    var length = encoder.Encode(pcm, payload);
                    buffer.Insert(sequence++, (uint)sent, payload.AsSpan(0, length), MonotonicTime.Second + (tick * TickNs));
                }

                buffer.Pull(frame, MonotonicTime.Second + (tick * TickNs));
                heard.AddRange(frame);
            }

            ToneMeter.AmplitudeOf(heard.ToArray().AsSpan(^48000..), 440, 48000).ShouldBe(8000, 1000, $"packets of {samples / 48} ms");
            buffer.ConcealedSamples.ShouldBe(0);
        }
    }

    /// <summary>A voice, encoded and played out, with holes.</summary>
    sealed class Stream
    {
        readonly IAudioEncoder _encoder = AudioCodec.Opus.CreateEncoder();
        readonly short[] _pcm = new short[Frame];
        readonly short[] _frame = new short[Frame];
        readonly byte[] _payload = new byte[400];
        readonly TestVoice _voice = new();
        readonly Random _random = new(11);
        readonly IAudioDecoder _decoder = AudioCodec.Opus.CreateDecoder();
        readonly short[] _decoded = new short[Frame];
        int _packets;

        public Stream(int lossPercent) => _encoder.Tune(new EncodeTarget(AudioCodec.Opus, OpusFormat.DefaultBitrate, LossPercent: lossPercent));

        public JitterBuffer Buffer { get; } = new(AudioCodec.Opus);

        public double Peak { set => _voice.Peak = value; }

        /// <summary>Peak of the noise of the room.</summary>
        public double Noise { get; set; }

        public double Energy { get; private set; }

        /// <summary>The same where every packet is decoded.</summary>
        public double DecodedEnergy { get; private set; }

        public List<byte> Levels { get; } = [];

        public ReadOnlySpan<short> Last => _frame;

        public PlayoutKind Kind { get; private set; }

        public void Run(int ticks, Func<int, bool> loses, bool isSilence = false)
        {
            for (var i = 0; i < ticks; i++)
            {
                var now = MonotonicTime.Second + (_packets * TickNs);
                _voice.Speak(_pcm);
                foreach (ref var sample in _pcm.AsSpan())
                    sample += (short)Math.Round(Noise * ((2 * _random.NextDouble()) - 1));
                var length = _encoder.Encode(_pcm, _payload);
                _decoder.Decode(_payload.AsSpan(0, length), _decoded);
                DecodedEnergy += AudioLevel.SumOfSquares(_decoded);
                if (!loses(i))
                    Buffer.Insert((ushort)_packets, (uint)(_packets * Frame), _payload.AsSpan(0, length), now, isSilence);
                _packets++;
                Kind = Buffer.Pull(_frame, now);
                Energy += AudioLevel.SumOfSquares(_frame);
                Levels.Add(AudioLevel.Measure(_frame));
            }
        }

        /// <summary>Frames with voice that are 10 dB quieter than those of the other.</summary>
        public int DipsAgainst(Stream other) => Levels.Zip(other.Levels).Count(pair => pair.Second < 35 && pair.First > pair.Second + 10);
    }
}
