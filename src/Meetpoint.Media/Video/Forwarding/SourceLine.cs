using System.Runtime.CompilerServices;
using Meetpoint.Media.Rooms;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// One line out: always the same source for its receiver, whoever is shown in it. Another picture begins with a keyframe, and until that
/// comes the old one goes on.
/// </summary>
sealed class SourceLine
{
    /// <summary>All temporal layers.</summary>
    public const int AllTemporalLayers = 3;

    readonly LineOutput _out;
    LineNumbers _numbers;
    VideoSource? _current;
    VideoSource? _wanted;
    VideoCapture _currentCapture;
    VideoCapture _wantedCapture;
    int _epoch;
    VideoFormat _format;
    int _temporalLimit = AllTemporalLayers;
    bool _isPaused;

    public SourceLine(VideoPeer peer, VideoOutput options, uint ssrc, uint rtxSsrc, Random random, LineOutput output)
    {
        _out = output;
        (Peer, Ssrc, RtxSsrc) = (peer, ssrc, rtxSsrc);
        _numbers = new LineNumbers((ushort)random.Next(), (uint)random.NextInt64(), (ushort)random.Next());
        RtxSequence = (ushort)random.Next();
        MaxHeight = options.MaxHeight;
        Configure(options);
    }

    public VideoPeer Peer { get; }

    /// <summary>What was settled for it.</summary>
    public VideoOutput Options { get; private set; }

    public int Id => Options.Id;

    public VideoKind Kind => Options.Kind;

    /// <summary>It is shown on one of several screens.</summary>
    public bool IsOnWall => Kind == VideoKind.Camera && Options.Place.IsOneOfSeveral;

    public PayloadTypes PayloadTypes { get; private set; }

    public LineHeader Header { get; private set; }

    public uint Ssrc { get; }

    public uint RtxSsrc { get; }

    /// <summary>The next number of the stream of retransmissions.</summary>
    public ushort RtxSequence;

    /// <summary>Encryption of its packets.</summary>
    public IMediaProtection? Protection => Options.Protection ?? Peer.Protection;

    /// <summary>Keys are there, or none are needed.</summary>
    public bool MaySend => Protection is not null || !Peer.Options.RequiresProtection;

    /// <summary>Lines of the picture that the receiver looks at; 0: none.</summary>
    public int MaxHeight { get; set; }

    /// <summary>Who is to be shown whatever the room thinks; 0 for nobody in particular.</summary>
    public uint Pinned { get; set; }

    /// <summary>The highest layer that the way to the receiver carries; -1: none.</summary>
    public int MaxLayer { get; set; } = VideoInput.MaxLayers;

    /// <summary>The highest temporal layer of VP8 that is to go on; it holds from the next picture at which it can.</summary>
    public int TemporalTarget { get; set; } = AllTemporalLayers;

    /// <summary>Whom the receiver was told to be shown.</summary>
    public VideoCapture Shown { get; set; }

    /// <summary>What the line is given to show; null for nothing.</summary>
    public VideoFeed? Feed { get; set; }

    /// <summary>The source that it is to be sent from.</summary>
    public VideoSource? Wanted => _wanted;

    /// <summary>The source that it is sent from.</summary>
    public VideoSource? Current => _current;

    /// <summary>It waits for a keyframe.</summary>
    public bool IsWaiting => _wanted is { } wanted && !_isPaused && !IsSentFrom(wanted, _wantedCapture);

    /// <summary>Whom the picture on the receiver's screen shows; nobody while nothing is sent.</summary>
    public VideoCapture Visible => _current is null ? default : _currentCapture;

    /// <summary>Whom the line is to show.</summary>
    public VideoCapture WantedCapture => _wanted is null ? default : _wantedCapture;

    public long PacketsSent;
    public long BytesSent;
    public long HeaderBytesSent;
    public long PacketsAtLastReport;

    /// <summary>What was sent; null before the first packet, and where nothing can be asked for again.</summary>
    public PacketRing? Ring;

    /// <summary>The packets as they were sent, in a line without a stream for retransmissions.</summary>
    public ByteRing? Bytes;

    public ref readonly LineNumbers Numbers => ref _numbers;

    /// <summary>Takes over what another offer and answer settled.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(Options), nameof(PayloadTypes), nameof(Header))]
    public void Configure(VideoOutput options)
    {
        Options = options;
        PayloadTypes = new PayloadTypes(options.Formats);
        Header = new LineHeader(Peer, options);
        // What is shown has another payload type now, or none: it begins anew.
        if (_current is not null && (!PayloadTypes.TryFind(_format.Codec, out var format) || format != _format))
            Stop();
    }

    /// <summary>Takes the layer of its feed that it may, from the next keyframe on; of none, nothing is sent from now on.</summary>
    public void Choose()
    {
        var source = Feed?.Choose(MaxHeight, MaxLayer);
        Want(source, isPaused: source is null || MaxHeight == 0 || MaxLayer < 0);
    }

