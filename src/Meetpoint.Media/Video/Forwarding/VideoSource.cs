using System.Runtime.CompilerServices;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Feedback;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>One stream that comes in, a single one or a simulcast layer: what came, what is missing, how it does.</summary>
sealed class VideoSource(VideoFeed feed, int layer)
{
    /// <summary>Packets that a picture's parameters may stand before its first slice.</summary>
    const int MaxParameterPackets = 8;

    PacketStore? _store;
    PictureNumbers _pictures;
    BitRateMeter _bits;
    BitRateMeter _baseBits;
    bool _hasTemporalLayers;
    SequenceExtender _sequence;

    public VideoFeed Feed => feed;

    /// <summary>Index of the layer, 0 for the lowest.</summary>
    public int Layer => layer;

    /// <summary>The peer's source; 0 while it is not known.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>The source of its retransmissions; 0 while it is not known.</summary>
    public uint RtxSsrc { get; set; }

    /// <summary>Changes when the stream begins anew: what came before has nothing to do with what comes.</summary>
    public int Epoch { get; private set; }

    /// <summary>Highest extended sequence number.</summary>
    public long Highest => _sequence.Highest;

    /// <summary>Lines of the picture; 0 while not known.</summary>
    public int Height { get; private set; }

    public VideoCodec Codec { get; private set; }

    /// <summary>When the last packet came; 0 before the first.</summary>
    public long LastPacketNs { get; private set; }

    /// <summary>When the last keyframe began to come; 0 before the first.</summary>
    public long LastKeyframeNs { get; private set; }

    /// <summary>The lines that are sent from it, or wait for its keyframe.</summary>
    public List<SourceLine> Lines { get; } = [];

    public NackTracker Missing { get; } = new();

    public ReceiverStatistics Statistics;

    public SourceClock Clock;

    public KeyframeArbiter Keyframes;

    /// <summary>Which source is heard where only the port tells that it is one of the stream.</summary>
    public SourceTracker Tracker;

    /// <summary>The number of the last full intra request (RFC 5104 section 4.3.1.1).</summary>
    public byte IntraRequests;

    /// <summary>Middle of the NTP time of its last sender report, and when that came; 0 before the first.</summary>
    public (uint Ntp, long AtNs) LastReport;

    /// <summary>What came.</summary>
    public PacketStore Store => _store!;

    /// <summary>Bits a second over the last second.</summary>
    public long BitRate(long nowNs) => _bits.Read(nowNs);

    /// <summary>Of them those of the base temporal layer; 0 when there are no others.</summary>
    public long BaseBitRate(long nowNs) => _hasTemporalLayers ? _baseBits.Read(nowNs) : 0;

    /// <summary>Another source of the peer takes the place.</summary>
    public void Begin(uint ssrc)
    {
        if (ssrc == Ssrc)
            return;
        Ssrc = ssrc;
        Missing.Reset();
        Statistics = default;
        Clock.Reset();
        LastReport = default;
        BeginEpoch();
    }

    /// <summary>Takes a packet, or a retransmission in the form of the packet that it is of; a null reference for one that came too late, twice or astray.</summary>
    public ref readonly StoredPacket Take(scoped in IncomingPacket packet, ReadOnlySpan<byte> payload, int maxRingBytes, long nowNs)
    {
        _bits.Add(payload.Length, nowNs);
        // A retransmission of what nobody misses is padding (RFC 4588 section 8.8 has no other); the first packet of a source is never one.
        if (packet.IsRetransmission && LastPacketNs == 0)
            return ref Unsafe.NullRef<StoredPacket>();
        if (!packet.IsRetransmission)
            Statistics.OnPacket(packet.Sequence, packet.Timestamp, SourceClock.Rate, nowNs, out _);
        if (!Missing.OnPacket(packet.Sequence, nowNs))
            return ref Unsafe.NullRef<StoredPacket>();

        LastPacketNs = feed.LastPacketNs = nowNs;
        var before = _sequence.Highest;
        var extended = Extend(packet.Sequence);
        if (packet.Codec != Codec)
            (Codec, _pictures, _hasTemporalLayers) = (packet.Codec, default, false);
        if (!Payloads.VideoPayload.TryRead(packet.Codec, payload, out var read))
            payload = default; // padding alone, or nothing that could be shown: it took a number
        _hasTemporalLayers |= read.Vp8.TemporalId > 0;
        if (read.Vp8.TemporalId <= 0)
            _baseBits.Add(payload.Length, nowNs);
        if (extended > before)
            Clock.OnPicture(packet.Timestamp, nowNs);
        if (read.Height != 0)
            Height = read.Height;
        _store ??= new PacketStore(maxRingBytes, nowNs);
        return ref _store.Add(
            new StoredPacket
            {
                Extended = extended,
                Timestamp = packet.Timestamp,
                Picture = packet.Codec == VideoCodec.Vp8 && !payload.IsEmpty ? _pictures.Of(read.Vp8, packet.Timestamp) : default,
                Capture = packet.Capture,
                Marker = packet.Marker,
                Codec = packet.Codec,
                Payload = read,
            },
            payload,
            nowNs);
    }

    /// <summary>A decoder that has seen nothing else of the source can begin with this packet.</summary>
    public bool CanBeginWith(in StoredPacket packet) =>
        packet.Payload.BeginsKeyframe && (packet.Codec == VideoCodec.Vp8 || packet.Payload.HasParameters || !HasParametersBefore(packet));

    /// <summary>A keyframe begins: who waited for one has it.</summary>
    public void OnKeyframe(long nowNs)
    {
        LastKeyframeNs = nowNs;
        Keyframes.Settle();
    }

    /// <summary>
    /// The parameters stand before the slice in the same picture, or may do so in a packet that is on the way: then the picture is not to be begun
    /// behind them.
    /// </summary>
    bool HasParametersBefore(in StoredPacket packet)
    {
        for (var extended = packet.Extended - 1; extended >= packet.Extended - MaxParameterPackets; extended--)
        {
            ref readonly var before = ref Store.Find(extended);
            if (Unsafe.IsNullRef(in before) || before.Payload.HasParameters)
                return true;
            if (before.Timestamp != packet.Timestamp)
                return false;
        }

        return true;
    }

    long Extend(ushort sequence)
    {
        var step = (short)(sequence - (ushort)_sequence.Highest);
        if (LastPacketNs != 0 && step is > ReceiverStatistics.MaxDropout or < -ReceiverStatistics.MaxDropout)
        {
            // Confirmed by a second packet: the sender began anew under the same source.
            BeginEpoch();
        }

        return _sequence.Extend(sequence);
    }

    void BeginEpoch()
    {
        Epoch++;
        _pictures = default;
        _sequence.Reset();
        _store?.Clear();
    }
}
