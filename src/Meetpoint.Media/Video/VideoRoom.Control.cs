using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Forwarding;
using Meetpoint.Net;

namespace Meetpoint.Media.Video;

// What peers say by RTCP.
public sealed partial class VideoRoom
{
    /// <summary>Packets of one line that one NACK may ask for; more is an outage, which a keyframe ends.</summary>
    const int MaxNacked = 256;

    /// <summary>Round trips are believed up to this.</summary>
    const long MaxRoundTripNs = 2 * MonotonicTime.Second;

    /// <summary>Takes an RTCP packet of a peer, opened already. What is about other sources, as those of its audio, is passed over.</summary>
    public void OnRtcp(VideoPeer peer, ReadOnlySpan<byte> compound, long nowNs)
    {
        if (!RtcpReader.TryOpen(compound, reducedSize: true, out var reader, out _))
            return;
        while (reader.TryRead(out var packet))
        {
            switch (packet.Type)
            {
                case RtcpType.SenderReport or RtcpType.ReceiverReport:
                    OnReport(peer, packet, nowNs);
                    break;
                case RtcpType.Bye:
                    OnBye(peer, packet, nowNs);
                    break;
                case RtcpType.TransportFeedback when packet.IsNack:
                    OnNack(peer, packet, nowNs);
                    break;
                case RtcpType.TransportFeedback when packet.TryGetTransportFeedback(out var feedback):
                    peer.Bandwidth.OnTransportFeedback(feedback, nowNs);
                    break;
                case RtcpType.PayloadFeedback:
                    OnPayloadFeedback(peer, packet);
                    break;
            }
        }

        AskForKeyframes(nowNs);
    }

    void OnReport(VideoPeer peer, in RtcpPacket packet, long nowNs)
    {
        if (packet.TryGetNtpTime(out var ntp, out var timestamp) && peer.Finder.Find(packet.Ssrc) is { } source)
        {
            source.Clock.OnReport(ntp, timestamp, nowNs);
            source.LastReport = ((uint)(ntp >> 16), nowNs);
        }

        var worst = -1;
        for (var i = 0; packet.TryGetReportBlock(i, out var block); i++)
        {
            if (peer.FindLineBySsrc(block.Ssrc) is null)
                continue;
            peer.Bandwidth.OnReport(block);
            worst = Math.Max(worst, block.FractionLost);
            if (NtpTime.TryGetRoundTrip(block, nowNs + _options.UnixTimeOffsetNs, out var roundTripNs) && roundTripNs <= MaxRoundTripNs)
                OnRoundTrip(peer, roundTripNs);
        }

        if (worst >= 0)
            peer.Counts.RemoteLoss = worst / 256.0;
    }

    static void OnRoundTrip(VideoPeer peer, long roundTripNs)
    {
        peer.RoundTripNs = Math.Max(1, roundTripNs);
        foreach (var feed in peer.Feeds)
        {
            foreach (var source in feed.Layers)
                source.Missing.RoundTripNs = peer.RoundTripNs;
        }
    }

    void OnBye(VideoPeer peer, in RtcpPacket packet, long nowNs)
    {
        var stopped = false;
        for (var i = 0; packet.TryGetByeSource(i, out var ssrc); i++)
        {
            // A layer that ends is left by its silence; a picture ends with its only stream.
            if (peer.Finder.Find(ssrc) is { } source && source.Ssrc == ssrc && source.Feed.Layers.Length == 1)
                stopped |= Stop(source.Feed, nowNs);
        }

        if (stopped)
            AssignAll(nowNs);
    }

    void OnNack(VideoPeer peer, in RtcpPacket packet, long nowNs)
    {
        if (peer.FindLineBySsrc(packet.MediaSource) is not { } line)
            return;
        Span<ushort> missing = stackalloc ushort[MaxNacked];
        foreach (var sequence in missing[..packet.ReadNack(missing)])
            _lines.SendAgain(line, sequence, peer.RoundTripNs, nowNs);
    }

    void OnPayloadFeedback(VideoPeer peer, in RtcpPacket packet)
    {
        if (packet.IsPictureLoss && peer.FindLineBySsrc(packet.MediaSource) is { } line)
            OnKeyframeWanted(line);
        if (peer.Options.HasRemb && packet.TryGetMaxBitrate(out var bitsPerSecond))
            peer.Bandwidth.OnMaxBitrate(bitsPerSecond);
        for (var i = 0; packet.TryGetFullIntraRequest(i, out var ssrc, out _); i++)
        {
            if (peer.FindLineBySsrc(ssrc) is { } asked)
                OnKeyframeWanted(asked);
        }
    }
}