    void Want(VideoSource? source, bool isPaused)
    {
        var capture = Feed?.Capture ?? default;
        _isPaused = isPaused;
        if (_isPaused && _current is not null)
            Stop();
        if (source == _wanted && capture == _wantedCapture)
            return;
        var before = _wanted;
        (_wanted, _wantedCapture) = (source, capture);
        if (source is not null && source != _current && source != before)
            source.Lines.Add(this);
        if (before is not null && before != source && before != _current)
            before.Lines.Remove(this);
    }

    /// <summary>A source is there no more.</summary>
    public void Forget(VideoSource source)
    {
        if (_current == source)
            Stop();
        if (Feed == source.Feed)
            Feed = null;
        if (_wanted == source)
            Want(null, isPaused: true);
    }

    /// <summary>Takes a packet of a source that the line is sent from, or waits for; true when the picture of another begins with it.</summary>
    public bool OnPacket(VideoSource source, in StoredPacket packet, ReadOnlySpan<byte> payload, long nowNs)
    {
        if (_isPaused)
            return false;
        if (source == _current && IsSentFrom(source, packet.Capture) && packet.Codec == _format.Codec)
        {
            Forward(packet, payload, nowNs);
            return false;
        }

        if (source != _wanted || packet.Capture != _wantedCapture || !MaySend || !source.CanBeginWith(packet)
            || !PayloadTypes.TryFind(packet.Codec, out var format))
        {
            return false;
        }

        Begin(source, packet, format, nowNs);
        Forward(packet, payload, nowNs);
        CatchUp(packet.Extended, nowNs);
        return true;
    }

    bool IsSentFrom(VideoSource source, VideoCapture capture) => source == _current && source.Epoch == _epoch && capture == _currentCapture;

    void Begin(VideoSource source, in StoredPacket first, VideoFormat format, long nowNs)
    {
        if (_current is { } before && before != source)
            before.Lines.Remove(this);
        (_current, _currentCapture, _epoch, _format) = (source, first.Capture, source.Epoch, format);
        _temporalLimit = AllTemporalLayers;
        _numbers.Switch(first, nowNs);
    }

    void Stop()
    {
        if (_current != _wanted)
            _current!.Lines.Remove(this);
        _current = null;
    }

    /// <summary>What overtook the first packet of the picture, or came while it was asked for again.</summary>
    void CatchUp(long first, long nowNs)
    {
        var source = _current!;
        for (var extended = first + 1; extended <= source.Highest; extended++)
        {
            ref readonly var packet = ref source.Store.Find(extended);
            if (!Unsafe.IsNullRef(in packet) && IsSentFrom(source, packet.Capture) && packet.Codec == _format.Codec)
                Forward(packet, source.Store.PayloadOf(packet), nowNs);
        }
    }

    void Forward(in StoredPacket packet, ReadOnlySpan<byte> payload, long nowNs)
    {
        if (!_numbers.IsWithin(packet))
            return;
        var isNewest = _numbers.IsNewest(packet);
        var isLeftOut = packet.IsEmpty || (packet.Codec == VideoCodec.Vp8 && IsAboveLimit(packet, isNewest));
        if (isLeftOut && isNewest)
        {
            _numbers.Remove(packet);
            return;
        }

        if (!_numbers.TryPass(packet, nowNs, out var sequence, out var timestamp, out var picture, out var baseLayer))
            return;
        var sent = new LinePacket
        {
            Sequence = sequence,
            Timestamp = timestamp,
            Marker = packet.Marker,
            Format = _format,
            Capture = packet.Capture,
            PictureId = picture,
            BaseLayerIndex = baseLayer,
            Source = _current!,
            Epoch = _epoch,
            Extended = packet.Extended,
            SentNs = nowNs,
        };
        // One that is late has its number already, and the receiver waits for it: it gets one that carries nothing.
        if (isLeftOut)
            _out.SendEmpty(this, sent, nowNs);
        else
            _out.Send(this, sent, packet, payload, nowNs);
    }

    /// <summary>Temporal layers are left out and taken up again between pictures only, and taken up where the picture needs no other of its layer.</summary>
    bool IsAboveLimit(in StoredPacket packet, bool isNewest)
    {
        var descriptor = packet.Payload.Vp8;
        if (isNewest && packet.Payload.BeginsPicture && TemporalTarget != _temporalLimit)
        {
            if (TemporalTarget < _temporalLimit || packet.Payload.BeginsKeyframe)
                _temporalLimit = TemporalTarget;
            else if (descriptor.IsLayerSync && descriptor.TemporalId > _temporalLimit)
                _temporalLimit = Math.Min(TemporalTarget, descriptor.TemporalId);
        }

        return descriptor.TemporalId > _temporalLimit;
    }
}
