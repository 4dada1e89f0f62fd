using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>A server, and the phones that are in its room.</summary>
sealed class MixRoom : IDisposable
{
    readonly MixSide _server;
    readonly PhoneBank _bank;
    readonly MixLoad _load;
    PhoneBank.Window _last;

    MixRoom(MixSide server, PhoneBank bank, MixLoad load) => (_server, _bank, _load) = (server, bank, load);

    /// <summary>Brings the phones in; a server that does not take them is ended.</summary>
    public static MixRoom Of(MixSide server, ThreadEventLoop loop, MixLoad load) => server.SetUp(() =>
    {
        var bank = new PhoneBank(loop, load);
        server.Join(bank.Phones);
        return new MixRoom(server, bank, load);
    });

    public string Heard => string.Create(
        CultureInfo.InvariantCulture,
        $"the phones sent {_last.Sent} packets in the last window and heard {_last.Heard}, {(double)_last.HeardVoice / _last.Looked:p0} of them with a voice");

    /// <summary>Processor time of the server, in us a participant and frame.</summary>
    public double CostPerFrame(long windowNs, Effort effort)
    {
        _last = _bank.Drive(windowNs, () => _server.ProcessorNs);
        // A server that does less than its work is no measure. On a machine that is full, a short window may miss a few.
        var least = effort == Effort.Full ? 0.9 : 0.1;
        var frames = (double)windowNs * _load.Legs * MixLoad.FramesPerSecond / MonotonicTime.Second;
        if (_last.Heard < frames * least || _last.HeardVoice < _last.Looked * (least - 0.1))
            throw new InvalidOperationException($"a server does not do its work: {Heard}");
        return _last.ClockNs / frames / MonotonicTime.Microsecond;
    }

    public void Dispose() => _server.Dispose();
}
