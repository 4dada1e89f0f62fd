using System.Diagnostics.CodeAnalysis;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>Which of a peer's streams a packet is of: by what it was before, by layer and m-line, or by the input that only it can be of.</summary>
sealed class SourceFinder(VideoPeer peer)
{
    /// <summary>The most sources of one peer that are known at once, more than its inputs have; past it, those are forgotten that others have replaced.</summary>
    const int MaxKnown = 256;

    readonly Dictionary<uint, Known> _known = [];

    /// <summary>
    /// Takes over the sources that SDP names. What was found of inputs that stay is kept: browsers name layer and m-line only until the first report
    /// about a source.
    /// </summary>
    public void Configure()
    {
        foreach (var (ssrc, known) in _known)
        {
            if (!peer.Feeds.Contains(known.Source.Feed))
                _known.Remove(ssrc);
        }

        foreach (var feed in peer.Feeds)
        {
            if (feed.Layers.Length > 1)
                continue;
            if (feed.Options.Ssrc != 0)
                Learn(feed.Options.Ssrc, feed.Layers[0], isRetransmission: false);
            if (feed.Options.RtxSsrc != 0)
                Learn(feed.Options.RtxSsrc, feed.Layers[0], isRetransmission: true);
        }
    }

    /// <summary>Finds the stream of a packet; false when it is of none.</summary>
    public bool TryFind(in RtpPacket packet, int inputId, long nowNs, [NotNullWhen(true)] out VideoSource? source, out VideoFormat format, out bool isRetransmission)
    {
        source = null;
        if (_known.TryGetValue(packet.Ssrc, out var known) && (inputId < 0 || known.Source.Feed.Options.Id == inputId))
        {
            if (!known.Source.Feed.PayloadTypes.TryFind(packet.PayloadType, out format, out isRetransmission) || isRetransmission != known.IsRetransmission)
                return false;
            source = known.Source;
            return (inputId < 0 && source.Ssrc == packet.Ssrc) || IsBelieved(source, packet, inputId, isRetransmission, nowNs);
        }

        var feed = FindFeed(packet, inputId);
        (format, isRetransmission) = (default, false);
        if (feed is null || !feed.PayloadTypes.TryFind(packet.PayloadType, out format, out isRetransmission))
            return false;
        source = FindLayer(feed, packet, isRetransmission);
        return source is not null && IsBelieved(source, packet, inputId, isRetransmission, nowNs);
    }

    /// <summary>The stream with a source, of media; null when it is not known.</summary>
    public VideoSource? Find(uint ssrc) => _known.TryGetValue(ssrc, out var known) && !known.IsRetransmission ? known.Source : null;

    VideoFeed? FindFeed(in RtpPacket packet, int inputId)
    {
        VideoFeed? found = null;
        var hasMid = packet.TryGetExtension(peer.Options.MidExtensionId, out var mid) && peer.Options.MidExtensionId != 0;
        foreach (var feed in peer.Feeds)
        {
            if (inputId >= 0 ? feed.Options.Id == inputId : hasMid && Is(mid, feed.Options.Mid))
                return feed;
            // RFC 8843 section 9.2: by a payload type that only one m-line has.
            if (inputId >= 0 || hasMid || !feed.PayloadTypes.TryFind(packet.PayloadType, out _, out _))
                continue;
            if (found is not null)
                return null;
            found = feed;
        }

        return found;
    }

    VideoSource? FindLayer(VideoFeed feed, in RtpPacket packet, bool isRetransmission)
    {
        if (feed.Layers.Length == 1)
            return feed.Layers[0];
        var id = isRetransmission ? peer.Options.RepairedRidExtensionId : peer.Options.RidExtensionId;
        if (id == 0 || !packet.TryGetExtension(id, out var rid))
            return null;
        for (var i = 0; i < feed.Layers.Length; i++)
        {
            if (Is(rid, feed.Options.Rids[i]))
                return feed.Layers[i];
        }

        return null;
    }

    /// <summary>
    /// Another source takes the place of one that was known: at once where the packet says itself whose it is, and after some packets where only
    /// the port tells, since a stray one must not cut off the picture.
    /// </summary>
    bool IsBelieved(VideoSource source, in RtpPacket packet, int inputId, bool isRetransmission, long nowNs)
    {
        if (!isRetransmission && inputId >= 0 && source.Tracker.Judge(packet.Ssrc, packet.SequenceNumber, nowNs) == SourceVerdict.Rejected)
            return false;
        if (packet.Ssrc != (isRetransmission ? source.RtxSsrc : source.Ssrc))
            Learn(packet.Ssrc, source, isRetransmission);
        return true;
    }

    void Learn(uint ssrc, VideoSource source, bool isRetransmission)
    {
        if (_known.Count >= MaxKnown)
            ForgetReplaced();
        _known[ssrc] = new Known(source, isRetransmission);
        if (isRetransmission)
            source.RtxSsrc = ssrc;
        else
            source.Begin(ssrc);
    }

    void ForgetReplaced()
    {
        foreach (var (ssrc, known) in _known)
        {
            if (ssrc != (known.IsRetransmission ? known.Source.RtxSsrc : known.Source.Ssrc))
                _known.Remove(ssrc);
        }
    }

    static bool Is(ReadOnlySpan<byte> value, string? name)
    {
        if (name is null || name.Length != value.Length)
            return false;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != name[i])
                return false;
        }

        return true;
    }

    readonly record struct Known(VideoSource Source, bool IsRetransmission);
}
