using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Jitter;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Media.Tests.Srtp;
using Meetpoint.Net;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests;

/// <summary>
/// Paths that allocate nothing once warm, each by itself. The tick of a room is in <see cref="Rooms.AllocationTests"/>, SRTP in
/// <see cref="SrtpSessionTests"/>.
/// </summary>
public sealed class AllocationTests
{
    const long FrameNs = 20 * MonotonicTime.Millisecond;

    [Theory]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80)]
    [InlineData(SrtpProfile.AeadAes128Gcm)]
    public void ProtectAndUnprotectRtcp(SrtpProfile profile)
    {
        var pair = new SrtpPair(profile);
        var report = SrtpPair.Rtcp();
        var buffer = new byte[256];
        Measure(100, 1_000, _ =>
        {
            report.CopyTo(buffer, 0);
            pair.A.ProtectRtcp(buffer, report.Length, out var length);
            if (pair.B.UnprotectRtcp(buffer.AsSpan(0, length), out _) != SrtpStatus.Ok)
                throw new InvalidOperationException("not taken");
        });
    }

    [Fact]
    public void WriteAndReadRtcp()
    {
        var buffer = new byte[256];
        var blocks = new[] { new ReportBlock(1, 2, 3, 4, 5, 6, 7), new ReportBlock(8, 9, 10, 11, 12, 13, 14) };
        var sum = 0L;
        Measure(100, 1_000, _ =>
        {
            var writer = new RtcpWriter(buffer);
            writer.SenderReport(1, 2, 3, 4, 5, blocks);
            writer.SourceDescription(1, "name@host"u8);
            writer.Bye(1);
            RtcpReader.TryOpen(buffer.AsSpan(0, writer.Length), reducedSize: false, out var reader, out var error);
            while (error == RtpError.None && reader.TryRead(out var packet))
            {
                for (var i = 0; packet.TryGetReportBlock(i, out var block); i++)
                    sum += block.Ssrc;
                if (packet.TryGetCanonicalName(out uint _, out var name))
                    sum += name.Length;
                if (packet.TryGetByeSource(0, out var source))
                    sum += source;
            }
        });
        sum.ShouldBe(1_100 * (1 + 8 + 9 + 1));
    }

    [Theory]
    [InlineData("PCMU")]
    [InlineData("G722")]
    public void InsertAndPullOfAJitterBuffer_WithLossAndReordering(string codecName)
    {
        var codec = AudioCodec.All.Single(codec => codec.Name == codecName);
        var buffer = new JitterBuffer(codec);
        var payloads = new byte[2][];
        var encoder = codec.CreateEncoder();
        var pcm = new short[codec.SampleRate / 50];
        var tone = new ToneGenerator(400, codec.SampleRate);
        for (var i = 0; i < payloads.Length; i++)
        {
            tone.Generate(pcm);
            payloads[i] = new byte[160];
            encoder.Encode(pcm, payloads[i]);
        }

        var now = 50 * MonotonicTime.Second;
        ushort sequence = 65_000;
        var timestamp = 0u;
        Measure(500, 2_000, i =>
        {
            // Of each ten packets one is lost, two change places and one comes twice; every second is silence for a while.
            var place = i % 10;
            if (place != 3)
                buffer.Insert((ushort)(sequence + (place == 5 ? 1 : place == 6 ? -1 : 0)), (uint)(timestamp + (place == 5 ? 160 : place == 6 ? -160 : 0)), payloads[i % 2], now);
            if (place == 8)
                buffer.Insert(sequence, timestamp, payloads[i % 2], now);
            sequence++;
            timestamp += 160;
            buffer.Pull(pcm, now);
            now += FrameNs;
        });
        buffer.ConcealedSamples.ShouldBeGreaterThan(0);
        buffer.Duplicates.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task TickOfTwentyLegsOverSockets_FromKernelToKernel()
    {
        const int Legs = 20;
        const int WarmTicks = 75;
        const int MeasuredTicks = 100; // statistics are published once a second, so twice in it
        var faults = new List<Exception>();
        using var media = new ThreadEventLoop("media", TimeProvider.System, faults.Add);
        using var phones = new ThreadEventLoop("phones", TimeProvider.System, faults.Add);
        var network = new SocketNetwork();
        var engine = new MediaEngine(network, [media], new MediaEngineOptions { BindAddress = NetAddress.Parse("127.0.0.1:0"), MinPort = 21_000, MaxPort = 21_199, Randomness = new Net.Virtual.SeededRandomness(1) });
        var room = engine.CreateRoom("r", new NoEvents(), phones);
        var counters = new PhoneCounter[Legs];
        for (var i = 0; i < Legs; i++)
        {
            var codec = AudioCodec.All[i % 3];
            var phone = new TestPhone(codec, 300 + (50 * i)) { Talks = i < 5 };
            var leg = room.AddLeg(phone.Options((uint)i + 1))!;
            counters[i] = new PhoneCounter(network, phones, leg.LocalAddress, phone, MeasuredTicks);
            leg.SetRemote(counters[i].Local, controlMuxed: true);
        }

        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = new AllocationProbe(media, WarmTicks, MeasuredTicks, done);
        media.Post(probe.Start);
        (await done.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).ShouldBe(0, $"bytes on the media loop in {MeasuredTicks} ticks of {Legs} legs");
        // The loop of the phones may be behind that of the media.
        await Task.WhenAll(counters.Select(counter => counter.HasHeardEnough)).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        counters.ShouldAllBe(counter => counter.HasHeardEnough.IsCompleted, "each leg was mixed for");
        faults.ShouldBeEmpty();
        room.Close();
        engine.Close();
    }

    static void Measure(int warm, int measured, Action<int> unit)
    {
        for (var i = 0; i < warm; i++)
            unit(i);
        var before = Allocations.Begin();
        for (var i = 0; i < measured; i++)
            unit(warm + i);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, $"bytes over {measured}");
    }

    /// <summary>Reads what the loop's thread allocated, by a timer of the loop itself.</summary>
    sealed class AllocationProbe(IEventLoop loop, int warmTicks, int measuredTicks, TaskCompletionSource<long> done) : TimerNode
    {
        long _before = -1;

        public void Start() => loop.Timers.Arm(this, loop.NowNs + (warmTicks * FrameNs));

        protected override void Fire(long nowNs)
        {
            if (_before >= 0)
            {
                done.TrySetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
                return;
            }

            _before = Allocations.Begin();
            loop.Timers.Arm(this, nowNs + (measuredTicks * FrameNs));
        }
    }

    /// <summary>A phone that keeps nothing of what it hears but the number.</summary>
    sealed class PhoneCounter : TimerNode, IDatagramReceiver
    {
        readonly IEventLoop _loop;
        readonly IDatagramSocket _socket;
        readonly NetAddress _room;
        readonly TestPhone _phone;
        readonly int _enough;
        readonly TaskCompletionSource _heardEnough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _heard;

        public PhoneCounter(SocketNetwork network, IEventLoop loop, NetAddress room, TestPhone phone, int enough)
        {
            (_loop, _room, _phone, _enough) = (loop, room, phone, enough);
            _socket = network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), loop, this);
            loop.Post(() => loop.Timers.Arm(this, loop.NowNs + FrameNs));
        }

        public NetAddress Local => _socket.Local;

        /// <summary>Completed when more has been heard than was asked for.</summary>
        public Task HasHeardEnough => _heardEnough.Task;

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            if (++_heard > _enough)
                _heardEnough.TrySetResult();
        }

        protected override void Fire(long nowNs)
        {
            _socket.Send(_phone.NextPacket(), _room);
            _loop.Timers.Arm(this, DueNs + FrameNs);
        }
    }

    sealed class NoEvents : IMediaRoomEvents
    {
        public void OnMediaEvent(in MediaEvent e)
        {
        }
    }
}
