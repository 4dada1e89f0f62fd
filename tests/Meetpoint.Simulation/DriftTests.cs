using Meetpoint.Media.Audio;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.Kit;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>
/// Ten minutes of a sender whose clock is off, from phone to phone through both halves of a room: 3% of its packets are lost at random on the
/// way to the first exchange, and 3% again on the cascade. Heard at the far phone, whose own link loses nothing and has no buffer that could hide
/// a gap.
/// </summary>
public sealed class DriftTests(ITestOutputHelper output)
{
    const int SampleRate = 8000;
    const int WindowSamples = SampleRate / 100;
    const double VoiceHz = 440;
    const double MarkHz = 1760;
    const int FramesPerMark = 500;
    const int MarkFrames = 6;
    const double Quiet = 600;

    [Theory]
    [InlineData(200, 12)]
    [InlineData(-200, 11)]
    public void Drift_TwoHundredPpmAndLossForTenMinutes_HasNoGapAndASteadyDelay(int clockPpm, int seed)
    {
        // Five packets lost in a row are a gap whatever is done: of the seeds one in some forty has that.
        using var world = new SimulatedWorld(seed);
        output.WriteLine($"seed {seed}");
        var network = world.Virtual.Network;
        var lossy = new LinkConditions { LatencyNs = 10 * MonotonicTime.Millisecond, JitterNs = 5 * MonotonicTime.Millisecond, Loss = 0.03 };
        var id = world.Book(Requests.Meeting(world, "user0@liberty.example"));
        world.RunToStart(id);
        var talker = world.Phone(world.Albion, 0, VoiceHz);
        var listener = world.Phone(world.Liberty, 0);
        talker.Audio.ClockPpm = clockPpm;
        var marked = new List<long>();
        var frames = 0;
        var voice = new ToneGenerator(VoiceHz, SampleRate, 6000);
        var mark = new ToneGenerator(MarkHz, SampleRate, 6000);
        talker.Audio.Source = pcm =>
        {
            var phase = frames++ % FramesPerMark;
            if (phase == 0)
                marked.Add(world.Virtual.NowNs);
            (phase < MarkFrames ? ref mark : ref voice).Generate(pcm);
        };
        world.Join(id, talker, listener);
        network.SetConditions(AddressPrefix.Parse(world.Albion.Party.AddressOf(0)), AddressPrefix.Parse(world.Albion.Party.Address), lossy);
        network.SetConditions(AddressPrefix.Parse(world.Albion.Party.Address), AddressPrefix.Parse(world.Liberty.Party.Address), lossy);
        world.Run(10);
        var heard = new Heard();
        listener.Audio.Sink = heard.Add;
        world.Run(600);

        output.WriteLine($"longest gap {heard.LongestGapMs} ms");
        heard.LongestGapMs.ShouldBeLessThanOrEqualTo(40);
        var delays = heard.Marks.Select(at => (at - marked.Last(sent => sent < at)) / (double)MonotonicTime.Millisecond).ToList();
        output.WriteLine($"{delays.Count} marks, delay {delays.Min():0} to {delays.Max():0} ms");
        delays.Count.ShouldBeInRange(58, 61);
        (delays.Max() - delays.Min()).ShouldBeLessThanOrEqualTo(60, "uncorrected, the clock alone would move it by 120 ms");
        world.AssertNoFaults();
    }

    /// <summary>Watches what comes: how long it was quiet, and when a mark began.</summary>
    sealed class Heard
    {
        const long FrameNs = 20 * MonotonicTime.Millisecond;

        int _quietWindows;
        long _lastNs;
        long _lastMarkNs;

        public int LongestGapMs { get; private set; }

        public List<long> Marks { get; } = [];

        public void Add(ReadOnlyMemory<short> pcm, long nowNs)
        {
            // A packet that never came is a gap too.
            if (_lastNs > 0)
                _quietWindows += (int)Math.Max(0, (nowNs - _lastNs - FrameNs) / (10 * MonotonicTime.Millisecond));
            _lastNs = nowNs;
            LongestGapMs = Math.Max(LongestGapMs, _quietWindows * 10);
            for (var at = 0; at + WindowSamples <= pcm.Length; at += WindowSamples)
            {
                var window = pcm.Span.Slice(at, WindowSamples);
                double power = 0;
                foreach (var sample in window)
                    power += sample * (double)sample;
                _quietWindows = Math.Sqrt(power / WindowSamples) < Quiet ? _quietWindows + 1 : 0;
                LongestGapMs = Math.Max(LongestGapMs, _quietWindows * 10);
                var isMark = ToneMeter.AmplitudeOf(window, MarkHz, SampleRate) > 2 * ToneMeter.AmplitudeOf(window, VoiceHz, SampleRate);
                if (!isMark || nowNs - _lastMarkNs < MonotonicTime.Second)
                    continue;
                _lastMarkNs = nowNs;
                Marks.Add(nowNs + (at / WindowSamples * 10 * MonotonicTime.Millisecond));
            }
        }
    }
}
