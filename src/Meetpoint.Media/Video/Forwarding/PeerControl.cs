using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>The RTCP that goes to peers: reports, goodbyes, what is missing, when packets came, and requests for keyframes.</summary>
/// <remarks>Where each line has a transport of its own, each gets its own compound; else one compound has all.</remarks>
sealed class PeerControl(IVideoOutput output, long unixOffsetNs)
{
    /// <summary>Bytes past which another compound is begun, so that none is longer than a packet of media.</summary>
    const int FullBytes = 1_000;

    /// <summary>Blocks of one report (RFC 3550 6.4.1: five bits). A peer has no more streams than that which come at once.</summary>
    const int MaxBlocks = 31;

    /// <summary>Missing packets of one stream that are asked for at once.</summary>
    const int MaxAsked = 64;

    readonly byte[] _packet = new byte[FullBytes + RtcpWriter.MaxTransportFeedback + (2 * RtcpWriter.MaxCanonicalName) + IMediaProtection.MaxOverhead];

    /// <summary>Reports of all that is sent to a peer and comes from it, and with <paramref name="bye"/> a goodbye of its lines.</summary>
    public void SendReports(VideoPeer peer, bool bye, long nowNs)
    {
        if (!peer.Options.HasSeparateLines)
        {
            SendReports(peer, VideoRoom.AllLines, bye, nowNs);
            return;
        }

        foreach (var line in peer.Lines)
            SendReports(peer, line.Id, bye, nowNs);
        foreach (var feed in peer.Feeds)
        {
            if (peer.FindLine(feed.Options.Id) is null)
                SendReports(peer, feed.Options.Id, bye, nowNs);
        }
    }

    /// <summary>Asks for what is missing, and tells when packets came.</summary>
    public void SendFeedback(VideoPeer peer, long nowNs)
    {
        if (peer.Options.HasTransportFeedback && peer.Arrivals.IsDue(nowNs))
        {
            var writer = BeginFeedback(peer);
            if (peer.Arrivals.TryWrite(ref writer, peer.ControlSsrc, AnySource(peer), nowNs))
                Send(peer, AnyLine(peer), writer.Length);
        }

        Span<ushort> missing = stackalloc ushort[MaxAsked];
        foreach (var feed in peer.Feeds)
        {
            foreach (var source in feed.Layers)
            {
                // Taken all the same where nothing can be asked for: what is too old is given up.
                var count = source.Missing.Missing == 0 ? 0 : source.Missing.Take(missing, nowNs);
                if (count == 0 || !peer.Options.HasNack)
                    continue;
                var writer = BeginFeedback(peer);
                writer.Nack(peer.ControlSsrc, source.Ssrc, missing[..count]);
                Send(peer, LineOf(peer, feed), writer.Length);
            }
        }
    }

    /// <summary>Asks a source for a keyframe; false when RTCP cannot tell it.</summary>
    public bool TryAskKeyframe(VideoSource source)
    {
        var peer = source.Feed.Peer;
        if (source.Ssrc == 0 || (!peer.Options.HasPli && !peer.Options.HasFir))
            return false;
        var writer = BeginFeedback(peer);
        if (peer.Options.HasPli)
            writer.PictureLoss(peer.ControlSsrc, source.Ssrc);
        else
            writer.FullIntraRequest(peer.ControlSsrc, source.Ssrc, source.IntraRequests++);
        Send(peer, LineOf(peer, source.Feed), writer.Length);
        return true;
    }

    // A compound begins with a report and names its sender (RFC 4585 section 3.1).
    RtcpWriter BeginFeedback(VideoPeer peer)
    {
        var writer = new RtcpWriter(_packet);
        writer.ReceiverReport(peer.ControlSsrc, default);
        writer.SourceDescription(peer.ControlSsrc, peer.CanonicalName);
        return writer;
    }

