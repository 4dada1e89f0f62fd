using Meetpoint.Media.Relay;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Hosts rooms and relays on media loops, one a core; each stays on its loop. Thread safe.</summary>
public sealed class MediaEngine
{
    readonly MediaLoop[] _loops;
    readonly PortRange _range;

    /// <summary>An engine without rooms.</summary>
    /// <param name="network">Where ports are opened.</param>
    /// <param name="mediaLoops">The loops that carry media, at least one.</param>
    /// <param name="options">Addresses and limits.</param>
    /// <exception cref="ArgumentException">No loop, or no port in the range.</exception>
    public MediaEngine(INetwork network, IReadOnlyList<IEventLoop> mediaLoops, MediaEngineOptions options)
    {
        if (mediaLoops.Count == 0)
            throw new ArgumentException("Media needs a loop", nameof(mediaLoops));
        Options = options;
        _range = new PortRange(options.MinPort, options.MaxPort);
        _loops = new MediaLoop[mediaLoops.Count];
        for (var i = 0; i < _loops.Length; i++)
        {
            var reserve = new PortReserve(network, mediaLoops[i], _range, options.BindAddress, options.ReservedPairs);
            _loops[i] = new MediaLoop(mediaLoops[i], reserve);
            reserve.Refill();
        }
    }

    /// <summary>Addresses and limits.</summary>
    public MediaEngineOptions Options { get; }

    /// <summary>Pairs of ports that nobody holds.</summary>
    public int FreePortPairs => _range.FreePairs;

    /// <summary>True while there is a room or a relay.</summary>
    public bool IsInUse => Array.Exists(_loops, static loop => Volatile.Read(ref loop.Load) > 0);

    /// <summary>Opens a room on the loop that has the fewest.</summary>
    /// <param name="id">Name for the caller; the engine does not look at it.</param>
    /// <param name="events">Hears the room.</param>
    /// <param name="eventLoop">The loop on which <paramref name="events"/> is called.</param>
    /// <param name="videoEvents">Hears of the room's pictures, on the same loop; null for a room without.</param>
    public MediaRoomHandle CreateRoom(string id, IMediaRoomEvents events, IEventLoop eventLoop, IVideoRoomEvents? videoEvents = null)
    {
        var loop = TakeLoop();
        var seed = (int)Options.Randomness.Between(0, int.MaxValue);
        return new MediaRoomHandle(
            id, this, loop, new EventRelay<MediaEvent>(eventLoop, e => events.OnMediaEvent(e), static e => e.Kind == MediaEventKind.Level),
            new EventRelay<VideoEvent>(eventLoop, e => videoEvents?.OnVideoEvent(e), static e => e.Kind == VideoEventKind.Estimate), seed);
    }

    /// <summary>
    /// Opens a relay between two peers on the loop that has the fewest rooms and relays. Its ports can be told to the peers at once; it carries
    /// nothing until both sides are configured.
    /// </summary>
    /// <returns>Null when no port is free. A given port that is in use is told by its events.</returns>
    /// <exception cref="ArgumentException">A given port is odd or too high, or events are given without a loop.</exception>
    public MediaRelay? OpenRelay(MediaRelayOptions options)
    {
        ThrowUnlessPort(options.PortA);
        ThrowUnlessPort(options.PortB);
        var loop = TakeLoop();
        var relay = new MediaRelay(this, loop, options);
        if (TryOpenPort(relay, loop, RelaySide.A, options.PortA) && TryOpenPort(relay, loop, RelaySide.B, options.PortB))
            return relay;
        relay.Dispose();
        return null;
    }

    /// <summary>
    /// Takes a port of the range for another protocol of a call, as floor control, which its owner opens itself; null when all are taken. With <see cref="ReturnPort"/> it is free again.
    /// </summary>
    public int? TakePort() => _range.TryTake(out var port) ? port : null;

    /// <summary>Gives a port back that <see cref="TakePort"/> gave, once.</summary>
    public void ReturnPort(int port) => _range.Return(port);

    /// <summary>The address that is told to peers, with port 0.</summary>
    public NetAddress Advertised => Options.AdvertisedAddress.IsSet ? Options.AdvertisedAddress : Options.BindAddress;

    /// <summary>Closes the ports that are held in reserve; rooms are closed by their owners.</summary>
    public void Close()
    {
        foreach (var loop in _loops)
            loop.Loop.Post(loop.Ports.CloseAll);
    }

    static void ThrowUnlessPort(int port)
    {
        if (port is < 0 or > ushort.MaxValue - 1 || port % 2 != 0)
            throw new ArgumentException($"{port} is no RTP port: even, and below 65535", nameof(port));
    }

    bool TryOpenPort(MediaRelay relay, MediaLoop loop, RelaySide side, int given)
    {
        if (given != 0)
        {
            relay.Promise(side, Advertised.WithPort(given));
            new PortClaim(_loops, _range, given, loop, pair => relay.Attach(side, pair)).Begin();
            return true;
        }

        if (!loop.Ports.TryTakeOrPromise(out var pair, out var number))
            return false;
        relay.Promise(side, Advertised.WithPort(number));
        loop.Loop.Post(() => relay.Attach(side, pair ?? loop.Ports.OpenPromised(number)));
        return true;
    }

    MediaLoop TakeLoop()
    {
        var loop = _loops[0];
        foreach (var other in _loops)
        {
            if (Volatile.Read(ref other.Load) < Volatile.Read(ref loop.Load))
                loop = other;
        }

        Interlocked.Increment(ref loop.Load);
        return loop;
    }
}
