using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>What is counted of a peer packet by packet. A mutable value: keep it in a field.</summary>
struct VideoCounts
{
    public long PacketsReceived;
    public long BytesReceived;
    public long PacketsRejected;
    public long PacketsSentAgain;
    public long BytesSentAgain;
    public long KeyframesAsked;
    public long KeyframesWanted;
    public double RemoteLoss;

    /// <summary>Of lines and streams that are no more.</summary>
    public long PacketsSentBefore;
    public long BytesSentBefore;
    public long PacketsLostBefore;

    public readonly VideoStatistics Read(VideoPeer peer)
    {
        long sent = PacketsSentBefore + PacketsSentAgain, bytes = BytesSentBefore + BytesSentAgain, lost = PacketsLostBefore;
        foreach (var line in peer.Lines)
            (sent, bytes) = (sent + line.PacketsSent, bytes + line.BytesSent);
        var jitter = 0u;
        foreach (var feed in peer.Feeds)
        {
            foreach (var source in feed.Layers)
            {
                lost += Lost(source);
                jitter = Math.Max(jitter, source.Statistics.Jitter);
            }
        }

        return new VideoStatistics(
            PacketsReceived, BytesReceived, PacketsRejected, lost, sent, bytes, PacketsSentAgain, KeyframesAsked, KeyframesWanted, RemoteLoss,
            peer.RoundTripNs / (double)MonotonicTime.Millisecond, jitter * 1000.0 / SourceClock.Rate, peer.Bandwidth.BitsPerSecond);
    }

    /// <summary>Packets of a stream that never came, not even again.</summary>
    public static long Lost(VideoSource source) => Math.Max(0, source.Missing.Abandoned);
}
