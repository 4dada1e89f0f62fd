using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Forwarding;

namespace Meetpoint.Media.Video;

/// <summary>
/// The pictures of a room: packets of its peers come in, and go on, without being decoded, in the lines of all who shall see them.
/// </summary>
/// <remarks>Sans-I/O, on one thread, and nothing is allocated per packet once warm.</remarks>
public sealed partial class VideoRoom
{
    /// <summary>Line id of RTCP that belongs to no line: the peer has one transport for all.</summary>
    public const int AllLines = -1;

    /// <summary>Time between calls of <see cref="Tick"/>.</summary>
    public const int TickMs = 20;

    const int RtxHeaderLength = 2;

    readonly VideoRoomOptions _options;
    readonly IVideoRoomEvents _events;
    readonly Random _random;
    readonly List<VideoPeer> _peers = [];
    readonly LineOutput _lines;
    readonly PeerControl _control;
    readonly LinePolicy _policy;

    /// <summary>An empty room.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="events">Who hears what happens.</param>
    /// <param name="seed">Seed of SSRCs, first sequence numbers and report times; from a secret source outside of tests (RFC 3550 5.1).</param>
    public VideoRoom(VideoRoomOptions options, IVideoOutput output, IVideoRoomEvents events, int seed)
    {
        _options = options;
        _events = events;
        _random = new Random(seed);
        _lines = new LineOutput(output, options);
        _control = new PeerControl(output, options.UnixTimeOffsetNs);
        _policy = new LinePolicy(_peers);
    }

    /// <summary>The peers.</summary>
    public IReadOnlyList<VideoPeer> Peers => _peers;

    /// <summary>The codec that everybody in the room can decode: H.264 as soon as one takes nothing else; null for any.</summary>
    public VideoCodec? Wanted { get; private set; }

    /// <summary>Takes an RTP packet of a peer, still encrypted; it is opened in place. False when it was thrown away.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="datagram">The packet.</param>
    /// <param name="inputId">The input where the transport tells it; -1 to find it by m-line, layer or source.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public bool OnRtp(VideoPeer peer, Span<byte> datagram, int inputId, long nowNs)
    {
        var share = peer.Options.IsCascade ? Math.Max(1, peer.Feeds.Count) : 1;
        if (datagram.Length <= VideoRoomOptions.MaxPacketBytes
            && peer.Rate.TryTake(_options.MaxPacketsPerSecond * share, _options.MaxBurstPackets * share, nowNs)
            && TryOpen(peer, inputId, ref datagram)
            && RtpPacket.TryParse(datagram, out var packet, out _)
            && peer.FindLineBySsrc(packet.Ssrc) is null)
        {
            if (peer.Options.HasTransportFeedback && packet.TryGetExtension(peer.Options.TransportSequenceExtensionId, out var number) && number.Length == 2)
                peer.Arrivals.OnPacket(BinaryPrimitives.ReadUInt16BigEndian(number), nowNs);
            if (TryTake(peer, packet, inputId, nowNs))
            {
                peer.Counts.PacketsReceived++;
                peer.Counts.BytesReceived += datagram.Length;
                return true;
            }
        }

        peer.Counts.PacketsRejected++;
        return false;
    }

    /// <summary>Every 20 ms: feedback, requests for what was lost, reports, estimates, and who is not there any more.</summary>
    public void Tick(long nowNs)
    {
        foreach (var peer in _peers)
        {
            _control.SendFeedback(peer, nowNs);
            peer.Bandwidth.Tick(nowNs);
            if (peer.Bandwidth.ProbeBytesDue(nowNs) is > 0 and var bytes)
                _lines.SendProbe(peer, bytes, nowNs);
            if (peer.Schedule.Take(nowNs))
                _control.SendReports(peer, bye: false, nowNs);
        }

        CheckFeeds(nowNs);
        AskForKeyframes(nowNs);
    }

    static bool TryOpen(VideoPeer peer, int inputId, ref Span<byte> datagram)
    {
        if ((inputId < 0 ? peer.Protection : peer.ProtectionOf(inputId)) is not { } protection)
            return !peer.Options.RequiresProtection;
        if (!protection.TryUnprotect(datagram, rtcp: false, out var length))
            return false;
        datagram = datagram[..length];
        return true;
    }

    bool TryTake(VideoPeer peer, in RtpPacket packet, int inputId, long nowNs)
    {
        if (!peer.Finder.TryFind(packet, inputId, nowNs, out var source, out var format, out var isRetransmission))
            return false;
        var sequence = packet.SequenceNumber;
        var payload = packet.Payload;
        if (isRetransmission)
        {
            if (payload.Length < RtxHeaderLength)
                return true; // padding
            sequence = BinaryPrimitives.ReadUInt16BigEndian(payload);
            payload = payload[RtxHeaderLength..];
        }

        var feed = source.Feed;
        var capture = feed.OwnCapture;
        if (feed.Options.NamesSource && !TryGetCapture(feed, packet, out capture, nowNs))
            return false;
        var (epoch, codec, isNewLayer) = (source.Epoch, source.Codec, !feed.IsLayerAlive(source.Layer));
        var incoming = new IncomingPacket(sequence, packet.Timestamp, packet.Marker, format.Codec, capture, isRetransmission);
        ref readonly var stored = ref source.Take(incoming, payload, _options.MaxRingBytes, nowNs);
        if (Unsafe.IsNullRef(in stored))
            return isRetransmission;
        var isNewest = stored.Extended == source.Highest;
        if (!feed.IsAlive || (isNewest && (capture != feed.Capture || format.Codec != feed.Codec)))
            OnFeedChanged(feed, capture, format.Codec, nowNs);
        else if (isNewLayer)
            ChooseLayers(feed, nowNs);
        if (epoch != source.Epoch || codec != source.Codec)
            OnSourceBegins(source);
        Forward(source, stored, nowNs);
        return true;
    }

    void Forward(VideoSource source, in StoredPacket packet, long nowNs)
    {
        if (packet.Payload.BeginsKeyframe && source.CanBeginWith(packet))
            source.OnKeyframe(nowNs);
        var payload = source.Store.PayloadOf(packet);
        // A line that begins with the packet leaves another source, never this one.
        foreach (var line in source.Lines)
        {
            if (line.OnPacket(source, packet, payload, nowNs))
                Tell(line, nowNs);
        }

        if (_asked.Count > 0)
            AskForKeyframes(nowNs);
    }

    /// <summary>Whom a packet of a cascade shows; false when it is one who is in this room, and so comes back to it.</summary>
    bool TryGetCapture(VideoFeed feed, in RtpPacket packet, out VideoCapture capture, long nowNs)
    {
        var participant = packet.CsrcCount > 0 ? packet.GetCsrc(0) : 0;
        capture = participant == 0 ? default
            : new VideoCapture(participant, packet.CsrcCount > 1 && feed.Kind == VideoKind.Camera ? CameraPlace.FromSource(packet.GetCsrc(1)) : default);
        if (participant == feed.Participant)
            return true;
        var peer = feed.Peer;
        foreach (var other in _peers)
        {
            if (other.Options.ParticipantId != participant || other == peer)
                continue;
            if (!peer.ReportedLoop)
                Raise(new VideoEvent(VideoEventKind.CascadeLoop, peer, 0, participant, AtNs: nowNs));
            peer.ReportedLoop = true;
            return false;
        }

        return true;
    }

    void Raise(in VideoEvent e) => _events.OnVideoEvent(e);
}
