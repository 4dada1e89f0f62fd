using Meetpoint.Media.Prompts;
using Meetpoint.Media.Recording;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Forwarding;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>A room as its owner holds it: every method may be called from any thread and takes effect on the room's media loop, in order.</summary>
public sealed class MediaRoomHandle : ILegOutput, IVideoOutput, IMediaRoomEvents, IVideoRoomEvents
{
    readonly MediaEngine _engine;
    readonly MediaLoop _loop;
    readonly MediaRoom _room;
    readonly EventRelay<MediaEvent> _events;
    readonly EventRelay<VideoEvent> _videoEvents;
    readonly int _seed;
    readonly List<MediaLegHandle> _legs = [];
    readonly List<VideoHandle> _videos = [];
    readonly List<RecorderHandle> _recorders = [];
    readonly HashSet<uint> _hidden = []; // on the loop, while there are no pictures
    VideoRoom? _video; // on the loop
    int _legIds;
    int _legCount;
    int _closed;
    int _ticksToPublish;

    internal MediaRoomHandle(string id, MediaEngine engine, MediaLoop loop, EventRelay<MediaEvent> events, EventRelay<VideoEvent> videoEvents, int seed)
    {
        Id = id;
        _engine = engine;
        _loop = loop;
        _events = events;
        _videoEvents = videoEvents;
        _seed = seed;
        _room = new MediaRoom(engine.Options.Room, this, this, seed);
        _loop.Loop.Post(() => _loop.Add(this));
    }

    /// <summary>The caller's name of it.</summary>
    public string Id { get; }

    /// <summary>The loop that it is pinned to.</summary>
    public IEventLoop Loop => _loop.Loop;

    /// <summary>Events lost because the caller's loop did not keep up.</summary>
    public long DroppedEvents => _events.Dropped;

    /// <summary>
    /// Takes a port for a participant at once, so that SDP can tell it. With <paramref name="options"/> media begins; without, it begins
    /// at <see cref="MediaLegHandle.Configure"/>, when the answer is known.
    /// </summary>
    /// <returns>Null when the room is full or closed, or no port is free.</returns>
    public MediaLegHandle? AddLeg(LegOptions? options = null)
    {
        if (Volatile.Read(ref _closed) != 0 || Interlocked.Increment(ref _legCount) > _engine.Options.Room.MaxLegs)
        {
            if (Volatile.Read(ref _closed) == 0)
                Interlocked.Decrement(ref _legCount);
            return null;
        }

        if (!_loop.Ports.TryTakeOrPromise(out var pair, out var number))
        {
            Interlocked.Decrement(ref _legCount);
            return null;
        }

        var leg = new MediaLegHandle(this, Interlocked.Increment(ref _legIds), Advertised.WithPort(number));
        _loop.Loop.Post(() => Attach(leg, pair is null ? null : new LegPort(pair)));
        if (options is not null)
            leg.Configure(options);
        return leg;
    }

    /// <summary>
    /// Takes a leg of another room over with its port, so that a caller keeps the address that SDP told: media begins again at
    /// <see cref="MediaLegHandle.Configure"/>, and counts anew. The old handle is dead.
    /// </summary>
    /// <returns>Null when this room is full or closed, or the two rooms are on different loops.</returns>
    public MediaLegHandle? Adopt(MediaLegHandle other)
    {
        if (other.Loop != Loop || Volatile.Read(ref _closed) != 0)
            return null;
        if (Interlocked.Increment(ref _legCount) > _engine.Options.Room.MaxLegs)
        {
            Interlocked.Decrement(ref _legCount);
            return null;
        }

        var leg = new MediaLegHandle(this, Interlocked.Increment(ref _legIds), other.LocalAddress);
        _loop.Loop.Post(() =>
        {
            var port = other.Surrender();
            Attach(leg, port);
        });
        return leg;
    }

    /// <summary>
    /// The pictures of a participant, over the port of its audio (BUNDLE, RFC 9143), or with ports that <see cref="VideoHandle.OpenLine"/> takes. They begin at <see cref="VideoHandle.Configure"/>.
    /// </summary>
    public VideoHandle AddVideo(MediaLegHandle leg) => new(this, leg);

