using Meetpoint.Media.Video.Forwarding;

namespace Meetpoint.Media.Video;

// Peers that come, go, and settle anew what they send and are sent.
public sealed partial class VideoRoom
{
    readonly HashSet<uint> _ssrcs = []; // all of ours, of this room

    /// <summary>Adds a peer; null when the room is full.</summary>
    /// <param name="options">What was settled.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="owner">Its <see cref="VideoPeer.Owner"/>: events of the peer may be raised, and packets sent, before this returns.</param>
    /// <exception cref="ArgumentException">Participant id 0, an id twice, or too many lines, formats or layers.</exception>
    public VideoPeer? AddPeer(VideoPeerOptions options, long nowNs, object? owner = null)
    {
        Check(options);
        if (_peers.Count == _options.MaxPeers)
            return null;
        var peer = new VideoPeer(options, _options, (uint)_random.NextInt64(), (uint)_random.NextInt64(), TakeSsrc(0), nowNs) { Owner = owner };
        _peers.Add(peer);
        // Who comes as one of this room is looked at again where a cascade brings him.
        foreach (var other in _peers)
        {
            foreach (var feed in other.Feeds)
            {
                if (feed.Options.NamesSource && feed.Participant == options.ParticipantId)
                    feed.Capture = default;
            }
        }

        Configure(peer, nowNs);
        return peer;
    }

    /// <summary>Changes what was settled for a peer, after another offer and answer. Lines with an id that stays go on.</summary>
    /// <exception cref="ArgumentException">Another participant id, an id twice, or too many lines, formats or layers.</exception>
    public void Reconfigure(VideoPeer peer, VideoPeerOptions options, long nowNs)
    {
        Check(options);
        if (options.ParticipantId != peer.Options.ParticipantId)
            throw new ArgumentException("A peer is one participant for as long as it is there", nameof(options));
        peer.Configure(options, _options, nowNs);
        Configure(peer, nowNs);
    }

    /// <summary>Takes a peer out, with a goodbye.</summary>
    public void RemovePeer(VideoPeer peer, long nowNs)
    {
        if (!_peers.Remove(peer))
            return;
        _control.SendReports(peer, bye: true, nowNs);
        foreach (var line in peer.Lines)
            Remove(line);
        foreach (var feed in peer.Feeds)
            Remove(feed, nowNs);
        _ssrcs.Remove(peer.ControlSsrc);
        if (!_peers.Exists(other => other.Options.ParticipantId == peer.Options.ParticipantId))
            _policy.Forget(peer.Options.ParticipantId);
        AssignAll(nowNs);
        ChooseCodec(nowNs);
    }

    static void Check(VideoPeerOptions options)
    {
        if (options.ParticipantId == 0)
            throw new ArgumentException("Participant id 0 stands for nobody", nameof(options));
        if (options.Inputs.Count > VideoRoomOptions.MaxLinesPerPeer || options.Outputs.Count > VideoRoomOptions.MaxLinesPerPeer)
            throw new ArgumentException($"More than {VideoRoomOptions.MaxLinesPerPeer} lines", nameof(options));
        if (options.Inputs.DistinctBy(input => input.Id).Count() != options.Inputs.Count || options.Outputs.DistinctBy(line => line.Id).Count() != options.Outputs.Count)
            throw new ArgumentException("Two inputs or two outputs have one id", nameof(options));
        if (options.Inputs.Any(input => input.Id < 0) || options.Outputs.Any(line => line.Id < 0))
            throw new ArgumentException("An id is negative", nameof(options));
        if (options.Inputs.Any(input => input.Formats.Count > VideoInput.MaxFormats) || options.Outputs.Any(line => line.Formats.Count > VideoInput.MaxFormats))
            throw new ArgumentException($"More than {VideoInput.MaxFormats} formats", nameof(options));
        if (options.Inputs.Any(input => input.Rids.Count > VideoInput.MaxLayers))
            throw new ArgumentException($"More than {VideoInput.MaxLayers} layers", nameof(options));
    }

    void Configure(VideoPeer peer, long nowNs)
    {
        ConfigureFeeds(peer, nowNs);
        ConfigureLines(peer);
        peer.Finder.Configure();
        AssignAll(nowNs);
        ChooseCodec(nowNs);
    }

    void ConfigureFeeds(VideoPeer peer, long nowNs)
    {
        var before = peer.Feeds.ToArray();
        peer.Feeds.Clear();
        foreach (var input in peer.Options.Inputs.OrderBy(input => input.Id))
        {
            var same = Array.Find(before, feed => feed.Options.Id == input.Id);
            peer.Feeds.Add(same is not null && same.TryReconfigure(input) ? same : new VideoFeed(peer, input));
        }

        foreach (var feed in before)
        {
            if (!peer.Feeds.Contains(feed))
                Remove(feed, nowNs);
        }
    }

    void ConfigureLines(VideoPeer peer)
    {
        var before = peer.Lines.ToArray();
        peer.Lines.Clear();
        foreach (var output in peer.Options.Outputs.OrderBy(output => output.Id))
        {
            var same = Array.Find(before, line => line.Id == output.Id && line.Kind == output.Kind && (output.Ssrc == 0 || output.Ssrc == line.Ssrc));
            same?.Configure(output);
            peer.Lines.Add(same ?? CreateLine(peer, output));
        }

        foreach (var line in before)
        {
            if (!peer.Lines.Contains(line))
                Remove(line);
        }
    }

    SourceLine CreateLine(VideoPeer peer, VideoOutput output)
    {
        var hasRtx = output.Formats.Any(format => format.RtxPayloadType >= 0);
        return new SourceLine(peer, output, TakeSsrc(output.Ssrc), hasRtx ? TakeSsrc(output.RtxSsrc) : 0, _random, _lines);
    }

    void Remove(SourceLine line)
    {
        line.Feed = null;
        line.Choose();
        _ssrcs.Remove(line.Ssrc);
        _ssrcs.Remove(line.RtxSsrc);
        line.Peer.Counts.PacketsSentBefore += line.PacketsSent;
        line.Peer.Counts.BytesSentBefore += line.BytesSent;
    }

    void Remove(VideoFeed feed, long nowNs)
    {
        Stop(feed, nowNs);
        foreach (var source in feed.Layers)
        {
            while (source.Lines.Count > 0)
                source.Lines[^1].Forget(source);
            feed.Peer.Counts.PacketsLostBefore += VideoCounts.Lost(source);
        }
    }

    /// <summary>The codec that everybody can decode.</summary>
    void ChooseCodec(long nowNs)
    {
        bool onlyH264 = false, onlyVp8 = false;
        foreach (var peer in _peers)
        {
            foreach (var line in peer.Lines)
            {
                var (vp8, h264) = (line.PayloadTypes.TryFind(VideoCodec.Vp8, out _), line.PayloadTypes.TryFind(VideoCodec.H264, out _));
                onlyH264 |= h264 && !vp8;
                onlyVp8 |= vp8 && !h264;
            }
        }

        VideoCodec? wanted = onlyH264 ? VideoCodec.H264 : onlyVp8 ? VideoCodec.Vp8 : null;
        if (wanted == Wanted)
            return;
        Wanted = wanted;
        Raise(new VideoEvent(VideoEventKind.CodecWanted, Codec: wanted, AtNs: nowNs));
    }

    uint TakeSsrc(uint settled)
    {
        var ssrc = settled;
        while (ssrc == 0 || (!_ssrcs.Add(ssrc) && settled == 0))
            ssrc = (uint)_random.NextInt64(1, uint.MaxValue);
        return ssrc;
    }
}
