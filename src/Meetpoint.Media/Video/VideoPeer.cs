using System.Globalization;
using System.Text;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Media.Video.Feedback;
using Meetpoint.Media.Video.Forwarding;
using Meetpoint.Net;

namespace Meetpoint.Media.Video;

/// <summary>The video of one participant, or of one cascade, in a room. On the room's loop only.</summary>
public sealed class VideoPeer
{
    internal VideoPeer(VideoPeerOptions options, VideoRoomOptions room, uint randomName, uint seed, uint controlSsrc, long nowNs)
    {
        Options = options;
        Protection = options.Protection;
        Rate = new PacketRate(room.MaxBurstPackets, nowNs);
        ControlSsrc = controlSsrc;
        var name = Encoding.UTF8.GetBytes(options.CanonicalName ?? randomName.ToString("x8", CultureInfo.InvariantCulture) + "@meetpoint");
        CanonicalName = name.Length <= RtcpWriter.MaxCanonicalName ? name : name[..RtcpWriter.MaxCanonicalName];
        Schedule = new RtcpSchedule(seed, nowNs, ReportIntervalNs);
        Finder = new SourceFinder(this);
        Layers = new LayerChoice(this);
        Bandwidth = new BandwidthEstimator(room.Bandwidth, HasTransportSequence, nowNs);
    }

    /// <summary>Takes over what another offer and answer settled.</summary>
    internal void Configure(VideoPeerOptions options, VideoRoomOptions room, long nowNs)
    {
        var had = HasTransportSequence;
        Options = options;
        Protection = options.Protection ?? Protection;
        if (had != HasTransportSequence)
            Bandwidth = new BandwidthEstimator(room.Bandwidth, HasTransportSequence, nowNs);
    }

    /// <summary>
    /// Mean time between reports: at 360 kbit/s and more RFC 3550 section 6.2 allows one a second, and lips move with the sound only after the first.
    /// </summary>
    const long ReportIntervalNs = MonotonicTime.Second;

    /// <summary>What was settled for it.</summary>
    public VideoPeerOptions Options { get; private set; }

    /// <summary>Packets to the peer carry transport sequence numbers, and it tells of them.</summary>
    internal bool HasTransportSequence => Options.HasTransportFeedback && Options.TransportSequenceExtensionId != 0;

    /// <summary>Whatever the owner wants to find again.</summary>
    public object? Owner { get; set; }

    /// <summary>Encryption of all lines that have none of their own.</summary>
    public IMediaProtection? Protection { get; set; }

    /// <summary>Counts up to now.</summary>
    public VideoStatistics Statistics => Counts.Read(this);

    /// <summary>Our source in a line, for SDP; 0 when there is no such line.</summary>
    public uint SsrcOf(int outputId) => FindLine(outputId)?.Ssrc ?? 0;

    /// <summary>The source of our retransmissions in a line, for SDP; 0 when there is none.</summary>
    public uint RtxSsrcOf(int outputId) => FindLine(outputId)?.RtxSsrc ?? 0;

    /// <summary>Whom a line shows; 0 for nobody.</summary>
    public uint ShownIn(int outputId) => FindLine(outputId)?.Shown.Participant ?? 0;

    /// <summary>Which of his cameras a line shows.</summary>
    public CameraPlace PlaceIn(int outputId) => FindLine(outputId)?.Shown.Place ?? default;

    /// <summary>What it sends.</summary>
    internal List<VideoFeed> Feeds { get; } = [];

    /// <summary>What it is sent, by number.</summary>
    internal List<SourceLine> Lines { get; } = [];

    internal SourceFinder Finder { get; }

    internal TransportFeedbackRecorder Arrivals { get; } = new();

    internal byte[] CanonicalName { get; }

    /// <summary>Under which source feedback goes that belongs to no line.</summary>
    internal uint ControlSsrc { get; }

    internal PacketRate Rate;

    internal RtcpSchedule Schedule;

    internal VideoCounts Counts;

    /// <summary>Round trip; 0 while not known.</summary>
    internal long RoundTripNs { get; set; }

    internal bool ReportedLoop { get; set; }

    /// <summary>It is shown nobody.</summary>
    internal bool IsAway { get; set; }

    /// <summary>What the way to the peer can carry.</summary>
    internal BandwidthEstimator Bandwidth { get; private set; }

    /// <summary>The estimate that was told last.</summary>
    internal long ToldBitsPerSecond { get; set; }

    internal long ToldNs { get; set; }

    internal LayerChoice Layers { get; }

    /// <summary>What those behind the cascade look at, as the other half told; null before it did.</summary>
    internal VideoDemand? Demand { get; set; }

    /// <summary>What we told last that is wanted of the cascade.</summary>
    internal VideoDemand? ToldDemand { get; set; }

    /// <summary>When that may be told again.</summary>
    internal long NextDemandNs { get; set; }

    internal SourceLine? FindLine(int outputId)
    {
        foreach (var line in Lines)
        {
            if (line.Id == outputId)
                return line;
        }

        return null;
    }

    /// <summary>The line with a source; null when there is none.</summary>
    internal SourceLine? FindLineBySsrc(uint ssrc)
    {
        foreach (var line in Lines)
        {
            if (line.Ssrc == ssrc)
                return line;
        }

        return null;
    }

    /// <summary>Encryption of a line by its number, which an input and an output may share.</summary>
    internal IMediaProtection? ProtectionOf(int lineId)
    {
        foreach (var feed in Feeds)
        {
            if (feed.Options.Id == lineId && feed.Options.Protection is { } protection)
                return protection;
        }

        return FindLine(lineId)?.Options.Protection ?? Protection;
    }
}