    /// <summary>
    /// Takes the lines of another room's pictures over with their ports, so that a caller keeps what SDP told: they begin at <see cref="VideoHandle.SetRemote"/> and
    /// <see cref="VideoHandle.Configure"/>. The old handle is dead.
    /// </summary>
    /// <param name="other">Of a leg that was adopted, on the same loop therefore.</param>
    /// <param name="leg">The leg as this room has it.</param>
    public VideoHandle Adopt(VideoHandle other, MediaLegHandle leg)
    {
        var video = new VideoHandle(this, leg);
        _loop.Loop.Post(() =>
        {
            foreach (var (lineId, pair) in other.Surrender())
                video.Attach(lineId, pair);
        });
        return video;
    }

    /// <summary>Takes down what the room sounds and looks like, until <see cref="RecorderHandle.Stop"/>, the end of the room, or of the disk.</summary>
    /// <returns>Null when the room is closed.</returns>
    /// <exception cref="PlatformNotSupportedException">This machine has no libopus.</exception>
    public RecorderHandle? Record(RecordingOptions options)
    {
        Codecs.OpusSupport.ThrowUnlessAvailable();
        return Volatile.Read(ref _closed) != 0 ? null : new RecorderHandle(this, options, _engine.Options.Room.UnixTimeOffsetNs);
    }

    /// <summary>Says whose content is shown; 0 for nobody's.</summary>
    public void SetPresenter(uint participantId) => _loop.Loop.Post(() => _video?.SetPresenter(participantId, Loop.NowNs));

    /// <summary>Shows a participant's camera to nobody from now on, here or by a cascade, or to everybody again.</summary>
    public void Hide(uint participantId, bool isHidden) => _loop.Loop.Post(() =>
    {
        if (_video is { } video)
            video.Hide(participantId, isHidden, Loop.NowNs);
        else if (!isHidden)
            _hidden.Remove(participantId);
        else if (_hidden.Count < LinePolicy.MaxHidden)
            _hidden.Add(participantId);
    });

    /// <summary>Plays a prompt to all participants of this half.</summary>
    public void PlayToAll(Prompt prompt) => _loop.Loop.Post(() => _room.PlayToAll(prompt));

