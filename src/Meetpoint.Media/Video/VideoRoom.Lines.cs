using Meetpoint.Media.Video.Forwarding;

namespace Meetpoint.Media.Video;

// Who is shown where, and from which stream.
public sealed partial class VideoRoom
{
    /// <summary>Time between two looks at which layers come and which lines wait.</summary>
    const long LookNs = 100 * Net.MonotonicTime.Millisecond;

    /// <summary>An estimate is told when it differs by this share from the one told before, and once in <see cref="TellNs"/>.</summary>
    const double TellShare = 0.1;

    /// <summary>The least time between two estimates that are told.</summary>
    const long TellNs = Net.MonotonicTime.Second;

    readonly List<VideoSource> _asked = []; // sources of which a keyframe is wanted
    long _nextLookNs;

    /// <summary>Says who has the floor; 0 for nobody.</summary>
    public void SetSpeaker(uint participantId, long nowNs)
    {
        if (participantId == 0)
            return; // whom one saw last one goes on to see
        _policy.OnSpeaker(participantId);
        AssignAll(nowNs);
    }

    /// <summary>Says whose content is in the content lines; 0 for nobody's.</summary>
    public void SetPresenter(uint participantId, long nowNs)
    {
        _policy.Presenter = participantId;
        AssignAll(nowNs);
    }

    /// <summary>Shows a participant's camera to nobody, here or where a cascade brings him, although its packets may come; or to everybody again, from a keyframe on.</summary>
    public void Hide(uint participantId, bool isHidden, long nowNs)
    {
        if (!_policy.Hide(participantId, isHidden))
            return;
        // Another picture is waited for without this one on the screen.
        foreach (var peer in _peers)
        {
            foreach (var line in peer.Lines)
            {
                if (isHidden && line.Kind == VideoKind.Camera && line.Shown.Participant == participantId)
                    Blank(line, nowNs);
            }
        }

        AssignAll(nowNs);
    }

    void Blank(SourceLine line, long nowNs)
    {
        if (line.Current is { } source)
            line.Forget(source);
        line.Shown = default;
        Raise(new VideoEvent(VideoEventKind.Shown, line.Peer, line.Id, 0, line.Kind, AtNs: nowNs));
    }

    /// <summary>Shows a peer nobody, or those again whom it is due: its lines and all their numbers stand.</summary>
    public void SetAway(VideoPeer peer, bool isAway, long nowNs)
    {
        if (peer.IsAway == isAway)
            return;
        peer.IsAway = isAway;
        AssignAll(nowNs);
    }

    /// <summary>Shows a participant in a line of a peer whoever speaks, while he has video; 0 unpins.</summary>
    public void Pin(VideoPeer peer, int outputId, uint participantId, long nowNs)
    {
        if (peer.FindLine(outputId) is not { } line)
            return;
        line.Pinned = participantId;
        _policy.Rank();
        Assign(peer, nowNs);
        AskForKeyframes(nowNs);
    }

    /// <summary>Says how large a line is looked at, in lines of the picture; 0: it is not looked at, and nothing is sent.</summary>
    public void SetView(VideoPeer peer, int outputId, int maxHeight, long nowNs)
    {
        if (peer.FindLine(outputId) is not { } line)
            return;
        line.MaxHeight = Math.Max(0, maxHeight);
        ChooseLayers(peer, nowNs);
        AskForKeyframes(nowNs);
    }

    /// <summary>The peer wants a keyframe in a line, and says so by INFO (RFC 5168).</summary>
    public void RequestKeyframe(VideoPeer peer, int outputId, long nowNs)
    {
        if (peer.FindLine(outputId) is { } line)
            OnKeyframeWanted(line);
        AskForKeyframes(nowNs);
    }

    void OnKeyframeWanted(SourceLine line)
    {
        line.Peer.Counts.KeyframesWanted++;
        if ((line.Current ?? line.Wanted) is { } source)
            Ask(source);
    }

    /// <summary>A picture begins to come, or in another codec, or a line of a cascade shows somebody else.</summary>
    void OnFeedChanged(VideoFeed feed, VideoCapture capture, VideoCodec codec, long nowNs)
    {
        var (wasAlive, before) = (feed.IsAlive, feed.Capture);
        (feed.IsAlive, feed.Capture, feed.Codec) = (true, capture, codec);
        if (wasAlive && before.Participant != 0 && before != capture)
            TellSource(VideoEventKind.SourceStopped, feed, before, nowNs);
        if (capture.Participant != 0 && (!wasAlive || before != capture))
            TellSource(VideoEventKind.SourceStarted, feed, capture, nowNs);
        AssignAll(nowNs, ask: false); // the packet at hand may be the keyframe
    }

