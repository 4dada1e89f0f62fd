using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>A server, and who is in its room.</summary>
sealed class VideoRun : IDisposable
{
    readonly VideoSide _server;
    readonly Audience _audience;
    readonly VideoLoad _load;
    Audience.Window _last;

    VideoRun(VideoSide server, Audience audience, VideoLoad load) => (_server, _audience, _load) = (server, audience, load);

    /// <summary>Brings them in; a server that does not take them is ended.</summary>
    public static VideoRun Of(VideoSide server, ThreadEventLoop loop, VideoLoad load) => server.SetUp(() =>
    {
        var audience = new Audience(loop, load);
        server.Join(audience);
        return new VideoRun(server, audience, load);
    });

    public string Seen => string.Create(
        CultureInfo.InvariantCulture,
        $"the cameras sent {_last.Sent} packets in the last window, the screens were sent {_last.Heard}; of {_last.Looked} that were opened {_last.Whole} were whole");

    /// <summary>Processor time and bytes a packet sent.</summary>
    public Sample Run(long windowNs, Effort effort)
    {
        foreach (var screen in _audience.Screens)
            screen.UnderWayNs.Clear();
        var allocated = _server.AllocatedBytes;
        _last = _audience.Drive(windowNs, () => _server.ProcessorNs);
        allocated = _server.AllocatedBytes - allocated;
        // A server that loses packets is no measure. On a machine that is full, a short window may miss a few.
        var least = effort == Effort.Full ? 0.99 : 0.1;
        var due = (double)_last.Sent / _load.Cameras * _load.Screens;
        if (_last.Heard < due * least || _last.Whole < _last.Looked)
            throw new InvalidOperationException($"a server does not do its work: {Seen}");
        return new Sample((double)_last.ClockNs / _last.Heard, (double?)allocated / _last.Heard);
    }

    /// <summary>How long packets were under way in the last window, from the call that sent them until the receiver had them, in nanoseconds, the shortest first.</summary>
    public List<long> UnderWayNs => [.. _audience.Screens.SelectMany(screen => screen.UnderWayNs).Order()];

    public void Dispose() => _server.Dispose();
}