    /// <summary>Ends the room: says goodbye to every leg and gives the ports back.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        Interlocked.Decrement(ref _loop.Load);
        _loop.Loop.Post(() =>
        {
            for (var i = _recorders.Count - 1; i >= 0; i--)
                _recorders[i].End();
            for (var i = _videos.Count - 1; i >= 0; i--)
                _videos[i].End();
            for (var i = _legs.Count - 1; i >= 0; i--)
                Detach(_legs[i]);
            _loop.Remove(this);
        });
    }

    NetAddress Advertised => _engine.Advertised;

    /// <inheritdoc/>
    void ILegOutput.Send(MediaLeg leg, ReadOnlySpan<byte> packet, bool rtcp)
    {
        if (leg.Owner is LegPort port)
            port.Send(packet, rtcp);
        else
            (leg.Owner as RecorderHandle)?.OnSound(packet, rtcp);
    }

    /// <inheritdoc/>
    void IVideoOutput.Send(VideoPeer peer, int lineId, ReadOnlySpan<byte> packet, bool rtcp)
    {
        if (peer.Owner is VideoHandle video)
            video.Send(lineId, packet, rtcp);
        else
            (peer.Owner as RecorderHandle)?.OnPicture(lineId, packet, rtcp);
    }

    /// <inheritdoc/>
    void IMediaRoomEvents.OnMediaEvent(in MediaEvent e)
    {
        if (e.Kind == MediaEventKind.ActiveSpeaker)
            _video?.SetSpeaker(e.ParticipantId, e.AtNs);
        _events.Send(e);
    }

    /// <inheritdoc/>
    void IVideoRoomEvents.OnVideoEvent(in VideoEvent e)
    {
        if (e.Peer?.Owner is RecorderHandle recorder)
            recorder.OnVideoEvent(e);
        else
            _videoEvents.Send(e);
    }

    internal MediaRoom Room => _room;

    /// <summary>On the loop. A room of sound alone has none: it is made for who first asks for it.</summary>
    internal VideoRoom Video => _video ?? MakeVideo();

    /// <summary>On the loop: true once somebody came with pictures.</summary>
    internal bool HasVideo => _video is not null;

    /// <summary>From any thread.</summary>
    internal NetAddress? OpenLine(VideoHandle video, int lineId)
    {
        if (!_loop.Ports.TryTakeOrPromise(out var pair, out var number))
            return null;
        _loop.Loop.Post(() =>
        {
            // A port that was only promised is opened now; another program may have it, and then the line carries nothing.
            if ((pair ?? _loop.Ports.OpenPromised(number)) is { } open)
                video.Attach(lineId, open);
        });
        return Advertised.WithPort(number);
    }

    /// <summary>On the loop.</summary>
    internal void ClosePort(PortPair pair) => _loop.Ports.Close(pair);

    internal void Attach(VideoHandle video) => _videos.Add(video);

    internal void Detach(VideoHandle video) => _videos.Remove(video);

    /// <summary>From any thread.</summary>
    internal int TakeLegId() => Interlocked.Increment(ref _legIds);

    internal void Attach(RecorderHandle recorder) => _recorders.Add(recorder);

    internal void Detach(RecorderHandle recorder) => _recorders.Remove(recorder);

    /// <summary>When the tick of the sound that is on was due, which is earlier than now while a stall is made up for. On the loop.</summary>
    internal long TickNs { get; private set; }

    /// <summary>Makes 20 ms of sound; pictures have no ticks to make up for.</summary>
    /// <param name="dueNs">When it was due.</param>
    internal void Tick(long dueNs)
    {
        TickNs = dueNs;
        var nowNs = Loop.NowNs;
        // From the end: what comes may remove its own leg.
        for (var i = _legs.Count - 1; i >= 0; i--)
            _legs[i].Port?.Deliver();
        _room.Tick(dueNs);
        _video?.Tick(nowNs);
        for (var i = _recorders.Count - 1; i >= 0; i--)
            _recorders[i].Tick(nowNs);
        if (--_ticksToPublish > 0)
            return;
        _ticksToPublish = PublishTicks;
        foreach (var leg in _legs)
            leg.Publish();
        foreach (var video in _videos)
            video.Publish();
    }

    /// <summary>On the loop. Its port is closed, unless the leg surrenders it to another room.</summary>
    internal void Detach(MediaLegHandle handle, bool closePort = true)
    {
        if (!_legs.Remove(handle))
            return;
        Interlocked.Decrement(ref _legCount);
        handle.End(Loop.NowNs);
        if (closePort && handle.Port is { } port)
            _loop.Ports.Close(port.Pair);
    }

    internal void Raise(MediaEventKind kind, MediaLegHandle leg) => _events.Send(new MediaEvent(kind, leg.LegId, AtNs: Loop.NowNs));

    VideoRoom MakeVideo()
    {
        _video = new VideoRoom(_engine.Options.Video with { UnixTimeOffsetNs = _engine.Options.Room.UnixTimeOffsetNs }, this, this, _seed ^ int.MaxValue);
        foreach (var participant in _hidden)
            _video.Hide(participant, true, Loop.NowNs);
        _hidden.Clear();
        return _video;
    }

    void Attach(MediaLegHandle handle, LegPort? port)
    {
        // A port that was only promised is opened now; another program may have it.
        if (port is null && _loop.Ports.OpenPromised(handle.LocalAddress.Port) is { } pair)
            port = new LegPort(pair);
        _legs.Add(handle);
        if (port is null)
            Raise(MediaEventKind.LegFailed, handle);
        else
            handle.Open(port);
    }

    /// <summary>Statistics are published ten times a second: what a usage record is measured by is no older than that.</summary>
    const int PublishTicks = 100 / MediaRoomOptions.TickMs;
}