    void CheckFeeds(long nowNs)
    {
        if (nowNs < _nextLookNs)
            return;
        _nextLookNs = nowNs + LookNs;
        var stopped = false;
        foreach (var peer in _peers)
        {
            foreach (var feed in peer.Feeds)
            {
                var silentNs = feed.Kind == VideoKind.Camera ? _options.CameraSilentNs : _options.ContentSilentNs;
                if (feed.IsAlive && nowNs - feed.LastPacketNs >= silentNs)
                    stopped |= Stop(feed, nowNs);
            }
        }

        if (stopped)
        {
            AssignAll(nowNs);
            return;
        }

        foreach (var peer in _peers)
        {
            ChooseLayers(peer, nowNs);
            TellEstimate(peer, nowNs);
            TellDemand(peer, nowNs);
        }
    }

    bool Stop(VideoFeed feed, long nowNs)
    {
        if (!feed.IsAlive)
            return false;
        feed.IsAlive = false;
        if (feed.Participant != 0)
            TellSource(VideoEventKind.SourceStopped, feed, feed.Capture, nowNs);
        return true;
    }

    /// <summary>A layer of the feed has begun to come: who looks may take it from its first packet on.</summary>
    void ChooseLayers(VideoFeed feed, long nowNs)
    {
        foreach (var peer in _peers)
        {
            foreach (var line in peer.Lines)
            {
                if (line.Feed != feed)
                    continue;
                ChooseLayers(peer, nowNs);
                break;
            }
        }
    }

    void ChooseLayers(VideoPeer peer, long nowNs)
    {
        peer.Layers.Choose(nowNs);
        foreach (var line in peer.Lines)
        {
            line.Choose();
            if (line.IsWaiting && line.MaySend)
                Ask(line.Wanted!);
            Tell(line, nowNs);
        }
    }

    void AssignAll(long nowNs, bool ask = true)
    {
        _policy.Rank();
        foreach (var peer in _peers)
            Assign(peer, nowNs);
        if (ask)
            AskForKeyframes(nowNs);
    }

    void Assign(VideoPeer peer, long nowNs)
    {
        var chosen = _policy.Scratch(peer.Lines.Count);
        _policy.Assign(peer, chosen);
        for (var i = 0; i < chosen.Length; i++)
            peer.Lines[i].Feed = chosen[i];
        Size(peer);
        ChooseLayers(peer, nowNs);
    }

    /// <summary>Says who is in a line. While it waits for another picture, the old one is still on the screen.</summary>
    void Tell(SourceLine line, long nowNs)
    {
        if (line.IsWaiting)
            return;
        var shown = line.Visible.Participant != 0 ? line.Visible : line.WantedCapture;
        if (shown == line.Shown)
            return;
        line.Shown = shown;
        Raise(new VideoEvent(VideoEventKind.Shown, line.Peer, line.Id, shown.Participant, line.Kind, AtNs: nowNs, Place: shown.Place));
    }

    void TellEstimate(VideoPeer peer, long nowNs)
    {
        var (estimate, told) = (peer.Bandwidth.BitsPerSecond, peer.ToldBitsPerSecond);
        if (Math.Abs(estimate - told) <= told * TellShare || nowNs - peer.ToldNs < TellNs)
            return;
        (peer.ToldBitsPerSecond, peer.ToldNs) = (estimate, nowNs);
        Raise(new VideoEvent(VideoEventKind.Estimate, peer, ParticipantId: peer.Options.ParticipantId, BitsPerSecond: estimate, AtNs: nowNs));
    }

    void TellSource(VideoEventKind kind, VideoFeed feed, VideoCapture capture, long nowNs) =>
        Raise(new VideoEvent(kind, feed.Peer, feed.Options.Id, capture.Participant, feed.Kind, AtNs: nowNs, Place: capture.Place));

    /// <summary>The stream has begun anew, or in another codec: who is sent from it needs a keyframe.</summary>
    void OnSourceBegins(VideoSource source)
    {
        if (source.Lines.Count > 0)
            Ask(source);
    }

    void Ask(VideoSource source)
    {
        if (!source.Keyframes.IsWaiting)
            _asked.Add(source);
        source.Keyframes.Want();
    }

    void AskForKeyframes(long nowNs)
    {
        for (var i = _asked.Count - 1; i >= 0; i--)
        {
            var source = _asked[i];
            if (source.Lines.Count == 0 || !source.Feed.IsAlive)
                source.Keyframes.Settle();
            if (!source.Keyframes.IsWaiting)
            {
                _asked.RemoveAt(i);
                continue;
            }

            if (!source.Keyframes.TakeRequest(nowNs))
                continue;
            source.Feed.Peer.Counts.KeyframesAsked++;
            if (!_control.TryAskKeyframe(source))
                Raise(new VideoEvent(VideoEventKind.KeyframeWanted, source.Feed.Peer, source.Feed.Options.Id, source.Feed.Participant, source.Feed.Kind, AtNs: nowNs));
        }
    }
}