    void SendReports(VideoPeer peer, int lineId, bool bye, long nowNs)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[MaxBlocks];
        blocks = blocks[..TakeBlocks(peer, lineId, blocks, nowNs)];
        var writer = new RtcpWriter(_packet);
        foreach (var line in peer.Lines)
        {
            if ((lineId != VideoRoom.AllLines && line.Id != lineId) || line.PacketsSent == line.PacketsAtLastReport)
                continue;
            writer.SenderReport(
                line.Ssrc, NtpTime.Of(nowNs + unixOffsetNs), TimestampNow(line, nowNs), (uint)line.PacketsSent,
                (uint)(line.BytesSent - line.HeaderBytesSent), blocks);
            writer.SourceDescription(line.Ssrc, peer.CanonicalName);
            line.PacketsAtLastReport = line.PacketsSent;
            blocks = default;
            if (writer.Length < FullBytes)
                continue;
            Send(peer, lineId, writer.Length);
            writer = new RtcpWriter(_packet);
        }

        if (writer.Length == 0 && (blocks.Length > 0 || bye))
        {
            writer.ReceiverReport(peer.ControlSsrc, blocks);
            writer.SourceDescription(peer.ControlSsrc, peer.CanonicalName);
        }

        foreach (var line in peer.Lines)
        {
            if (bye && (lineId == VideoRoom.AllLines || line.Id == lineId))
                writer.Bye(line.Ssrc);
        }

        if (writer.Length > 0)
            Send(peer, lineId, writer.Length);
    }

    static int TakeBlocks(VideoPeer peer, int lineId, Span<ReportBlock> blocks, long nowNs)
    {
        var count = 0;
        foreach (var feed in peer.Feeds)
        {
            if (lineId != VideoRoom.AllLines && feed.Options.Id != lineId)
                continue;
            foreach (var source in feed.Layers)
            {
                if (source.Statistics.Received == 0 || count == blocks.Length)
                    continue;
                ref var statistics = ref source.Statistics;
                var (ntp, atNs) = source.LastReport;
                blocks[count++] = new ReportBlock(
                    source.Ssrc, statistics.TakeFractionLost(), (int)Math.Clamp(statistics.CumulativeLost, int.MinValue, int.MaxValue),
                    statistics.ExtendedHighest, statistics.Jitter, ntp, ntp == 0 ? 0 : NtpTime.ShortOf(nowNs - atNs));
            }
        }

        return count;
    }

    /// <summary>
    /// The timestamp in the line of a picture that is there now: the source's own clock through the line's numbers, so that receivers set it
    /// against the sound rightly whoever is shown.
    /// </summary>
    static uint TimestampNow(SourceLine line, long nowNs)
    {
        if (line.Current is { } source)
            return source.Clock.TimestampAt(nowNs) + line.Numbers.TimestampShift;
        var (timestamp, atNs) = line.Numbers.Newest;
        return timestamp + (uint)SourceClock.NsToTicks(nowNs - atNs);
    }

    static uint AnySource(VideoPeer peer)
    {
        foreach (var feed in peer.Feeds)
        {
            foreach (var source in feed.Layers)
            {
                if (source.Ssrc != 0)
                    return source.Ssrc;
            }
        }

        return 0;
    }

    static int LineOf(VideoPeer peer, VideoFeed feed) => peer.Options.HasSeparateLines ? feed.Options.Id : VideoRoom.AllLines;

    static int AnyLine(VideoPeer peer) => peer.Feeds.Count > 0 ? LineOf(peer, peer.Feeds[0]) : VideoRoom.AllLines;

    void Send(VideoPeer peer, int lineId, int length)
    {
        var protection = peer.ProtectionOf(lineId);
        if (protection is null ? peer.Options.RequiresProtection : !protection.TryProtect(_packet, length, rtcp: true, out length))
            return;
        output.Send(peer, lineId, _packet.AsSpan(0, length), rtcp: true);
    }
}
