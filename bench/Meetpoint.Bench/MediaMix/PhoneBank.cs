using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>The phones of one side, and a window during which they all talk to it. The loop's own cost is nobody's.</summary>
sealed class PhoneBank : TimerNode
{
    const long LeadInNs = MonotonicTime.Second; // buffers fill, speakers are found
    const int Seed = 7;

    readonly ThreadEventLoop _loop;
    readonly Phone[] _phones;
    readonly ManualResetEventSlim _done = new();
    Func<long> _clock = () => 0;
    long _lengthNs;
    bool _measuring;
    Window _window;

    public PhoneBank(ThreadEventLoop loop, MixLoad load)
    {
        _loop = loop;
        var random = new Random(Seed);
        var network = new SocketNetwork();
        _phones = new Phone[load.Legs];
        var quiet = Voice.Quiet(load, random);
        for (var i = 0; i < _phones.Length; i++)
        {
            var voice = i < MixLoad.Talkers ? Voice.Talking(load, 110 + (45 * i)) : load.ListenersSend ? quiet : null;
            var phaseNs = random.NextInt64(MonotonicTime.Second / MixLoad.FramesPerSecond);
            _phones[i] = new Phone(network, loop, load, (uint)(1000 + i), voice, phaseNs);
        }
    }

    public IReadOnlyList<Phone> Phones => _phones;

    /// <summary>What the phones sent and heard in a window, and how far the clock came.</summary>
    public readonly record struct Window(long ClockNs, long Sent, long Heard, long Looked, long HeardVoice);

    /// <summary>Talks for the lead-in and then for as long as is told; reads the clock at both ends of that.</summary>
    public Window Drive(long lengthNs, Func<long> clock)
    {
        _done.Reset();
        (_lengthNs, _clock, _measuring) = (lengthNs, clock, false);
        _loop.Post(() =>
        {
            foreach (var phone in _phones)
                phone.Start();
            _loop.Timers.Arm(this, _loop.NowNs + LeadInNs);
        });
        _done.Wait();
        return _window;
    }

    protected internal override void Fire(long nowNs)
    {
        var now = new Window(_clock(), _phones.Sum(phone => phone.Sent), _phones.Sum(phone => phone.Heard),
            _phones.Sum(phone => phone.Looked), _phones.Sum(phone => phone.HeardVoice));
        if (!_measuring)
        {
            _measuring = true;
            _window = now;
            _loop.Timers.Arm(this, nowNs + _lengthNs);
            return;
        }

        foreach (var phone in _phones)
            phone.Stop();
        _window = new Window(
            now.ClockNs - _window.ClockNs, now.Sent - _window.Sent, now.Heard - _window.Heard,
            now.Looked - _window.Looked, now.HeardVoice - _window.HeardVoice);
        _done.Set();
    }
}
