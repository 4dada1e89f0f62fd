namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// Who is shown in which line. The camera line of lowest number of a peer shows who has the floor, or to himself who had it before; the others the
/// last speakers besides, each of whom stays where he is while he is among them. Content lines show the presenter; who has none sees what is presented
/// in place of who has the floor.
/// </summary>
sealed class LinePolicy(List<VideoPeer> peers)
{
    /// <summary>Speakers that are remembered in their order; who spoke before them ranks by when he came.</summary>
    const int MaxSpeakers = 64;

    readonly List<uint> _speakers = []; // the last one first
    readonly List<VideoFeed> _ranked = []; // one a participant with a camera that is on
    readonly Dictionary<(uint Participant, VideoKind Kind), VideoFeed> _feeds = [];
    readonly HashSet<uint> _placed = [];
    readonly List<VideoFeed> _due = [];
    readonly VideoFeed?[] _chosen = new VideoFeed?[VideoRoomOptions.MaxLinesPerPeer];

    /// <summary>Whose content is shown; 0 for nobody's.</summary>
    public uint Presenter { get; set; }

    /// <summary>Somebody has the floor.</summary>
    public void OnSpeaker(uint participant)
    {
        _speakers.Remove(participant);
        if (_speakers.Count == MaxSpeakers)
            _speakers.RemoveAt(MaxSpeakers - 1);
        _speakers.Insert(0, participant);
    }

    /// <summary>Somebody is not in the room any more.</summary>
    public void Forget(uint participant) => _speakers.Remove(participant);

    /// <summary>Looks who is there, before lines are assigned.</summary>
    public void Rank()
    {
        _feeds.Clear();
        _ranked.Clear();
        _placed.Clear();
        foreach (var peer in peers)
        {
            foreach (var feed in peer.Feeds)
            {
                if (feed.IsAlive && feed.Participant != 0 && (!_feeds.TryGetValue((feed.Participant, feed.Kind), out var other) || IsBetter(feed, other)))
                    _feeds[(feed.Participant, feed.Kind)] = feed;
            }
        }

        foreach (var speaker in _speakers)
            Place(speaker);
        foreach (var peer in peers)
        {
            foreach (var feed in peer.Feeds)
                Place(feed.Participant);
        }
    }

    /// <summary>Gives each line of a peer its feed, or null, in <paramref name="chosen"/>, which has as many places as the peer has lines.</summary>
    public void Assign(VideoPeer peer, Span<VideoFeed?> chosen)
    {
        chosen.Clear();
        _due.Clear();
        int free = 0, first = -1;
        for (var i = 0; i < peer.Lines.Count; i++)
        {
            var line = peer.Lines[i];
            if (line.Kind == VideoKind.Content)
                continue;
            if (first < 0)
                first = i;
            if (line.Pinned != 0 && _feeds.TryGetValue((line.Pinned, VideoKind.Camera), out var pinned) && MayShow(peer, line, pinned) && !chosen.Contains(pinned))
                chosen[i] = pinned;
            else
                free++;
        }

        if (first >= 0 && chosen[first] is null && ContentInsteadOfSpeaker(peer, first) is { } presented)
        {
            chosen[first] = presented;
            free--;
        }

        foreach (var feed in _ranked)
        {
            if (_due.Count == free)
                break;
            if (MayShow(peer, peer.Lines[first], feed) && !chosen.Contains(feed))
                _due.Add(feed);
        }

        if (free > 0 && _due.Count > 0 && chosen[first] is null)
            chosen[first] = TakeDue(0);
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] is null && peer.Lines[i].Kind == VideoKind.Camera && FindDue(peer.Lines[i].WantedParticipant) is >= 0 and var kept)
                chosen[i] = TakeDue(kept);
        }

        for (var i = 0; i < chosen.Length && _due.Count > 0; i++)
        {
            if (chosen[i] is null && peer.Lines[i].Kind == VideoKind.Camera)
                chosen[i] = TakeDue(0);
        }

        AssignContent(peer, chosen);
    }

    /// <summary>A place for <see cref="Assign"/> to write to.</summary>
    public Span<VideoFeed?> Scratch(int count) => _chosen.AsSpan(0, count);

    /// <summary>What is presented, to equipment that shows one picture at a time. A cascade without content is an exchange that does not know it.</summary>
    VideoFeed? ContentInsteadOfSpeaker(VideoPeer peer, int first)
    {
        if (peer.Options.IsCascade || Content is not { } content || !MayShow(peer, peer.Lines[first], content))
            return null;
        foreach (var line in peer.Lines)
        {
            if (line.Kind == VideoKind.Content)
                return null;
        }

        return content;
    }

    /// <summary>What is presented; null for nothing.</summary>
    VideoFeed? Content => Presenter != 0 && _feeds.TryGetValue((Presenter, VideoKind.Content), out var content) ? content : null;

    void AssignContent(VideoPeer peer, Span<VideoFeed?> chosen)
    {
        if (Content is not { } content)
            return;
        for (var i = 0; i < chosen.Length; i++)
        {
            if (peer.Lines[i].Kind != VideoKind.Content || !MayShow(peer, peer.Lines[i], content))
                continue;
            chosen[i] = content;
            return;
        }
    }

    VideoFeed TakeDue(int index)
    {
        var feed = _due[index];
        _due.RemoveAt(index);
        return feed;
    }

    /// <summary>By the participant: the same may come by another line of a cascade now.</summary>
    int FindDue(uint participant)
    {
        for (var i = 0; i < _due.Count; i++)
        {
            if (_due[i].Participant == participant)
                return i;
        }

        return -1;
    }

    void Place(uint participant)
    {
        if (_feeds.TryGetValue((participant, VideoKind.Camera), out var feed) && _placed.Add(participant))
            _ranked.Add(feed);
    }

    /// <summary>Never to himself, never back where it came from, and nothing that the peer cannot decode.</summary>
    static bool MayShow(VideoPeer peer, SourceLine line, VideoFeed feed) =>
        feed.Peer != peer && feed.Participant != peer.Options.ParticipantId && line.PayloadTypes.TryFind(feed.Codec, out _);

    /// <summary>Of two ways by which a participant's picture comes: who is here himself, then that on which it came last, then the lower number.</summary>
    static bool IsBetter(VideoFeed feed, VideoFeed than) =>
        feed.Peer.Options.IsCascade != than.Peer.Options.IsCascade ? than.Peer.Options.IsCascade
        : feed.Options.NamesSource && feed.LastPacketNs > than.LastPacketNs;
}
